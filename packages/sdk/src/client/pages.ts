import { invalidAnswer } from './api-error.ts'

export interface PageRequest {
  readonly maxResults: number
  /** Absent for the first page. */
  readonly pageToken: string | undefined
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Absent on the last page. */
  readonly nextPageToken: string | undefined
}

/**
 * Page after page, each asked for when the one before is used up, until `maxResults` items came.
 *
 * @param maxResults all if absent
 */
export async function* pagesOf<T>(
  ask: (request: PageRequest) => Promise<Page<T>>,
  { maxResults = Number.POSITIVE_INFINITY, pageSize }: { maxResults: number | undefined; pageSize: number },
): AsyncGenerator<readonly T[], void, undefined> {
  if (!(maxResults >= 1)) throw new TypeError(`maxResults must be a positive number, not ${String(maxResults)}`)
  let left = Math.floor(maxResults)
  let pageToken: string | undefined
  while (left > 0) {
    const page = await ask({ maxResults: Math.min(left, pageSize), pageToken })
    const items = page.items.slice(0, left)
    left -= items.length
    yield items
    if (!page.nextPageToken) return
    // A server that hands out the same page for ever would never let go of its caller.
    if (page.nextPageToken === pageToken) throw invalidAnswer('a page names itself as the next one')
    pageToken = page.nextPageToken
  }
}
