import { fieldOf, integerOf, isObject, type JsonObject } from '../json/object.ts'
import type { JsonValue } from '../json/text.ts'
import { SpanRefused } from './export.ts'

/** @throws SpanRefused if the field is there and not text; absent is empty */
export function textField(object: JsonObject, name: string): string {
  const value = fieldOf(object, name)
  if (value === undefined) return ''
  if (typeof value !== 'string') throw new SpanRefused(`The field ${name} is not text.`)
  return value
}

/** @throws SpanRefused if the field is there and not an array; absent is empty */
export function listField(object: JsonObject, name: string): readonly JsonValue[] {
  const value = fieldOf(object, name)
  if (value === undefined) return []
  if (!Array.isArray(value)) throw new SpanRefused(`The field ${name} is not an array.`)
  return value
}

/** @throws SpanRefused for anything but an object */
export function objectOf(value: JsonValue | undefined, what: string): JsonObject {
  if (!isObject(value)) throw new SpanRefused(`${what} is not an object.`)
  return value
}

/** A 64-bit integer, as a number or as decimal digits. @throws SpanRefused for anything else; absent is 0 */
export function integerField(object: JsonObject, name: string): bigint {
  const value = fieldOf(object, name)
  if (value === undefined) return 0n
  const integer = integerOf(value)
  if (integer === undefined) throw new SpanRefused(`The field ${name} is not an integer.`)
  return integer
}
