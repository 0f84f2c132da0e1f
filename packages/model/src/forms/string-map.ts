import { jsonString } from '../json/encode.ts'
import { isObject } from '../json/object.ts'
import type { JsonValue } from '../json/text.ts'
import { invalidField } from './invalid.ts'

/** `map<string, string>` of protobuf in JSON: an object whose values are all strings. */
export function mapJson(map: ReadonlyMap<string, string>): string {
  return `{${[...map].map(([key, value]) => `${jsonString(key)}:${jsonString(value)}`).join(',')}}`
}

/** Absent is empty. @throws ClewError `INVALID_PARAMETER_VALUE` for anything but an object of strings */
export function readMap(value: JsonValue | undefined, name: string): Map<string, string> {
  const map = new Map<string, string>()
  if (value === undefined) return map
  if (!isObject(value)) throw invalidField(name, value)
  for (const [key, member] of Object.entries(value)) {
    if (typeof member !== 'string') throw invalidField(`${name}.${key}`, member)
    map.set(key, member)
  }
  return map
}
