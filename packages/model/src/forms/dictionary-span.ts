import { bytesOfHex } from '../ids.ts'
import { encodeBase64 } from '../json/base64.ts'
import { jsonString } from '../json/encode.ts'
import { fieldOf, type JsonObject } from '../json/object.ts'
import { isJson } from '../json/parse.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import type { Span, SpanEvent, SpanLink } from '../span.ts'
import {
  readEndTime,
  readLinks,
  readMembers,
  readObjects,
  readParentId,
  readSpanId,
  readStatus,
  readTextField,
  readTime,
  readTraceId,
  readValues,
  textsJson,
  traceHex,
  valuesJson,
  withTraceRequestId,
} from './span-fields.ts'

/**
 * A span as it stands in `traces.json`, MLflow's trace files and its web UI (`Span.to_dict`): attributes are JSON texts,
 * those of events and links are values; every field is there.
 */
export function spanToDictionary(span: Span): string {
  const parent = span.parentSpanId === undefined ? 'null' : `"${base64OfHex(span.parentSpanId)}"`
  return (
    `{"trace_id":"${base64OfHex(traceHex(span.traceId))}","span_id":"${base64OfHex(span.spanId)}"` +
    `,"parent_span_id":${parent},"name":${jsonString(span.name)}` +
    `,"start_time_unix_nano":${span.startTimeNs},"end_time_unix_nano":${span.endTimeNs ?? 'null'}` +
    `,"events":[${span.events.map(eventJson).join(',')}]` +
    `,"status":{"code":"STATUS_CODE_${span.status.code}","message":${jsonString(span.status.message)}}` +
    `,"attributes":${textsJson(withTraceRequestId(span))},"links":[${span.links.map(linkJson).join(',')}]}`
  )
}

function eventJson(event: SpanEvent): string {
  const { name, timeNs, attributes } = event
  return `{"name":${jsonString(name)},"time_unix_nano":${timeNs},"attributes":${valuesJson(attributes)}}`
}

function linkJson({ traceId, spanId, attributes }: SpanLink): string {
  return `{"trace_id":${jsonString(traceId)},"span_id":"${spanId}","attributes":${valuesJson(attributes)}}`
}

function base64OfHex(hex: string): string {
  return encodeBase64(bytesOfHex(hex))
}

/**
 * Reads {@link spanToDictionary}'s form, in its dialects too: hex ids and short status names (MLflow 3.5.0), an empty
 * parent and attributes that are values and not texts (the TypeScript SDK). A text that is not JSON is a string.
 *
 * @throws ClewError `INVALID_PARAMETER_VALUE`
 */
export function readDictionarySpan(span: JsonObject): Span {
  return {
    traceId: readTraceId(span['trace_id'], 'trace_id'),
    spanId: readSpanId(span['span_id'], 'span_id'),
    parentSpanId: readParentId(span['parent_span_id'], 'parent_span_id'),
    name: readTextField(span, 'name'),
    startTimeNs: readTime(span['start_time_unix_nano'], 'start_time_unix_nano'),
    endTimeNs: readEndTime(span['end_time_unix_nano'], 'end_time_unix_nano'),
    status: readStatus(fieldOf(span, 'status')),
    attributes: readTexts(fieldOf(span, 'attributes')),
    events: readObjects(span, 'events').map((event) => ({
      name: readTextField(event, 'name'),
      timeNs: readTime(event['time_unix_nano'], 'time_unix_nano'),
      attributes: readValues(fieldOf(event, 'attributes'), 'events.attributes'),
    })),
    links: readLinks(span, (attributes) => readValues(attributes, 'links.attributes')),
  }
}

/** Reads attributes that are JSON texts, or values where somebody decoded them. */
export function readTexts(value: JsonValue | undefined): Map<string, JsonText> {
  return readMembers(value, 'attributes', (member) => {
    if (typeof member !== 'string') return writeJson(member)
    return isJson(member) ? member : jsonString(member)
  })
}
