import { gunzipSync, inflateRawSync, inflateSync, zstdDecompressSync } from 'node:zlib'
import { ClewError } from '@clew/model'

/** Bytes a request may take after decompression. MLflow has no bound; a batch of 1000 LLM spans is about 3 MB. */
export const MAX_INFLATED_BYTES = 64 * 1024 * 1024

/**
 * Undoes a `Content-Encoding`: `gzip`, `deflate` (zlib-wrapped or raw, as MLflow takes both), `zstd` or `identity`.
 *
 * Throws `REQUEST_TOO_LARGE` as soon as the output passes `maxBytes`, so a bomb costs no more memory than that, and
 * `BAD_REQUEST` in MLflow's words for an unknown encoding or a damaged body.
 */
export function inflate(body: Uint8Array, encoding: string | undefined, maxBytes = MAX_INFLATED_BYTES): Uint8Array {
  if (encoding === undefined || encoding === 'identity' || encoding === '') {
    if (body.length > maxBytes) throw tooLarge(maxBytes)
    return body
  }
  const decompress = decompressors.get(encoding)
  if (decompress === undefined) throw new ClewError('BAD_REQUEST', `Unsupported Content-Encoding: ${encoding}`)
  let inflated: Uint8Array
  try {
    inflated = decompress(body, { maxOutputLength: maxBytes })
  } catch (error) {
    if (isBufferTooLarge(error)) throw tooLarge(maxBytes)
    throw damaged(encoding, error)
  }
  // Node 22 answers a truncated zstd frame with nothing at all instead of an error.
  if (inflated.length === 0 && body.length > 0 && encoding === 'zstd') throw damaged(encoding, undefined)
  return inflated
}

type Decompress = (body: Uint8Array, options: { maxOutputLength: number }) => Uint8Array

const decompressors = new Map<string, Decompress>([
  ['gzip', gunzipSync],
  ['x-gzip', gunzipSync],
  ['deflate', (body, options) => (hasZlibHeader(body) ? inflateSync(body, options) : inflateRawSync(body, options))],
  ['zstd', zstdDecompressSync],
])

/** RFC 1950, section 2.2: method 8, and the first two bytes are a multiple of 31. */
function hasZlibHeader(body: Uint8Array): boolean {
  const [method = 0, flags = 0] = body
  return (method & 0x0f) === 8 && ((method << 8) | flags) % 31 === 0
}

function isBufferTooLarge(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
}

function tooLarge(maxBytes: number): ClewError {
  return new ClewError('REQUEST_TOO_LARGE', `The request is larger than ${maxBytes} bytes after decompression.`)
}

function damaged(encoding: string, cause: unknown): ClewError {
  return new ClewError('BAD_REQUEST', `Failed to decompress ${encoding} payload`, { cause })
}
