import { otelTraceId } from '../ids.ts'
import { jsonString } from '../json/encode.ts'
import type { Attributes, Span, SpanEvent, SpanLink, SpanStatus } from '../span.ts'
import { attributesJson, otlpSpelling } from './any-value-json.ts'
import { CLEW_SCOPE } from './scope.ts'

/**
 * The JSON text of an OTLP trace export: names in camelCase, ids in hex, 64-bit numbers as strings
 * (OTLP specification, "JSON Protobuf Encoding"). A span that runs has end time 0.
 */
export function encodeOtlpJson(spans: readonly Span[], resource: Attributes): string {
  const scope = `{"scope":{"name":"${CLEW_SCOPE}"},"spans":[${spans.map(spanJson).join(',')}]}`
  const resourceJson = `{"attributes":${attributesJson(resource, 'literal', otlpSpelling)}}`
  return `{"resourceSpans":[{"resource":${resourceJson},"scopeSpans":[${scope}]}]}`
}

function spanJson(span: Span): string {
  const parent = span.parentSpanId === undefined ? '' : `,"parentSpanId":"${span.parentSpanId}"`
  const events = span.events.length === 0 ? '' : `,"events":[${span.events.map(eventJson).join(',')}]`
  const links = span.links.length === 0 ? '' : `,"links":[${span.links.map(linkJson).join(',')}]`
  return (
    `{"traceId":"${otelTraceId(span.traceId)}","spanId":"${span.spanId}"${parent},"name":${jsonString(span.name)}` +
    `,"kind":1,"startTimeUnixNano":"${span.startTimeNs}","endTimeUnixNano":"${span.endTimeNs ?? 0n}"` +
    `,"attributes":${attributesJson(span.attributes, 'stripped', otlpSpelling)}${events}${links}` +
    `,"status":${statusJson(span.status)}}`
  )
}

function statusJson({ code, message }: SpanStatus): string {
  if (code === 'ERROR') return `{"code":2,"message":${jsonString(message)}}`
  return code === 'OK' ? '{"code":1}' : '{}'
}

function eventJson(event: SpanEvent): string {
  const attributes = attributesJson(event.attributes, 'literal', otlpSpelling)
  return `{"timeUnixNano":"${event.timeNs}","name":${jsonString(event.name)},"attributes":${attributes}}`
}

function linkJson(link: SpanLink): string {
  const attributes = attributesJson(link.attributes, 'literal', otlpSpelling)
  return `{"traceId":"${otelTraceId(link.traceId)}","spanId":"${link.spanId}","attributes":${attributes}}`
}
