/** Of a function's source no more is read to find its parameters. Characters. */
const MAX_SOURCE_LENGTH = 5_000

/** Parameter names in order; a rest parameter is `...name`, one without a name (destructured) is `undefined`. */
export type ParameterNames = readonly (string | undefined)[]

/** Under what names a function's arguments are recorded. */
export type ArgumentNamer = (args: readonly unknown[]) => unknown

/**
 * Names the arguments of `fn` by the parameters in its source, which is read once, at the first call:
 * `(question, k = 3) => …` called with `'hi'` gives `{ question: 'hi' }`. A single destructured object gives its
 * own fields. Where names cannot be told (bound and native functions, other patterns), the arguments are
 * `{ args: […] }`.
 */
export function argumentNamer(fn: (...args: never[]) => unknown, given?: readonly string[]): ArgumentNamer {
  let names: ParameterNames | undefined = given
  return (args) => {
    names ??= readParameterNames(fn)
    return nameArguments(names, args)
  }
}

/** Exported for its tests. Never throws; no names is an empty list. */
export function readParameterNames(fn: (...args: never[]) => unknown): ParameterNames {
  try {
    const source = Function.prototype.toString.call(fn).slice(0, MAX_SOURCE_LENGTH)
    const list = parameterList(source)
    return list === undefined ? [] : splitParameters(list).map(parameterName)
  } catch {
    return []
  }
}

function nameArguments(names: ParameterNames, args: readonly unknown[]): unknown {
  if (args.length === 0) return {}
  if (names.length === 1 && names[0] === undefined && args.length === 1 && isPlainObject(args[0])) return args[0]
  const isNamed = names.length > 0 && names.every((name) => name !== undefined)
  if (!isNamed) return { args }
  // Without a prototype: a parameter may be called __proto__.
  const named: Record<string, unknown> = Object.create(null)
  for (const [index, name] of names.entries()) {
    if (name.startsWith('...')) {
      named[name.slice(3)] = args.slice(index)
      return named
    }
    if (args[index] !== undefined) named[name] = args[index]
  }
  if (args.length > names.length) named['args'] = args.slice(names.length)
  return named
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The text between the parentheses, or the one name of `name => …`. */
function parameterList(source: string): string | undefined {
  const single = /^(?:async\s+)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*=>/u.exec(source)
  if (single !== null) return single[1]
  // What stands before the parameters: `async function* name`, a method's name, a computed name in brackets.
  const start = /^(?:[\s*#$\p{ID_Continue}]|\[[^\]]*\]|'[^']*'|"[^"]*")*\(/u.exec(source)
  if (start === null || /^class\b/.test(source)) return undefined
  const end = skipBrackets(source, start[0].length - 1)
  return end === undefined ? undefined : source.slice(start[0].length, end - 1)
}

function splitParameters(list: string): string[] {
  const parameters: string[] = []
  let start = 0
  let position = 0
  while (position < list.length) {
    if (list[position] === ',') {
      parameters.push(list.slice(start, position))
      start = position + 1
    }
    const next = skipToken(list, position)
    // Something is not closed: not source that can be understood.
    if (next === undefined) return []
    position = next
  }
  parameters.push(list.slice(start))
  return parameters.map(withoutComments).filter((parameter) => parameter !== '')
}

function parameterName(parameter: string): string | undefined {
  const match = /^(\.\.\.\s*)?([\p{ID_Start}$_][\p{ID_Continue}$]*)\s*(?:=(?!=)|$)/u.exec(parameter)
  return match === null ? undefined : `${match[1] === undefined ? '' : '...'}${match[2]}`
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '').trim()
}

/** The position after the bracket that closes the one at `open`. */
function skipBrackets(text: string, open: number): number | undefined {
  let position = open + 1
  while (position < text.length) {
    if (/[)\]}]/.test(text[position]!)) return position + 1
    const next = skipToken(text, position)
    if (next === undefined) return undefined
    position = next
  }
  return undefined
}

const TOKEN = /'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*.*?\*\/|\/\/[^\n]*\n/sy

/** The position after the string, comment, bracketed group or character at `position`. */
function skipToken(text: string, position: number): number | undefined {
  const character = text[position]!
  if (/[([{]/.test(character)) return skipBrackets(text, position)
  TOKEN.lastIndex = position
  if (TOKEN.test(text)) return TOKEN.lastIndex
  return /['"`]/.test(character) ? undefined : position + 1
}
