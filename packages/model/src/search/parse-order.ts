import type { Order, OrderField } from './ast.ts'
import { FilterError, type TextRange } from './filter-error.ts'
import { printList } from './python-text.ts'
import { type Path, type Token, tokenize } from './tokens.ts'
import { resolveOrderField } from './trace-fields.ts'

/** Entries of one order. */
export const MAX_ORDERS = 16
/** Characters of an entry. */
const MAX_ORDER_LENGTH = 1000

/**
 * Reads `order_by` of a search for traces: entries `field [ASC|DESC]`. Positions in errors are within the entry.
 *
 * @throws FilterError with MLflow's wording; naming a field twice, for which MLflow answers 500, too
 */
export function parseOrderBy(entries: readonly string[]): Order[] {
  const orders = entries.map((entry) => {
    const { path, direction } = readOrder(entry)
    return { field: resolveOrderField(path), direction }
  })
  refuseRepeats(
    entries,
    orders.map((order) => fieldName(order.field)),
  )
  return orders
}

/** The path and the direction of one entry. */
export function readOrder(entry: string): { path: Path; direction: 'asc' | 'desc' } {
  const range = { start: 0, end: entry.length }
  if (entry.length > MAX_ORDER_LENGTH) {
    throw new FilterError(`An order has at most ${MAX_ORDER_LENGTH} characters; one has ${entry.length}.`, range)
  }
  const [path, word, third] = tokenize(entry)
  const isPath = path?.kind === 'path' || path?.kind === 'string'
  if (!isPath || third !== undefined || (word !== undefined && word.kind !== 'path')) {
    throw new FilterError(`Invalid order_by clause '${entry}'. Could not be parsed.`, third ?? range)
  }
  return { path: asPath(path), direction: directionOf(entry, word) }
}

/** @param names of the fields of `entries`, in their order */
export function refuseRepeats(entries: readonly string[], names: readonly string[]): void {
  const range: TextRange = { start: 0, end: 0 }
  if (new Set(names).size < names.length) {
    throw new FilterError(`\`order_by\` contains duplicate fields: ${printList(entries)}`, range)
  }
  if (names.length > MAX_ORDERS) throw new FilterError(`An order has at most ${MAX_ORDERS} fields.`, range)
}

/** A name that is different for different fields. */
export function fieldName(field: OrderField): string {
  return field.entity === 'attribute' ? `attribute ${field.name}` : `${field.entity} ${field.key}`
}

function directionOf(entry: string, word: Token | undefined): 'asc' | 'desc' {
  const direction = word === undefined ? 'asc' : word.text.toLowerCase()
  if (direction === 'asc' || direction === 'desc') return direction
  throw new FilterError(`Invalid ordering key in order_by clause '${entry}'.`, word ?? { start: 0, end: entry.length })
}

function asPath(token: Token): Path {
  if (token.kind === 'path') return token
  return {
    kind: 'path',
    text: token.text,
    start: token.start,
    end: token.end,
    segments: [token.text.slice(1, -1)],
    word: undefined,
  }
}
