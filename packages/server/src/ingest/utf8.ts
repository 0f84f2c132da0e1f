import { ClewError } from '@clew/model'

/** Throws `BAD_REQUEST` for bytes that are no UTF-8: read leniently they would be stored as something else. */
export function utf8Text(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new ClewError('BAD_REQUEST', 'The body is not UTF-8.', { cause: error })
  }
}
