import { fieldOf, type JsonObject, snakeCase } from '../json/object.ts'
import { nsToMs, parseTimestamp } from '../time.ts'
import { invalidField } from './invalid.ts'

/** An optional string. @throws ClewError `INVALID_PARAMETER_VALUE` for anything but a string */
export function readText(object: JsonObject, name: string): string | undefined {
  const value = fieldOf(object, name)
  if (value !== undefined && typeof value !== 'string') throw invalidField(snakeCase(name), value)
  return value
}

/** Milliseconds since the epoch of an RFC 3339 text; absent is 0. @throws ClewError `INVALID_PARAMETER_VALUE` */
export function readTimestampMs(object: JsonObject, name: string): number {
  const text = readText(object, name)
  if (text === undefined) return 0
  const ns = parseTimestamp(text)
  if (ns === undefined) throw invalidField(snakeCase(name), text)
  return nsToMs(ns)
}
