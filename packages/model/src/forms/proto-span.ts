import { bytesOfHex } from '../ids.ts'
import { encodeBase64 } from '../json/base64.ts'
import { jsonString } from '../json/encode.ts'
import { fieldOf, isList, type JsonObject } from '../json/object.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { attributesJson, mlflowSpelling } from '../otlp/any-value-json.ts'
import { defaultOtlpLimits, SpanRefused } from '../otlp/export.ts'
import { readAttributes } from '../otlp/read-any-value.ts'
import type { Attributes, Span, SpanEvent, SpanLink, SpanStatus } from '../span.ts'
import { invalidField } from './invalid.ts'
import {
  readEndTime,
  readLinks,
  readObjects,
  readParentId,
  readSpanId,
  readStatus,
  readTextField,
  readTime,
  readTraceId,
  traceHex,
  withTraceRequestId,
} from './span-fields.ts'

/**
 * A span as `traces/get` and `batchGet` answer it: protobuf's JSON form of OpenTelemetry's Span, as MLflow prints it.
 * Names in snake_case, ids in base64, times as numbers, attributes decoded; what is empty or 0 is left out.
 */
export function spanToProtoJson(span: Span): string {
  const parent = span.parentSpanId === undefined ? '' : `"parent_span_id":"${base64OfHex(span.parentSpanId)}",`
  const name = span.name === '' ? '' : `"name":${jsonString(span.name)},`
  const start = span.startTimeNs === 0n ? '' : `"start_time_unix_nano":${span.startTimeNs},`
  const end = span.endTimeNs === undefined ? '' : `"end_time_unix_nano":${span.endTimeNs},`
  const attributes = attributesOf(withTraceRequestId(span), ',')
  const events = span.events.length === 0 ? '' : `"events":[${span.events.map(eventJson).join(',')}],`
  const links = span.links.length === 0 ? '' : `"links":[${span.links.map(linkJson).join(',')}],`
  return (
    `{"trace_id":"${base64OfHex(traceHex(span.traceId))}","span_id":"${base64OfHex(span.spanId)}",` +
    `${parent}${name}${start}${end}${attributes}${events}${links}"status":${statusJson(span.status)}}`
  )
}

function attributesOf(attributes: Attributes, after: string): string {
  return attributes.size === 0 ? '' : `"attributes":${attributesJson(attributes, 'literal', mlflowSpelling)}${after}`
}

function eventJson(event: SpanEvent): string {
  const time = event.timeNs === 0n ? '' : `"time_unix_nano":${event.timeNs}`
  const name = event.name === '' ? '' : `"name":${jsonString(event.name)}`
  return `{${[time, name, attributesOf(event.attributes, '')].filter((part) => part !== '').join(',')}}`
}

function linkJson(link: SpanLink): string {
  const ids = `"trace_id":"${base64OfHex(traceHex(link.traceId))}","span_id":"${base64OfHex(link.spanId)}"`
  return `{${ids}${link.attributes.size === 0 ? '' : ','}${attributesOf(link.attributes, '')}}`
}

function statusJson({ code, message }: SpanStatus): string {
  if (code === 'UNSET') return '{}'
  const text = message === '' ? '' : `"message":${jsonString(message)},`
  return `{${text}"code":"STATUS_CODE_${code}"}`
}

function base64OfHex(hex: string): string {
  return encodeBase64(bytesOfHex(hex))
}

/** Reads {@link spanToProtoJson}'s form. @throws ClewError `INVALID_PARAMETER_VALUE` */
export function readProtoSpan(span: JsonObject): Span {
  return {
    traceId: readTraceId(fieldOf(span, 'traceId'), 'trace_id'),
    spanId: readSpanId(fieldOf(span, 'spanId'), 'span_id'),
    parentSpanId: readParentId(fieldOf(span, 'parentSpanId'), 'parent_span_id'),
    name: readTextField(span, 'name'),
    startTimeNs: readTime(fieldOf(span, 'startTimeUnixNano'), 'start_time_unix_nano'),
    endTimeNs: readEndTime(fieldOf(span, 'endTimeUnixNano'), 'end_time_unix_nano'),
    status: readStatus(fieldOf(span, 'status')),
    attributes: readKeyValues(fieldOf(span, 'attributes')),
    events: readObjects(span, 'events').map((event) => ({
      name: readTextField(event, 'name'),
      timeNs: readTime(fieldOf(event, 'timeUnixNano'), 'time_unix_nano'),
      attributes: readKeyValues(fieldOf(event, 'attributes')),
    })),
    links: readLinks(span, readKeyValues),
  }
}

function readKeyValues(value: JsonValue | undefined): Map<string, JsonText> {
  if (value === undefined) return new Map()
  if (!isList(value)) throw invalidField('attributes', value)
  try {
    return readAttributes(value, 'literal', defaultOtlpLimits)
  } catch (error) {
    if (error instanceof SpanRefused) throw invalidField('attributes', value)
    throw error
  }
}
