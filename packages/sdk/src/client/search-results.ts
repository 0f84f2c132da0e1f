/**
 * What a search finds, one after another, for `for await`. The server is asked when the loop begins, page by page as
 * far as it comes; a second loop searches again.
 */
export class SearchResults<T> implements AsyncIterable<T> {
  readonly #search: () => AsyncGenerator<T, void, undefined>

  constructor(search: () => AsyncGenerator<T, void, undefined>) {
    this.#search = search
  }

  [Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    return this.#search()
  }

  /** All of them; with many, `maxResults` or a loop keeps memory in bounds. */
  async toArray(): Promise<T[]> {
    const all: T[] = []
    for await (const one of this) all.push(one)
    return all
  }
}
