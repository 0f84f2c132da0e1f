import { writeAny } from './careful.ts'
import { defaultEncodeLimits, type EncodeLimits } from './limits.ts'
import { isPlainData } from './plain.ts'
import type { JsonText } from './text.ts'

/**
 * The JSON text of any value a program can hold. Never throws, never waits, never consumes a stream or an iterator,
 * never changes the value, and is bounded by `limits`.
 *
 * Plain data is written as `JSON.stringify` writes it. Beyond that: a bigint is a number, or beyond 64 bits its digits as a
 * string (a stock MLflow server answers 500 for a trace with a longer integer); `NaN` and the infinities are strings,
 * `-0` is `-0.0`; a Map with string keys is an object, any other Map a list of pairs; a Set is a list; a Date
 * is its ISO text; binary data is `{ type, length, base64 }` with the first bytes; an Error is `{ name, message, stack,
 * cause, … }`; a class instance is its own enumerable data; functions, promises, streams and the like are a description
 * in brackets, as are cycles, properties that throw when read (only that property is lost) and what the limits cut.
 */
export function encodeJson(value: unknown, limits: EncodeLimits = defaultEncodeLimits): JsonText {
  if (value === undefined) return 'null' as JsonText
  try {
    if (isPlainData(value, 0, { items: limits.maxItems, length: limits.maxLength }, limits)) {
      return JSON.stringify(value) as JsonText
    }
  } catch {
    // A getter, a proxy or a value that changed while it was read: the careful way contains the damage to its property.
  }
  return writeAny(value, limits) as JsonText
}

/** The JSON text of a string. */
export function jsonString(text: string): JsonText {
  return JSON.stringify(text) as JsonText
}
