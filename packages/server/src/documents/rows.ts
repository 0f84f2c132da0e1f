import { compareTexts } from '@clew/model'

/** A document as it is stored. */
export interface Row {
  readonly key: string
  readonly group: string
  /** A safe integer. */
  readonly place: number
  readonly text: string
}

/** Where a row stands in its group. */
export type Place = Pick<Row, 'place' | 'key'>

/** Where documents are stored. What is written stays written once the call returns. */
export interface Rows {
  get(kind: string, key: string): Row | undefined
  /** Adds or replaces rows by their keys: all of them, or none if it throws. */
  put(kind: string, rows: readonly Row[]): void
  /** Removes rows, all in one step. @returns how many there were */
  delete(kind: string, keys: readonly string[]): number
  deleteGroup(kind: string, group: string): number
  count(kind: string, group: string): number
  /** The rows of a group behind a place, by place and key, read as they are asked for. */
  scan(kind: string, group: string, after: Place | undefined): Iterable<Row>
  /** Releases the file; calling it twice is fine. */
  close(): void
}

/** By place, then by key in the order of code points, which is the order of UTF-8 bytes. */
export function comparePlaces(a: Place, b: Place): number {
  return a.place - b.place || compareTexts(a.key, b.key)
}
