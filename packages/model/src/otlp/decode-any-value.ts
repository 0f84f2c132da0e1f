import { encodeBase64 } from '../json/base64.ts'
import { jsonString } from '../json/encode.ts'
import type { JsonText } from '../json/text.ts'
import { writeDouble } from '../json/write.ts'
import { type StringRule, textOfString } from './attribute-text.ts'
import { type OtlpLimits, SpanRefused } from './export.ts'
import type { ProtoReader } from './proto-reader.ts'
import {
  ANY_ARRAY,
  ANY_BOOL,
  ANY_BYTES,
  ANY_DOUBLE,
  ANY_INT,
  ANY_OBJECT,
  ANY_STRING,
  KEY_VALUE_KEY,
  KEY_VALUE_VALUE,
  LIST_ITEM,
} from './tags.ts'

/**
 * Reads one KeyValue into a map, as JSON text made directly from the wire. A repeated key keeps the last value.
 *
 * @param end of the KeyValue message
 */
export function readKeyValue(
  reader: ProtoReader,
  end: number,
  { into, strings, limits }: { into: Map<string, JsonText>; strings: StringRule; limits: OtlpLimits },
): void {
  let key = ''
  let text = 'null' as JsonText
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === KEY_VALUE_KEY) key = reader.text(reader.field(end))
    else if (tag === KEY_VALUE_VALUE) text = readAnyValue(reader, reader.field(end), { depth: 0, strings, limits })
    else reader.skip(tag & 7, end)
  }
  into.set(key, text)
  if (into.size > limits.maxAttributes) throw new SpanRefused(`There are more than ${limits.maxAttributes} attributes.`)
}

interface ValueContext {
  readonly depth: number
  readonly strings: StringRule
  readonly limits: OtlpLimits
}

/** Of a oneof that was sent twice the last one counts, as protobuf says. */
function readAnyValue(reader: ProtoReader, end: number, context: ValueContext): JsonText {
  let text = 'null'
  while (reader.at < end) {
    const tag = reader.uint32(end)
    switch (tag) {
      case ANY_STRING:
        text = readString(reader, reader.field(end), context)
        break
      case ANY_BOOL:
        text = reader.uint32(end) === 0 ? 'false' : 'true'
        break
      case ANY_INT:
        text = reader.int64Text(end)
        break
      case ANY_DOUBLE:
        text = writeDouble(reader.double(end))
        break
      case ANY_ARRAY:
        text = readArray(reader, reader.field(end), nested(context))
        break
      case ANY_OBJECT:
        text = readObject(reader, reader.field(end), nested(context))
        break
      case ANY_BYTES:
        text = readBytes(reader, reader.field(end), context)
        break
      default:
        reader.skip(tag & 7, end)
    }
  }
  return text as JsonText
}

function nested({ depth, limits }: ValueContext): ValueContext {
  if (depth >= limits.maxDepth) throw new SpanRefused(`A value is nested deeper than ${limits.maxDepth} levels.`)
  return { depth: depth + 1, strings: 'literal', limits }
}

function readString(reader: ProtoReader, end: number, { strings, limits }: ValueContext): JsonText {
  checkLength(end - reader.at, limits)
  const raw = reader.text(end)
  return strings === 'stripped' ? textOfString(raw) : jsonString(raw)
}

function readBytes(reader: ProtoReader, end: number, { limits }: ValueContext): string {
  checkLength(end - reader.at, limits)
  const bytes = reader.bytes.subarray(reader.at, end)
  reader.at = end
  return `"${encodeBase64(bytes)}"`
}

function checkLength(length: number, { maxValueBytes }: OtlpLimits): void {
  if (length > maxValueBytes) throw new SpanRefused(`A value is longer than ${maxValueBytes} bytes.`)
}

function readArray(reader: ProtoReader, end: number, context: ValueContext): string {
  let text = ''
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag !== LIST_ITEM) {
      reader.skip(tag & 7, end)
      continue
    }
    text += (text === '' ? '' : ',') + readAnyValue(reader, reader.field(end), context)
  }
  return `[${text}]`
}

function readObject(reader: ProtoReader, end: number, context: ValueContext): string {
  const members = new Map<string, JsonText>()
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === LIST_ITEM) readMember(reader, reader.field(end), members, context)
    else reader.skip(tag & 7, end)
  }
  let text = ''
  for (const [key, value] of members) text += `${text === '' ? '' : ','}${jsonString(key)}:${value}`
  return `{${text}}`
}

function readMember(reader: ProtoReader, end: number, members: Map<string, JsonText>, context: ValueContext): void {
  let key = ''
  let text = 'null' as JsonText
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === KEY_VALUE_KEY) key = reader.text(reader.field(end))
    else if (tag === KEY_VALUE_VALUE) text = readAnyValue(reader, reader.field(end), context)
    else reader.skip(tag & 7, end)
  }
  members.set(key, text)
}
