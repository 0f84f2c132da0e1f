import { type ExactJson, JsonNumeral } from '../json/parse.ts'
import type { JsonText } from '../json/text.ts'
import { type AnyValue, anyValueOf, numberOf } from './any-value.ts'
import type { StringRule } from './attribute-text.ts'
import { type ProtoWriter, widthOf } from './proto-writer.ts'
import {
  ANY_ARRAY,
  ANY_BOOL,
  ANY_DOUBLE,
  ANY_INT,
  ANY_OBJECT,
  ANY_STRING,
  KEY_VALUE_KEY,
  KEY_VALUE_VALUE,
  LIST_ITEM,
} from './tags.ts'

/** Writes `attributes` as KeyValue messages of the field with this tag. */
export function writeAttributes(
  writer: ProtoWriter,
  attributes: ReadonlyMap<string, JsonText>,
  { tag, strings }: { tag: number; strings: StringRule },
): void {
  for (const [key, text] of attributes) {
    const width = widthOf(text.length + key.length + 8)
    const start = writer.begin(tag, width)
    writer.string(KEY_VALUE_KEY, key)
    writeAnyValue(writer, anyValueOf(text, strings), widthOf(text.length + 4))
    writer.end(start, width)
  }
}

/** Writes field 2, the value of a KeyValue; nothing for an empty value. */
function writeAnyValue(writer: ProtoWriter, value: AnyValue, width: number): void {
  if (value.kind === 'empty') return
  const start = writer.begin(KEY_VALUE_VALUE, width)
  writeVariant(writer, value)
  writer.end(start, width)
}

function writeVariant(writer: ProtoWriter, value: AnyValue): void {
  switch (value.kind) {
    case 'empty':
      break
    case 'string':
      writer.string(ANY_STRING, value.value)
      break
    case 'bool':
      writer.varint(ANY_BOOL)
      writer.varint(value.value ? 1 : 0)
      break
    case 'int':
      writer.varint(ANY_INT)
      writer.int64(value.value)
      break
    case 'double':
      writer.double(ANY_DOUBLE, value.value)
      break
    case 'tree':
      writeTree(writer, value.value)
      break
  }
}

/** The variant of AnyValue a parsed value is. Its depth is that of the parser. */
function writeTree(writer: ProtoWriter, value: ExactJson): void {
  if (value === null) return
  if (typeof value === 'string') writer.string(ANY_STRING, value)
  else if (typeof value === 'boolean') writeVariant(writer, { kind: 'bool', value })
  else if (value instanceof JsonNumeral) writeVariant(writer, numberOf(value.text))
  else writeList(writer, value)
}

function writeList(writer: ProtoWriter, value: readonly ExactJson[] | { readonly [key: string]: ExactJson }): void {
  const isArray = Array.isArray(value)
  const start = writer.begin(isArray ? ANY_ARRAY : ANY_OBJECT, 1)
  for (const [key, member] of Object.entries(value)) {
    const item = writer.begin(LIST_ITEM, 1)
    if (isArray) writeTree(writer, member)
    else writeMember(writer, key, member)
    writer.end(item, 1)
  }
  writer.end(start, 1)
}

function writeMember(writer: ProtoWriter, key: string, member: ExactJson): void {
  writer.string(KEY_VALUE_KEY, key)
  if (member === null) return
  const start = writer.begin(KEY_VALUE_VALUE, 1)
  writeTree(writer, member)
  writer.end(start, 1)
}
