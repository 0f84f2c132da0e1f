/**
 * Reading values nobody promised a shape for: a provider's response, a user's request. Each function is total; what is
 * not there, or is of another kind, is `undefined` (or an empty list).
 */

/** The property `name` of any value; `undefined` when there is none. */
export function readField(value: unknown, name: string): unknown {
  return isObject(value) ? Reflect.get(value, name) : undefined
}

/** The property if it is a string, also an empty one. */
export function readString(value: unknown, name: string): string | undefined {
  const field = readField(value, name)
  return typeof field === 'string' ? field : undefined
}

/** The property if it is a finite number. */
export function readNumber(value: unknown, name: string): number | undefined {
  const field = readField(value, name)
  return typeof field === 'number' && Number.isFinite(field) ? field : undefined
}

/** The property if it is an array, otherwise an empty one. */
export function readList(value: unknown, name: string): readonly unknown[] {
  const field = readField(value, name)
  return Array.isArray(field) ? field : []
}

/** True for what has properties worth reading: objects and arrays, not functions. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

/** True for anything that can hold a property: objects and functions. */
export function isHolder(value: unknown): value is object {
  return isObject(value) || typeof value === 'function'
}
