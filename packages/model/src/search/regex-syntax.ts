/**
 * A regular expression, read. Of Python's `re` (which MLflow's RLIKE is on SQLite) everything that a machine without
 * backtracking can do: no look-around, no back-references.
 */
export type Pattern =
  | { readonly type: 'set'; readonly includes: (codePoint: number) => boolean }
  | { readonly type: 'assertion'; readonly kind: Assertion }
  | { readonly type: 'sequence' | 'choice'; readonly items: readonly Pattern[] }
  | { readonly type: 'repeat'; readonly item: Pattern; readonly least: number; readonly most: number }

export type Assertion = 'start' | 'end' | 'very-end' | 'boundary' | 'no-boundary'

/** Groups inside each other. */
const MAX_DEPTH = 64
/** Of `{m,n}`; larger ones would make the machine large. */
const MAX_REPEAT = 1000

/** @throws SyntaxError that says what is wrong, and nothing else */
export function readPattern(source: string): Pattern {
  const flag = source.startsWith('(?i)') ? 'i' : ''
  return new Reader([...source.slice(flag === '' ? 0 : 4)], flag).read()
}

class Reader {
  readonly #characters: readonly string[]
  readonly #flags: string
  #at = 0

  constructor(characters: readonly string[], flag: string) {
    this.#characters = characters
    this.#flags = `su${flag}`
  }

  read(): Pattern {
    const pattern = this.#readChoice(0)
    if (this.#peek() !== undefined) throw new SyntaxError("a ')' without its '('")
    return pattern
  }

  #readChoice(depth: number): Pattern {
    if (depth > MAX_DEPTH) throw new SyntaxError(`groups more than ${MAX_DEPTH} deep`)
    const items = [this.#readSequence(depth)]
    while (this.#take('|')) items.push(this.#readSequence(depth))
    return items.length === 1 ? items[0]! : { type: 'choice', items }
  }

  #readSequence(depth: number): Pattern {
    const items: Pattern[] = []
    for (let next = this.#peek(); next !== undefined && next !== '|' && next !== ')'; next = this.#peek()) {
      items.push(this.#readRepeats(this.#readItem(depth)))
    }
    return items.length === 1 ? items[0]! : { type: 'sequence', items }
  }

  #readRepeats(item: Pattern): Pattern {
    const counts = this.#readCounts()
    if (counts === undefined) return item
    if (item.type === 'assertion') throw new SyntaxError('nothing to repeat')
    this.#take('?') // lazy or not is the same when only yes or no is asked
    if (this.#readCounts() !== undefined) throw new SyntaxError('multiple repeat')
    return { type: 'repeat', item, least: counts[0], most: counts[1] }
  }

  #readCounts(): readonly [least: number, most: number] | undefined {
    if (this.#take('*')) return [0, Number.POSITIVE_INFINITY]
    if (this.#take('+')) return [1, Number.POSITIVE_INFINITY]
    if (this.#take('?')) return [0, 1]
    const match = /^\{(\d*)(,?)(\d*)\}/.exec(this.#characters.slice(this.#at, this.#at + 16).join(''))
    if (match === null || match[0] === '{}' || match[0] === '{,}') return undefined
    this.#at += match[0].length
    const least = Number(match[1])
    const most = match[3] !== '' ? Number(match[3]) : match[2] === ',' ? Number.POSITIVE_INFINITY : least
    if (least > most) throw new SyntaxError('a repeat whose least is more than its most')
    if (least > MAX_REPEAT || (most > MAX_REPEAT && most !== Number.POSITIVE_INFINITY)) {
      throw new SyntaxError(`a repeat of more than ${MAX_REPEAT}`)
    }
    return [least, most]
  }

  #readItem(depth: number): Pattern {
    const character = this.#next('an end')
    switch (character) {
      case '.':
        return { type: 'set', includes: (codePoint) => codePoint !== NEWLINE }
      case '^':
        return { type: 'assertion', kind: 'start' }
      case '$':
        return { type: 'assertion', kind: 'end' }
      case '(':
        return this.#readGroup(depth)
      case '[':
        return this.#set(this.#readClass())
      case '\\':
        return this.#readEscape()
      case '*':
      case '+':
      case '?':
        throw new SyntaxError('nothing to repeat')
      default:
        return this.#set(literal(character))
    }
  }

  #readGroup(depth: number): Pattern {
    if (this.#take('?')) {
      const rest = this.#characters.slice(this.#at, this.#at + 102).join('')
      const opening = /^(?::|P<\w{1,100}>)/.exec(rest)?.[0]
      if (opening === undefined) throw new SyntaxError("a group other than '(…)', '(?:…)' and '(?P<name>…)'")
      this.#at += opening.length
    }
    const pattern = this.#readChoice(depth + 1)
    if (!this.#take(')')) throw new SyntaxError("a '(' without its ')'")
    return pattern
  }

  #readEscape(): Pattern {
    const character = this.#next('a backslash at the end')
    const kind = ASSERTIONS.get(character)
    return kind === undefined ? this.#set(escaped(character)) : { type: 'assertion', kind }
  }

  /** The inside of a class, translated for a JavaScript regular expression of one character. */
  #readClass(): string {
    const isNegative = this.#take('^')
    const items: string[] = []
    do {
      const low = this.#readClassItem()
      const isRange = this.#peek() === '-' && this.#peek(1) !== ']' && this.#peek(1) !== undefined
      if (!isRange) items.push(low)
      else {
        this.#at++
        items.push(`${low}-${this.#readClassItem()}`)
      }
    } while (this.#peek() !== ']')
    this.#at++
    return `[${isNegative ? '^' : ''}${items.join('')}]`
  }

  #readClassItem(): string {
    const character = this.#next("a '[' without its ']'")
    return character === '\\' ? escaped(this.#next("a '[' without its ']'")) : literal(character)
  }

  #set(source: string): Pattern {
    let regex: RegExp
    try {
      regex = new RegExp(`^${source}$`, this.#flags)
    } catch {
      throw new SyntaxError('a bad range in a class')
    }
    return { type: 'set', includes: remembered((codePoint) => regex.test(String.fromCodePoint(codePoint))) }
  }

  #peek(offset = 0): string | undefined {
    return this.#characters[this.#at + offset]
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at++
    return true
  }

  #next(problem: string): string {
    const character = this.#characters[this.#at++]
    if (character === undefined) throw new SyntaxError(problem)
    return character
  }
}

const NEWLINE = 10

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'start'],
  ['Z', 'very-end'],
  ['b', 'boundary'],
  ['B', 'no-boundary'],
])

/** Python's classes know all of Unicode. */
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['d', '\\p{Nd}'],
  ['D', '\\P{Nd}'],
  ['w', '[\\p{L}\\p{N}_]'],
  ['W', '[^\\p{L}\\p{N}_]'],
  ['s', '\\s'],
  ['S', '\\S'],
  ['n', '\\n'],
  ['r', '\\r'],
  ['t', '\\t'],
  ['f', '\\f'],
  ['v', '\\v'],
])

function escaped(character: string): string {
  const known = ESCAPES.get(character)
  if (known !== undefined) return known
  if (/[\p{L}\p{N}]/u.test(character)) throw new SyntaxError(`the escape '\\${character}'`)
  return literal(character)
}

function literal(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`
}

const REMEMBERED = 256

/** The answer for the characters that are nearly all of a text. */
function remembered(includes: (codePoint: number) => boolean): (codePoint: number) => boolean {
  const answers = Array.from({ length: REMEMBERED }, (_, codePoint) => includes(codePoint))
  return (codePoint) => answers[codePoint] ?? includes(codePoint)
}
