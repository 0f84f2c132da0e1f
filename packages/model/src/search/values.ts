import type { Literal } from './ast.ts'
import type { RawList, RawValue } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { printString } from './python-text.ts'
import type { Token } from './tokens.ts'

/** The text in quotes. As in MLflow the outer pair of quotes is cut off and nothing inside is an escape. */
export function readQuoted(value: Token): Literal {
  if (value.kind === 'string') return { type: 'text', text: value.text.slice(1, -1) }
  const message = `Parameter value is either not quoted or unidentified quote types used for string value ${value.text}. Use either single or double quotes.`
  throw new FilterError(message, value)
}

/** A list of texts. Unlike elsewhere, its texts are read as Python literals, as MLflow reads them. */
export function readList(list: RawList): Literal {
  const { items } = list
  if (items.length === 0) throw new FilterError(`${LIST_ERROR}${NON_EMPTY}, but got empty list`, list)
  const isTuple = items.every((item, index) => (index % 2 === 0 ? isLiteral(item) : item.kind === ','))
  if (!isTuple) throw new FilterError(`${LIST_ERROR}${NON_EMPTY}, but got ill-formed list.`, list)
  const literals = items.filter(isLiteral)
  if (literals.some((item) => item.kind === 'number')) {
    const printed = literals.map((item) => (item.kind === 'number' ? item.text : printString(pythonLiteral(item.text))))
    const tuple = printed.length === 1 ? `(${printed[0]},)` : `(${printed.join(', ')})`
    const message = `${LIST_ERROR} expected string value, punctuation, or whitespace, but got different type in list: ${tuple}`
    throw new FilterError(message, list)
  }
  return { type: 'list', texts: literals.map((item) => pythonLiteral(item.text)) }
}

/** A number, bare or (as MLflow leaves it to the database to notice) in quotes. `undefined` if it is none. */
export function readNumber(value: RawValue): Literal | undefined {
  if (value.kind !== 'number' && value.kind !== 'string') return undefined
  const text = value.kind === 'string' ? value.text.slice(1, -1).trim() : value.text
  const number = text === '' ? Number.NaN : Number(text)
  return Number.isFinite(number) ? { type: 'number', number } : undefined
}

const LIST_ERROR = 'While parsing a list in the query,'
const NON_EMPTY = ' expected a non-empty list of string values'

function isLiteral(token: Token): boolean {
  return token.kind === 'string' || token.kind === 'number'
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
])

/** `''` inside a text is its end and the start of another, which Python joins. */
function pythonLiteral(text: string): string {
  const quote = text.slice(0, 1)
  const inside = text.slice(1, -1)
  return inside.replace(/\\(.)|''|""/gs, (written: string, escaped: string | undefined) => {
    if (escaped === undefined) return written.startsWith(quote) ? '' : written
    return ESCAPES.get(escaped) ?? written
  })
}
