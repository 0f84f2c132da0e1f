import { ClewError, compareTexts } from '@clew/model'
import { type KeyValue, parsePageToken, printPageToken } from '../stores/page-token.ts'
import {
  type DocumentKind,
  type DocumentOrder,
  type DocumentPage,
  type DocumentQuery,
  MAX_PAGE_LENGTH,
  MAX_SORTED,
} from './document.ts'
import { comparePlaces, type Place, type Row, type Rows } from './rows.ts'

/** Documents in the order of their kind are read only as far as the page reaches; any other order needs all that match. */
export function searchDocuments<T>(kind: DocumentKind<T>, rows: Rows, query: DocumentQuery<T>): DocumentPage<T> {
  const order = query.order ?? []
  const mark = JSON.stringify([kind.name, ...order.map(({ name, direction }) => [name, direction])])
  const after = query.cursor === undefined ? undefined : readPosition(mark, order, query.cursor)
  const place = order.length === 0 ? after?.place : undefined
  const found = matching(kind, query, candidates(kind.name, rows, query, place))
  const page = pageOf(order.length === 0 ? found : sorted(order, found, after), query.limit)
  return {
    documents: page.entries.map(({ document }) => document),
    cursor: page.last && printPageToken(mark, writePosition(positionOf(order, page.last))),
  }
}

interface Entry<T> {
  readonly row: Row
  readonly document: T
}

/** Where an entry stands: by the values it was sorted by, then by its place. */
interface Position {
  readonly values: readonly (string | number)[]
  readonly place: Place
}

function candidates<T>(
  name: string,
  rows: Rows,
  { groups, keys }: DocumentQuery<T>,
  after: Place | undefined,
): Iterable<Row> {
  if (keys === undefined) return merged(groups.map((group) => rows.scan(name, group, after)))
  const found = new Map(keys.map((key) => [key, rows.get(name, key)]))
  return [...found.values()]
    .filter((row) => row !== undefined)
    .filter((row) => groups.includes(row.group) && (after === undefined || comparePlaces(row, after) > 0))
    .sort(comparePlaces)
}

/** Sorted lists as one. */
function* merged(lists: readonly Iterable<Row>[]): Generator<Row> {
  const heads = lists.map((list) => {
    const iterator = list[Symbol.iterator]()
    return { iterator, row: next(iterator) }
  })
  while (true) {
    let first: (typeof heads)[number] | undefined
    for (const head of heads) {
      if (head.row === undefined) continue
      if (first?.row === undefined || comparePlaces(head.row, first.row) < 0) first = head
    }
    if (first?.row === undefined) return
    yield first.row
    first.row = next(first.iterator)
  }
}

function next(iterator: Iterator<Row>): Row | undefined {
  const result = iterator.next()
  return result.done === true ? undefined : result.value
}

function* matching<T>(
  kind: DocumentKind<T>,
  { matches = () => true }: DocumentQuery<T>,
  rows: Iterable<Row>,
): Generator<Entry<T>> {
  for (const row of rows) {
    const document = kind.read(row.text)
    if (matches(document)) yield { row, document }
  }
}

function sorted<T>(
  order: readonly DocumentOrder<T>[],
  found: Iterable<Entry<T>>,
  after: Position | undefined,
): Entry<T>[] {
  const all: { entry: Entry<T>; position: Position }[] = []
  for (const entry of found) {
    if (all.length === MAX_SORTED) {
      const message = `More than ${MAX_SORTED} match, too many to be sorted; narrow the filter, or leave order_by out.`
      throw new ClewError('INVALID_PARAMETER_VALUE', message)
    }
    all.push({ entry, position: positionOf(order, entry) })
  }
  const compare = comparePositions(order)
  return all
    .filter(({ position }) => after === undefined || compare(position, after) > 0)
    .sort((a, b) => compare(a.position, b.position))
    .map(({ entry }) => entry)
}

/** @returns `last` when there is more behind it */
function pageOf<T>(found: Iterable<Entry<T>>, limit: number): { entries: Entry<T>[]; last?: Entry<T> } {
  const entries: Entry<T>[] = []
  let length = 0
  for (const entry of found) {
    const last = entries.at(-1)
    length += entry.row.text.length
    if (last !== undefined && (entries.length >= limit || length > MAX_PAGE_LENGTH)) return { entries, last }
    entries.push(entry)
  }
  return { entries }
}

function positionOf<T>(order: readonly DocumentOrder<T>[], { row, document }: Entry<T>): Position {
  return { values: order.map((each) => each.of(document)), place: row }
}

function comparePositions<T>(order: readonly DocumentOrder<T>[]): (a: Position, b: Position) => number {
  return (a, b) => {
    for (const [index, { direction }] of order.entries()) {
      const difference = compareValues(a.values[index], b.values[index])
      if (difference !== 0) return direction === 'asc' ? difference : -difference
    }
    return comparePlaces(a.place, b.place)
  }
}

function compareValues(a: string | number | undefined, b: string | number | undefined): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : compareTexts(String(a), String(b))
}

function writePosition({ values, place }: Position): KeyValue[] {
  return [...values, place.place, place.key]
}

function readPosition<T>(mark: string, order: readonly DocumentOrder<T>[], cursor: string): Position {
  const key = parsePageToken(mark, order.length + 2, cursor)
  return {
    values: key.slice(0, order.length).map((value) => value ?? ''),
    place: { place: Number(key.at(-2)), key: String(key.at(-1)) },
  }
}
