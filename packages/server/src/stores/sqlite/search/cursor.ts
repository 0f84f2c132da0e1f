import { createHash } from 'node:crypto'
import { ClewError } from '@clew/model'

/** A value of the key by which a page goes on; `null` is an absent one. */
export type KeyValue = string | number | null

/**
 * Writes where a page ended: the key of its last row and a mark of the order it was made for.
 *
 * @param order any text that is the same for the same order
 */
export function printCursor(order: string, key: readonly KeyValue[]): string {
  return Buffer.from(JSON.stringify([markOf(order), ...key])).toString('base64url')
}

/** @throws ClewError INVALID_PARAMETER_VALUE for what {@link printCursor} did not write for this order */
export function parseCursor(order: string, length: number, cursor: string): readonly KeyValue[] {
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch (cause) {
    throw invalid(cause)
  }
  if (!Array.isArray(parsed) || parsed.length !== length + 1 || parsed[0] !== markOf(order)) throw invalid()
  const key: unknown[] = parsed.slice(1)
  if (!key.every(isKeyValue)) throw invalid()
  return key
}

function isKeyValue(value: unknown): value is KeyValue {
  return value === null || typeof value === 'string' || typeof value === 'number'
}

function markOf(order: string): string {
  return createHash('sha256').update(order).digest('base64url').slice(0, 8)
}

function invalid(cause?: unknown): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', 'Invalid page token; it was not given out for this search.', {
    cause,
  })
}
