import { jsonString } from '../json/encode.ts'
import { fieldOf, integerOf, type JsonObject } from '../json/object.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeDouble } from '../json/write.ts'
import { type StringRule, textOfString } from './attribute-text.ts'
import { type OtlpLimits, SpanRefused } from './export.ts'
import { listField, objectOf, textField } from './json-fields.ts'

/**
 * Reads a JSON array of KeyValue, in camelCase or snake_case, into JSON texts. A repeated key keeps the last value.
 *
 * @throws SpanRefused with a sentence
 */
export function readAttributes(
  list: readonly JsonValue[],
  strings: StringRule,
  limits: OtlpLimits,
): Map<string, JsonText> {
  const attributes = new Map<string, JsonText>()
  for (const entry of list) {
    const object = objectOf(entry, 'An attribute')
    const value = fieldOf(object, 'value')
    attributes.set(textField(object, 'key'), readAnyValue(value, { depth: 0, strings, limits }))
  }
  if (attributes.size > limits.maxAttributes) {
    throw new SpanRefused(`There are more than ${limits.maxAttributes} attributes.`)
  }
  return attributes
}

interface ValueContext {
  readonly depth: number
  readonly strings: StringRule
  readonly limits: OtlpLimits
}

function readAnyValue(value: JsonValue | undefined, context: ValueContext): JsonText {
  if (value === undefined) return NULL
  const object = objectOf(value, 'The value of an attribute')
  const string = fieldOf(object, 'stringValue')
  if (string !== undefined) return readString(string, context)
  const array = fieldOf(object, 'arrayValue')
  if (array !== undefined) return readArray(objectOf(array, 'An arrayValue'), nested(context))
  const members = fieldOf(object, 'kvlistValue')
  if (members !== undefined) return readObject(objectOf(members, 'A kvlistValue'), nested(context))
  return readScalar(object)
}

const NULL = 'null' as JsonText

function nested({ depth, limits }: ValueContext): ValueContext {
  if (depth >= limits.maxDepth) throw new SpanRefused(`A value is nested deeper than ${limits.maxDepth} levels.`)
  return { depth: depth + 1, strings: 'literal', limits }
}

function readString(value: JsonValue, { strings, limits }: ValueContext): JsonText {
  if (typeof value !== 'string') throw new SpanRefused('A stringValue is not text.')
  if (value.length > limits.maxValueBytes) {
    throw new SpanRefused(`A value is longer than ${limits.maxValueBytes} bytes.`)
  }
  return strings === 'stripped' ? textOfString(value) : jsonString(value)
}

function readScalar(object: JsonObject): JsonText {
  const bool = fieldOf(object, 'boolValue')
  if (bool !== undefined) {
    if (typeof bool !== 'boolean') throw new SpanRefused('A boolValue is neither true nor false.')
    return (bool ? 'true' : 'false') as JsonText
  }
  const int = fieldOf(object, 'intValue')
  if (int !== undefined) return readInteger(int)
  const double = fieldOf(object, 'doubleValue')
  if (double !== undefined) return readDouble(double)
  const bytes = fieldOf(object, 'bytesValue')
  return bytes === undefined ? NULL : jsonString(textField(object, 'bytesValue'))
}

function readInteger(value: JsonValue): JsonText {
  const integer = integerOf(value)
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) {
    throw new SpanRefused('An intValue is not a 64-bit integer.')
  }
  return String(integer) as JsonText
}

function readDouble(value: JsonValue): JsonText {
  if (value === 'NaN') return writeDouble(Number.NaN)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'bigint') return writeDouble(Number(number))
  if (typeof number !== 'number' || Number.isNaN(number)) throw new SpanRefused('A doubleValue is not a number.')
  return writeDouble(number)
}

function readArray(object: JsonObject, context: ValueContext): JsonText {
  const items = listField(object, 'values').map((item) => readAnyValue(item === null ? undefined : item, context))
  return `[${items.join(',')}]` as JsonText
}

function readObject(object: JsonObject, context: ValueContext): JsonText {
  const members = new Map<string, JsonText>()
  for (const entry of listField(object, 'values')) {
    const member = objectOf(entry, 'A member of a kvlistValue')
    members.set(textField(member, 'key'), readAnyValue(fieldOf(member, 'value'), context))
  }
  return `{${[...members].map(([key, text]) => `${jsonString(key)}:${text}`).join(',')}}` as JsonText
}
