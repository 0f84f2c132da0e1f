import type { JsonValue } from './text.ts'

/** A JSON object as `parseJson` makes it: without a prototype, so any key is only a key. */
export type JsonObject = { readonly [key: string]: JsonValue }

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

/** A field under its camelCase or its snake_case name, as protobuf's JSON readers accept both; null is unset. */
export function fieldOf(object: JsonObject, camelCase: string): JsonValue | undefined {
  const value = object[camelCase] ?? object[snakeCase(camelCase)]
  return value === null ? undefined : value
}

const snakeNames = new Map<string, string>()

/** Asked with names of the source only, so the map stays small. */
export function snakeCase(camelCase: string): string {
  let name = snakeNames.get(camelCase)
  if (name === undefined) {
    name = camelCase.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
    snakeNames.set(camelCase, name)
  }
  return name
}

/** A 64-bit integer, as protobuf's JSON has it: a number or decimal digits. `undefined` for anything else. */
export function integerOf(value: JsonValue): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?[0-9]{1,20}$/.test(value) ? BigInt(value) : undefined
}
