import { jsonString } from '../json/encode.ts'
import { type ExactJson, JsonNumeral } from '../json/parse.ts'
import type { JsonText } from '../json/text.ts'
import { writeDouble } from '../json/write.ts'
import type { Attributes } from '../span.ts'
import { type AnyValue, anyValueOf, numberOf } from './any-value.ts'
import type { StringRule } from './attribute-text.ts'

/** How AnyValue is spelled in JSON: OTLP's way or, in answers of its REST API, MLflow's. */
export interface AnyValueSpelling {
  readonly string: string
  readonly bool: string
  readonly int: string
  readonly double: string
  readonly array: string
  readonly object: string
  /** protobuf's JSON form writes int64 as a string; MLflow turns it back into a number. */
  readonly quote: '"' | ''
}

export const otlpSpelling: AnyValueSpelling = {
  string: 'stringValue',
  bool: 'boolValue',
  int: 'intValue',
  double: 'doubleValue',
  array: 'arrayValue',
  object: 'kvlistValue',
  quote: '"',
}

export const mlflowSpelling: AnyValueSpelling = {
  string: 'string_value',
  bool: 'bool_value',
  int: 'int_value',
  double: 'double_value',
  array: 'array_value',
  object: 'kvlist_value',
  quote: '',
}

/** A JSON array of KeyValue. Null is a key without a value. */
export function attributesJson(attributes: Attributes, strings: StringRule, spelling: AnyValueSpelling): string {
  let text = ''
  for (const [key, value] of attributes) {
    text += text === '' ? '' : ','
    text += keyValue(key, variant(value, strings, spelling))
  }
  return `[${text}]`
}

function keyValue(key: string, value: string | undefined): string {
  const name = `{"key":${jsonString(key)}`
  return value === undefined ? `${name}}` : `${name},"value":{${value}}}`
}

/** The single member of an AnyValue object; `undefined` for an empty value. */
function variant(text: JsonText, strings: StringRule, spelling: AnyValueSpelling): string | undefined {
  return memberOf(anyValueOf(text, strings), spelling)
}

function memberOf(value: AnyValue, spelling: AnyValueSpelling): string | undefined {
  switch (value.kind) {
    case 'empty':
      return undefined
    case 'string':
      return `"${spelling.string}":${jsonString(value.value)}`
    case 'bool':
      return `"${spelling.bool}":${value.value}`
    case 'int':
      return `"${spelling.int}":${spelling.quote}${value.value}${spelling.quote}`
    case 'double':
      return `"${spelling.double}":${writeDouble(value.value)}`
    case 'tree':
      return tree(value.value, spelling)
  }
}

function tree(value: ExactJson, spelling: AnyValueSpelling): string | undefined {
  if (value === null) return undefined
  if (typeof value === 'string') return memberOf({ kind: 'string', value }, spelling)
  if (typeof value === 'boolean') return memberOf({ kind: 'bool', value }, spelling)
  if (value instanceof JsonNumeral) return memberOf(numberOf(value.text), spelling)
  if (isArray(value)) {
    return `"${spelling.array}":${listJson(value.map((item) => `{${tree(item, spelling) ?? ''}}`))}`
  }
  const members = Object.entries(value).map(([key, member]) => keyValue(key, tree(member, spelling)))
  return `"${spelling.object}":${listJson(members)}`
}

/** Of ArrayValue and KeyValueList; protobuf's JSON leaves out an empty list. */
function listJson(items: readonly string[]): string {
  return items.length === 0 ? '{}' : `{"values":[${items.join(',')}]}`
}

/** `Array.isArray` does not narrow a readonly array. */
function isArray(value: ExactJson): value is readonly ExactJson[] {
  return Array.isArray(value)
}
