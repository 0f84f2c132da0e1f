import { FilterError, type TextRange } from './filter-error.ts'
import { type Assertion, type Pattern, readPattern } from './regex-syntax.ts'

/** Units of a text that RLIKE looks at. What stands behind is not found. */
export const MAX_MATCHED_LENGTH = 65_536
/** Steps of the machine a pattern is turned into. */
const MAX_STEPS = 2000

/**
 * Finds a regular expression anywhere in a text: RLIKE. All ways to match are followed at once (Thompson's machine), so
 * time is at most proportional to text times pattern: no pattern, `(a+)+$` neither, can hold a server up.
 *
 * @throws SyntaxError for what {@link readPattern} does not read, or for a pattern that is too large
 */
export function patternMatcher(source: string): (text: string) => boolean {
  const machine: Step[] = []
  emit(machine, readPattern(source))
  machine.push({ kind: 'match' })
  return (text) => run(machine, text.length > MAX_MATCHED_LENGTH ? text.slice(0, MAX_MATCHED_LENGTH) : text)
}

/** @throws FilterError if the pattern cannot be matched */
export function checkPattern(source: string, range: TextRange): void {
  try {
    patternMatcher(source)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw new FilterError(`Invalid regular expression '${source}': ${error.message}.`, range)
  }
}

type Step =
  | { readonly kind: 'match' }
  | { readonly kind: 'set'; readonly includes: (codePoint: number) => boolean }
  | { readonly kind: 'assertion'; readonly assertion: Assertion }
  /** Goes on at both; `a` and `b` are indices of steps. */
  | { readonly kind: 'fork'; a: number; b: number }

function emit(machine: Step[], pattern: Pattern): void {
  if (machine.length > MAX_STEPS) throw new SyntaxError('it is too large')
  switch (pattern.type) {
    case 'set':
      machine.push({ kind: 'set', includes: pattern.includes })
      break
    case 'assertion':
      machine.push({ kind: 'assertion', assertion: pattern.kind })
      break
    case 'sequence':
      for (const item of pattern.items) emit(machine, item)
      break
    case 'choice':
      emitChoice(machine, pattern.items)
      break
    case 'repeat':
      emitRepeat(machine, pattern.item, pattern.least, pattern.most)
  }
}

function emitChoice(machine: Step[], items: readonly Pattern[]): void {
  const exits = items.slice(0, -1).map((item) => {
    const fork = pushFork(machine)
    emit(machine, item)
    const exit = pushFork(machine)
    fork.b = machine.length
    return exit
  })
  const last = items.at(-1)
  if (last !== undefined) emit(machine, last)
  for (const exit of exits) exit.a = exit.b = machine.length
}

function emitRepeat(machine: Step[], item: Pattern, least: number, most: number): void {
  for (let count = 0; count < least; count++) {
    const before = machine.length
    emit(machine, item)
    if (machine.length === before) return // an empty item, however often
  }
  if (most === Number.POSITIVE_INFINITY) {
    const start = machine.length
    const fork = pushFork(machine)
    emit(machine, item)
    const back = pushFork(machine)
    back.a = back.b = start
    fork.b = machine.length
    return
  }
  const forks: Fork[] = []
  for (let count = least; count < most; count++) {
    forks.push(pushFork(machine))
    emit(machine, item)
  }
  for (const fork of forks) fork.b = machine.length
}

type Fork = Step & { kind: 'fork' }

function pushFork(machine: Step[]): Fork {
  const fork: Fork = { kind: 'fork', a: machine.length + 1, b: machine.length + 1 }
  machine.push(fork)
  return fork
}

function run(machine: readonly Step[], text: string): boolean {
  const reached = new Int32Array(machine.length).fill(-1)
  let waiting: number[] = []
  for (let at = 0; ; ) {
    const now = waiting
    now.push(0) // a match may begin here
    waiting = []
    const codePoint = text.codePointAt(at)
    for (let step = now.pop(); step !== undefined; step = now.pop()) {
      const here = machine[step]
      if (here === undefined || reached[step] === at) continue
      reached[step] = at
      if (here.kind === 'match') return true
      if (here.kind === 'fork') now.push(here.b, here.a)
      else if (here.kind === 'assertion') holds(here.assertion, text, at) && now.push(step + 1)
      else if (codePoint !== undefined && here.includes(codePoint)) waiting.push(step + 1)
    }
    if (codePoint === undefined) return false
    at += codePoint > 0xffff ? 2 : 1
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'start':
      return at === 0
    case 'very-end':
      return at === text.length
    case 'end':
      return at === text.length || (at === text.length - 1 && text.endsWith('\n'))
    default: {
      const isBoundary = isWordAt(text, at - 1) !== isWordAt(text, at)
      return isBoundary === (assertion === 'boundary')
    }
  }
}

function isWordAt(text: string, at: number): boolean {
  return /^[\p{L}\p{N}_]$/u.test(text[at] ?? '')
}
