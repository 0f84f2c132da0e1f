import type { Attributes, Span, SpanEvent, SpanLink, SpanStatusCode } from '../span.ts'
import { writeAttributes } from './encode-any-value.ts'
import { ProtoWriter } from './proto-writer.ts'
import { CLEW_SCOPE } from './scope.ts'
import {
  EVENT_ATTRIBUTE,
  EVENT_NAME,
  EVENT_TIME,
  LINK_ATTRIBUTE,
  LINK_SPAN_ID,
  LINK_TRACE_ID,
  REQUEST_RESOURCE_SPANS,
  RESOURCE_ATTRIBUTE,
  RESOURCE_SPANS_RESOURCE,
  RESOURCE_SPANS_SCOPE_SPANS,
  SCOPE_NAME,
  SCOPE_SPANS_SCOPE,
  SCOPE_SPANS_SPAN,
  SPAN_ATTRIBUTE,
  SPAN_END_TIME,
  SPAN_EVENT,
  SPAN_KIND,
  SPAN_LINK,
  SPAN_NAME,
  SPAN_PARENT_SPAN_ID,
  SPAN_SPAN_ID,
  SPAN_START_TIME,
  SPAN_STATUS,
  SPAN_TRACE_ID,
  STATUS_CODE,
  STATUS_MESSAGE,
} from './tags.ts'

/** The bytes of an OTLP trace export (`ExportTraceServiceRequest`). A span that runs has end time 0. */
export function encodeOtlpProtobuf(spans: readonly Span[], resource: Attributes): Uint8Array {
  writer.reset()
  const resourceSpans = writer.begin(REQUEST_RESOURCE_SPANS, 3)
  const resourceStart = writer.begin(RESOURCE_SPANS_RESOURCE, 2)
  writeAttributes(writer, resource, { tag: RESOURCE_ATTRIBUTE, strings: 'literal' })
  writer.end(resourceStart, 2)
  const scopeSpans = writer.begin(RESOURCE_SPANS_SCOPE_SPANS, 3)
  const scope = writer.begin(SCOPE_SPANS_SCOPE, 1)
  writer.string(SCOPE_NAME, CLEW_SCOPE)
  writer.end(scope, 1)
  for (const span of spans) writeSpan(writer, span)
  writer.end(scopeSpans, 3)
  writer.end(resourceSpans, 3)
  return writer.finish()
}

/**
 * One for all calls, which do not overlap. Its buffer is memory that need not be asked for again; and a full garbage
 * collection between two exports would discard the optimised code of a class nothing is left of.
 */
const writer = new ProtoWriter()

const statusCodes: Record<SpanStatusCode, number> = { UNSET: 0, OK: 1, ERROR: 2 }

/** The kind of a span that says nothing about its kind. */
const INTERNAL = 1

function writeSpan(writer: ProtoWriter, span: Span): void {
  const start = writer.begin(SCOPE_SPANS_SPAN, 2)
  writer.hex(SPAN_TRACE_ID, span.traceId, 3)
  writer.hex(SPAN_SPAN_ID, span.spanId, 0)
  if (span.parentSpanId !== undefined) writer.hex(SPAN_PARENT_SPAN_ID, span.parentSpanId, 0)
  writer.string(SPAN_NAME, span.name)
  writer.varint(SPAN_KIND)
  writer.varint(INTERNAL)
  writer.fixed64(SPAN_START_TIME, span.startTimeNs)
  writer.fixed64(SPAN_END_TIME, span.endTimeNs ?? 0n)
  writeAttributes(writer, span.attributes, { tag: SPAN_ATTRIBUTE, strings: 'stripped' })
  for (const event of span.events) writeEvent(writer, event)
  for (const link of span.links) writeLink(writer, link)
  if (span.status.code !== 'UNSET') {
    const status = writer.begin(SPAN_STATUS, 1)
    if (span.status.message !== '') writer.string(STATUS_MESSAGE, span.status.message)
    writer.varint(STATUS_CODE)
    writer.varint(statusCodes[span.status.code])
    writer.end(status, 1)
  }
  writer.end(start, 2)
}

function writeEvent(writer: ProtoWriter, event: SpanEvent): void {
  const start = writer.begin(SPAN_EVENT, 2)
  writer.fixed64(EVENT_TIME, event.timeNs)
  writer.string(EVENT_NAME, event.name)
  writeAttributes(writer, event.attributes, { tag: EVENT_ATTRIBUTE, strings: 'literal' })
  writer.end(start, 2)
}

function writeLink(writer: ProtoWriter, link: SpanLink): void {
  const start = writer.begin(SPAN_LINK, 1)
  writer.hex(LINK_TRACE_ID, link.traceId, 3)
  writer.hex(LINK_SPAN_ID, link.spanId, 0)
  writeAttributes(writer, link.attributes, { tag: LINK_ATTRIBUTE, strings: 'literal' })
  writer.end(start, 1)
}
