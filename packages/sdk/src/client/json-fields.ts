import type { JsonValue } from '@clew/model'

export type JsonObject = { readonly [key: string]: JsonValue }

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** @throws TypeError naming the field, for anything else */
export function objectIn(object: JsonObject, name: string): JsonObject {
  const value = object[name]
  if (!isJsonObject(value)) throw new TypeError(`"${name}" is no object`)
  return value
}

/** Absent is empty, as protobuf's JSON leaves empty lists out. @throws TypeError naming the field */
export function listIn(object: JsonObject, name: string): readonly JsonValue[] {
  const value = object[name] ?? []
  if (!Array.isArray(value)) throw new TypeError(`"${name}" is no list`)
  return value
}

/** @throws TypeError naming the field, for anything else */
export function textIn(object: JsonObject, name: string): string {
  const value = object[name]
  if (typeof value !== 'string') throw new TypeError(`"${name}" is no text`)
  return value
}

/** A field that may be absent. @throws TypeError naming the field, for anything else */
export function optionalTextIn(object: JsonObject, name: string): string | undefined {
  return object[name] === undefined || object[name] === null ? undefined : textIn(object, name)
}
