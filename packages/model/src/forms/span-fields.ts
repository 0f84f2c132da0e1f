import { hexOf, otelTraceId, traceIdOf } from '../ids.ts'
import { decodeBase64 } from '../json/base64.ts'
import { jsonString } from '../json/encode.ts'
import { fieldOf, integerOf, isList, isObject, type JsonObject } from '../json/object.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import { SpanKey } from '../keys.ts'
import type { Attributes, Span, SpanLink, SpanStatus } from '../span.ts'
import { MAX_TIME_NS } from '../time.ts'
import { invalidField } from './invalid.ts'

/** What the three forms of a span in JSON have in common. */

/** Attributes with the key without which MLflow's readers refuse a span. */
export function withTraceRequestId(span: Span): Attributes {
  if (span.attributes.has(SpanKey.traceRequestId)) return span.attributes
  return new Map([[SpanKey.traceRequestId, jsonString(span.traceId)], ...span.attributes])
}

/** The hex digits of a trace id; zeros for an id of a trace from before MLflow 3.0, which has none. */
export function traceHex(traceId: string): string {
  const hex = traceId.startsWith('tr-') ? otelTraceId(traceId) : traceId
  return /^[0-9a-f]{32}$/.test(hex) ? hex : '0'.repeat(32)
}

/** Attributes as a JSON object of their values. */
export function valuesJson(attributes: Attributes): string {
  return `{${[...attributes].map(([key, text]) => `${jsonString(key)}:${text}`).join(',')}}`
}

/**
 * Attributes as a JSON object of their JSON texts, each in a string: MLflow's way to keep them apart from values.
 */
export function textsJson(attributes: Attributes): string {
  return `{${[...attributes].map(([key, text]) => `${jsonString(key)}:${jsonString(text)}`).join(',')}}`
}

/** Reads a JSON object of values. @throws ClewError if it is none */
export function readValues(value: JsonValue | undefined, name: string): Map<string, JsonText> {
  return readMembers(value, name, writeJson)
}

/** Reads a JSON object into a map of what `textOf` makes of its members; absent is empty. */
export function readMembers(
  value: JsonValue | undefined,
  name: string,
  textOf: (member: JsonValue) => JsonText,
): Map<string, JsonText> {
  if (value === undefined) return new Map()
  if (!isObject(value)) throw invalidField(name, value)
  return new Map(Object.entries(value).map(([key, member]) => [key, textOf(member)]))
}

/**
 * Reads a trace id in any spelling: base64 of 16 bytes, hex digits, `tr-` and hex digits, `0x` and hex digits.
 * No two of them have the same length and alphabet.
 */
export function readTraceId(value: JsonValue | undefined, name: string): string {
  return traceIdOf(readId(value, 16, name))
}

/** Reads a span id in any spelling, as {@link readTraceId}. */
export function readSpanId(value: JsonValue | undefined, name: string): string {
  return readId(value, 8, name)
}

/** Absent, null and empty all mean a root. */
export function readParentId(value: JsonValue | undefined, name: string): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : readId(value, 8, name)
}

/** Leaves out links that point nowhere: MLflow garbles the ids of those that reached it as OTLP JSON. */
export function readLinks(
  span: JsonObject,
  readAttributes: (value: JsonValue | undefined) => Attributes,
): readonly SpanLink[] {
  return readObjects(span, 'links').flatMap((link) => {
    const traceId = hexOfId(fieldOf(link, 'traceId'), 16)
    const spanId = hexOfId(fieldOf(link, 'spanId'), 8)
    if (traceId === undefined || spanId === undefined) return []
    return [{ traceId: traceIdOf(traceId), spanId, attributes: readAttributes(fieldOf(link, 'attributes')) }]
  })
}

function readId(value: JsonValue | undefined, length: number, name: string): string {
  const hex = hexOfId(value, length)
  if (hex === undefined) throw invalidField(name, value)
  return hex
}

function hexOfId(value: JsonValue | undefined, length: number): string | undefined {
  if (typeof value !== 'string') return undefined
  const hex = value.replace(/^(?:tr-|0x)/, '').toLowerCase()
  if (/^[0-9a-f]+$/.test(hex) && hex.length === 2 * length) return hex
  const bytes = decodeBase64(value)
  return bytes?.length === length ? hexOf(bytes) : undefined
}

/** Nanoseconds, as a number or decimal text. */
export function readTime(value: JsonValue | undefined, name: string): bigint {
  const time = value === undefined ? 0n : integerOf(value)
  if (time === undefined || time < 0n || time > MAX_TIME_NS) throw invalidField(name, value)
  return time
}

/** Absent, null and 0 all mean that the span runs. */
export function readEndTime(value: JsonValue | undefined, name: string): bigint | undefined {
  const time = value === null ? 0n : readTime(value, name)
  return time === 0n ? undefined : time
}

const codes = ['UNSET', 'OK', 'ERROR'] as const

/** @param code long or short name, or number; absent is unset */
export function statusOf(code: JsonValue | undefined, message: string): SpanStatus {
  const known = codes.find((name, number) => code === name || code === `STATUS_CODE_${name}` || code === number)
  if (known === undefined && code !== undefined && code !== null) throw invalidField('status.code', code)
  return known === 'ERROR' ? { code: 'ERROR', message } : { code: known ?? 'UNSET', message: '' }
}

export function readStatus(value: JsonValue | undefined): SpanStatus {
  if (value === undefined) return statusOf(undefined, '')
  if (!isObject(value)) throw invalidField('status', value)
  return statusOf(value['code'], readTextField(value, 'message'))
}

/** Absent is empty. */
export function readTextField(object: JsonObject, name: string): string {
  const value = fieldOf(object, name)
  if (value === undefined) return ''
  if (typeof value !== 'string') throw invalidField(name, value)
  return value
}

/** Absent is empty. */
export function readObjects(object: JsonObject, name: string): readonly JsonObject[] {
  const value = fieldOf(object, name) ?? []
  if (!isList(value)) throw invalidField(name, value)
  return value.map((item) => {
    if (!isObject(item)) throw invalidField(name, value)
    return item
  })
}
