import type { JsonText, JsonValue } from './text.ts'

/** The JSON text of a parsed value, compact; `parseJson` of it is the value again, bigint and `-0` included. */
export function writeJson(value: JsonValue): JsonText {
  return textOf(value) as JsonText
}

/**
 * A double as Python prints it, so that MLflow's clients read a float where one was written: `1.0`, not `1`. Not a
 * number and the infinities, for which JSON has no word, are strings.
 */
export function writeDouble(value: number): JsonText {
  if (!Number.isFinite(value)) return `"${value}"` as JsonText
  if (Object.is(value, -0)) return '-0.0' as JsonText
  const text = String(value)
  return (Number.isInteger(value) && !text.includes('e') ? `${text}.0` : text) as JsonText
}

function textOf(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return JSON.stringify(value)
    case 'number':
      // An integer a double cannot count exactly came from a text with a point or an exponent, and must keep one.
      return isExact(value) ? String(value) : writeDouble(value)
    case 'object':
      if (value === null) return 'null'
      return isArray(value) ? `[${value.map(textOf).join(',')}]` : objectText(value)
    default:
      return String(value)
  }
}

function isExact(value: number): boolean {
  return Number.isInteger(value) ? Number.isSafeInteger(value) && !Object.is(value, -0) : Number.isFinite(value)
}

function objectText(object: { readonly [key: string]: JsonValue }): string {
  const members = Object.entries(object).map(([key, value]) => `${JSON.stringify(key)}:${textOf(value)}`)
  return `{${members.join(',')}}`
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value)
}
