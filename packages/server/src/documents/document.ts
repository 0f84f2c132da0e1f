import type { ClewError } from '@clew/model'

/**
 * What the server keeps besides traces: runs, prompts and their versions, evaluation datasets and their records. There
 * are few of them and they are written a handful of times each, so they are kept whole, one text per document, and
 * filtered where they are read.
 *
 * The promises of `TraceStore` hold here too: a write that resolved survives a loss of power, and what is returned is a
 * snapshot.
 */
export interface Documents<T> {
  /** Throws `taken` of the kind if there is a document with that key. */
  create(document: T): Promise<void>
  get(key: string): Promise<T | undefined>
  /**
   * Replaces a document by what `change` makes of it; two changes never see the same document. What `change` throws is
   * passed on, and then nothing is written. Throws `missing` of the kind for a key nobody has.
   */
  update(key: string, change: (document: T) => T): Promise<T>
  /**
   * Makes or replaces documents in one step: all or none are written. `merge` is called once per change, in their order;
   * a key that comes again gets what was made the first time.
   */
  upsert<Change>(
    changes: readonly (readonly [key: string, change: Change])[],
    merge: (old: T | undefined, change: Change) => T,
  ): Promise<void>
  /** @returns how many of the keys there were */
  delete(keys: readonly string[]): Promise<number>
  /** @returns how many documents the group had */
  deleteGroup(group: string): Promise<number>
  count(group: string): Promise<number>
  search(query: DocumentQuery<T>): Promise<DocumentPage<T>>
}

/** How documents of one kind are told apart, found and written. */
export interface DocumentKind<T> {
  /** Documents are found by it on disk, so it never changes. */
  readonly name: string
  /** Unique in the kind. */
  keyOf(document: T): string
  /** What it belongs to: a run belongs to an experiment. A search looks into groups only. */
  groupOf(document: T): string
  /** An integer. Searches answer the lowest place first, then go by key. */
  placeOf(document: T): number
  write(document: T): string
  /** @param text made by `write` */
  read(text: string): T
  /** There is no document with that key. */
  missing(key: string): ClewError
  /** There is one already. */
  taken(document: T, old: T): ClewError
}

export interface DocumentQuery<T> {
  readonly groups: readonly string[]
  /** Absent: any. */
  readonly keys?: readonly string[] | undefined
  /** Absent: all. */
  readonly matches?: (document: T) => boolean
  /** Goes before the order of the kind. With it at most {@link MAX_SORTED} documents may match. */
  readonly order?: readonly DocumentOrder<T>[]
  readonly limit: number
  /** From the page before, made for the same order. Any other text is `INVALID_PARAMETER_VALUE`. */
  readonly cursor: string | undefined
}

export interface DocumentOrder<T> {
  /** Tells orders apart in cursors. */
  readonly name: string
  readonly direction: 'asc' | 'desc'
  of(document: T): string | number
}

export interface DocumentPage<T> {
  /** At most `limit`; fewer when they are long, see {@link MAX_PAGE_LENGTH}. */
  readonly documents: readonly T[]
  /** Absent on the last page. Pages neither repeat nor leave out documents that were there all the time. */
  readonly cursor: string | undefined
}

/** Documents a search sorts by anything but their place. */
export const MAX_SORTED = 20_000

/** Characters after which a page ends, so that long documents make short pages. */
export const MAX_PAGE_LENGTH = 16 * 1024 * 1024
