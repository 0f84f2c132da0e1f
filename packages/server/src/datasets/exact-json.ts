import { type ExactJson, JsonNumeral, type JsonText } from '@clew/model'

export type ExactObject = { readonly [key: string]: ExactJson }

export function isExactObject(value: ExactJson | undefined): value is ExactObject {
  return typeof value === 'object' && value !== null && !isList(value) && !(value instanceof JsonNumeral)
}

/**
 * The text of what `parseExactly` read, its numbers as they were written.
 *
 * @param isSorted keys in one order, whatever order they came in
 */
export function exactText(value: ExactJson, isSorted = false): JsonText {
  return textOf(value, isSorted) as JsonText
}

/** A JSON object of texts by their keys. */
export function objectText(members: ReadonlyMap<string, JsonText>): JsonText {
  return `{${[...members].map(([key, text]) => `${JSON.stringify(key)}:${text}`).join(',')}}` as JsonText
}

/** The members of an object as texts. */
export function memberTexts(object: ExactObject): Map<string, JsonText> {
  return new Map(Object.entries(object).map(([key, value]) => [key, exactText(value)]))
}

/** What MLflow calls the type of a value. */
export function typeOfExact(value: ExactJson): string {
  if (value === null) return 'null'
  if (typeof value === 'boolean' || typeof value === 'string') return typeof value
  if (value instanceof JsonNumeral) return /[.eE]/.test(value.text) ? 'float' : 'integer'
  return isList(value) ? 'array' : 'object'
}

function textOf(value: ExactJson, isSorted: boolean): string {
  if (value instanceof JsonNumeral) return value.text
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map((item) => textOf(item, isSorted)).join(',')}]`
  const members = Object.entries(value)
  if (isSorted) members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member, isSorted)}`).join(',')}}`
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value)
}
