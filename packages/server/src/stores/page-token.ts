import { createHash } from 'node:crypto'
import { ClewError } from '@clew/model'

/** A value of the key by which a page goes on; `null` is an absent one. */
export type KeyValue = string | number | null

/** Characters of a token; the longest key a store gives out stays below. */
const MAX_TOKEN_LENGTH = 262_144
/** How much of a bad token a message repeats. */
const SHOWN_LENGTH = 100

/**
 * Writes where a page ended: the key of its last row and a mark of the order it was made for. Unlike an offset it still
 * means the same when rows were added before it.
 *
 * @param order any text that is the same for the same order
 */
export function printPageToken(order: string, key: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([markOf(order), ...key])).toString('base64url')
}

/**
 * @param length of the key
 * @throws ClewError INVALID_PARAMETER_VALUE, as MLflow words it, for what {@link printPageToken} did not write for this
 * order
 */
export function parsePageToken(order: string, length: number, token: string): readonly KeyValue[] {
  if (token.length > MAX_TOKEN_LENGTH) throw invalid('it is too long')
  const bytes = Buffer.from(token, 'base64url')
  if (token.replaceAll(/[^A-Za-z0-9+/_-]/g, '').length % 4 === 1) throw invalid('could not base64-decode')
  const text = bytes.toString()
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch (cause) {
    throw invalid(`decoded value=${printBytes(bytes)}`, cause)
  }
  if (!Array.isArray(parsed) || parsed.length !== length + 1 || parsed[0] !== markOf(order)) {
    throw invalid(`parsed value=${text.slice(0, SHOWN_LENGTH)}`)
  }
  const key: unknown[] = parsed.slice(1)
  if (!key.every(isKeyValue)) throw invalid(`parsed value=${text.slice(0, SHOWN_LENGTH)}`)
  return key
}

function isKeyValue(value: unknown): value is KeyValue {
  return value === null || typeof value === 'string' || typeof value === 'number'
}

function markOf(order: string): string {
  return createHash('sha256').update(order).digest('base64url').slice(0, 8)
}

/** As Python prints bytes. */
function printBytes(bytes: Buffer): string {
  const characters = Array.from(bytes.subarray(0, SHOWN_LENGTH), (byte) => {
    if (byte === 0x27 || byte === 0x5c) return `\\${String.fromCharCode(byte)}`
    return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
  })
  return `b'${characters.join('')}'`
}

function invalid(reason: string, cause?: unknown): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', `Invalid page token, ${reason}`, { cause })
}
