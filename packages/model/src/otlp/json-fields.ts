import type { JsonValue } from '../json/text.ts'
import { SpanRefused } from './export.ts'

export type JsonObject = { readonly [key: string]: JsonValue }

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A field under its camelCase or, as protobuf's JSON readers accept too, its snake_case name; null is unset. */
export function fieldOf(object: JsonObject, camelCase: string): JsonValue | undefined {
  const value = object[camelCase] ?? object[snakeCase(camelCase)]
  return value === null ? undefined : value
}

const snakeNames = new Map<string, string>()

/** Asked with names of the source only, so the map stays small. */
function snakeCase(camelCase: string): string {
  let name = snakeNames.get(camelCase)
  if (name === undefined) {
    name = camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    snakeNames.set(camelCase, name)
  }
  return name
}

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

export function integerOf(value: JsonValue): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined
}
