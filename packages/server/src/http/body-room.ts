import { ClewError } from '@clew/model'

/** Bytes of request bodies that are being read, all together. */
export const MAX_BYTES_UNDER_WAY = 512 * 1024 * 1024

/** Smaller bodies are counted and never refused: they are most of the requests, and small talk must go on. */
const SMALL_BYTES = 1024 * 1024

let underWay = 0

/** What one body takes of the room for all. */
export interface BodyRoom {
  /** @throws ClewError REQUEST_LIMIT_EXCEEDED when there is no room, which clients take as "later" */
  take(bytes: number): void
  /** Gives everything back, once the body has been read or reading it has failed. */
  release(): void
}

/** Each body has a bound of its own, but many senders at once would still fill the memory. */
export function bodyRoom(): BodyRoom {
  let taken = 0
  return {
    take(bytes) {
      if (taken + bytes > SMALL_BYTES && underWay + bytes > MAX_BYTES_UNDER_WAY) {
        throw new ClewError('REQUEST_LIMIT_EXCEEDED', 'The server is reading too many large requests at once.')
      }
      taken += bytes
      underWay += bytes
    },
    release() {
      underWay -= taken
      taken = 0
    },
  }
}
