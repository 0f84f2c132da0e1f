import { jsonString } from '../json/encode.ts'
import { fieldOf, isObject, type JsonObject } from '../json/object.ts'
import type { JsonValue } from '../json/text.ts'
import type { Span, SpanEvent } from '../span.ts'
import { readTexts } from './dictionary-span.ts'
import { invalidField } from './invalid.ts'
import {
  readEndTime,
  readObjects,
  readParentId,
  readSpanId,
  readTextField,
  readTime,
  readTraceId,
  readValues,
  statusOf,
  textsJson,
  traceHex,
  valuesJson,
  withTraceRequestId,
} from './span-fields.ts'

/** A span as MLflow before 3.0 wrote it: ids in a `context`, with `0x` before them. It had no links. */
export function spanToLegacy(span: Span): string {
  const parent = span.parentSpanId === undefined ? 'null' : `"0x${span.parentSpanId}"`
  return (
    `{"name":${jsonString(span.name)}` +
    `,"context":{"span_id":"0x${span.spanId}","trace_id":"0x${traceHex(span.traceId)}"},"parent_id":${parent}` +
    `,"start_time":${span.startTimeNs},"end_time":${span.endTimeNs ?? 'null'}` +
    `,"status_code":"${span.status.code}","status_message":${jsonString(span.status.message)}` +
    `,"attributes":${textsJson(withTraceRequestId(span))},"events":[${span.events.map(eventJson).join(',')}]}`
  )
}

function eventJson({ name, timeNs, attributes }: SpanEvent): string {
  return `{"name":${jsonString(name)},"timestamp":${timeNs},"attributes":${valuesJson(attributes)}}`
}

/** Reads {@link spanToLegacy}'s form. @throws ClewError `INVALID_PARAMETER_VALUE` */
export function readLegacySpan(span: JsonObject): Span {
  const context = span['context']
  if (!isObject(context)) throw invalidField('context', context)
  return {
    traceId: readTraceId(context['trace_id'], 'context.trace_id'),
    spanId: readSpanId(context['span_id'], 'context.span_id'),
    parentSpanId: readParentId(span['parent_id'], 'parent_id'),
    name: readTextField(span, 'name'),
    startTimeNs: readTime(span['start_time'], 'start_time'),
    endTimeNs: readEndTime(span['end_time'], 'end_time'),
    status: statusOf(span['status_code'], readTextField(span, 'status_message')),
    attributes: readTexts(fieldOf(span, 'attributes')),
    events: readObjects(span, 'events').map((event) => ({
      name: readTextField(event, 'name'),
      timeNs: readEventTime(event['timestamp']),
      attributes: readValues(fieldOf(event, 'attributes'), 'events.attributes'),
    })),
    links: [],
  }
}

/** Nanoseconds before this were in the spring of 1973; microseconds after it will be in the year 5138. */
const FIRST_PLAUSIBLE_NS = 100_000_000_000_000_000n

/** Events of MLflow 2 were stamped in microseconds by some calls and in nanoseconds by others. */
function readEventTime(value: JsonValue | undefined): bigint {
  const time = readTime(value, 'timestamp')
  return time < FIRST_PLAUSIBLE_NS ? time * 1000n : time
}
