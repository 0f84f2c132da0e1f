import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import { base64Encode } from '@bufbuild/protobuf/wire'
import { type ExactJson, JsonNumeral, parseExactly } from '../../json/parse.ts'
import type { JsonText } from '../../json/text.ts'
import { writeDouble } from '../../json/write.ts'
import type { Attributes, Span, SpanStatusCode } from '../../span.ts'
import {
  type ExportTraceServiceRequest,
  ExportTraceServiceRequestSchema,
} from './generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.js'
import {
  type AnyValue,
  AnyValueSchema,
  type KeyValue,
  KeyValueSchema,
} from './generated/opentelemetry/proto/common/v1/common_pb.js'
import { SpanSchema, type Span as WireSpan } from './generated/opentelemetry/proto/trace/v1/trace_pb.js'

/**
 * The second opinion on OTLP: spans to bytes and back with generated code. Written for clearness, and sharing with the
 * codec only the JSON parser.
 */
export function oracleDecode(bytes: Uint8Array): ExportTraceServiceRequest {
  return fromBinary(ExportTraceServiceRequestSchema, bytes)
}

export function oracleEncode(spans: readonly Span[], resource: Attributes): Uint8Array {
  return toBinary(
    ExportTraceServiceRequestSchema,
    create(ExportTraceServiceRequestSchema, {
      resourceSpans: [
        {
          resource: { attributes: keyValues(resource, false), droppedAttributesCount: 3 },
          scopeSpans: [{ scope: { name: 'oracle', version: '1' }, spans: spans.map(wireSpan), schemaUrl: 'http://x' }],
        },
      ],
    }),
  )
}

const codes: Record<SpanStatusCode, 0 | 1 | 2> = { UNSET: 0, OK: 1, ERROR: 2 }

export function wireSpan(span: Span): WireSpan {
  return create(SpanSchema, {
    traceId: bytesOf(span.traceId.slice(3)),
    spanId: bytesOf(span.spanId),
    parentSpanId: bytesOf(span.parentSpanId ?? ''),
    name: span.name,
    kind: 3,
    traceState: 'a=b',
    flags: 257,
    startTimeUnixNano: span.startTimeNs,
    endTimeUnixNano: span.endTimeNs ?? 0n,
    attributes: keyValues(span.attributes, true),
    events: span.events.map((event) => ({
      name: event.name,
      timeUnixNano: event.timeNs,
      attributes: keyValues(event.attributes, false),
    })),
    links: span.links.map((link) => ({
      traceId: bytesOf(link.traceId.slice(3)),
      spanId: bytesOf(link.spanId),
      attributes: keyValues(link.attributes, false),
    })),
    status: { code: codes[span.status.code], message: span.status.message },
  })
}

/** @param quoteStrings strings travel as their JSON texts, as MLflow's own clients send them */
function keyValues(attributes: Attributes, quoteStrings: boolean): KeyValue[] {
  return [...attributes].map(([key, text]) => {
    const value = parseExactly(text)
    return quoteStrings && typeof value === 'string'
      ? create(KeyValueSchema, { key, value: stringValue(text) })
      : keyValue(key, value)
  })
}

/** Null is a key without a value; inside an array, where it must be something, an empty value. */
function keyValue(key: string, value: ExactJson): KeyValue {
  return value === null ? create(KeyValueSchema, { key }) : create(KeyValueSchema, { key, value: anyValue(value) })
}

function anyValue(value: ExactJson): AnyValue {
  if (value === null) return create(AnyValueSchema)
  if (typeof value === 'string') return stringValue(value)
  if (typeof value === 'boolean') return create(AnyValueSchema, { value: { case: 'boolValue', value } })
  if (value instanceof JsonNumeral) return numberValue(value.text)
  if (Array.isArray(value)) {
    return create(AnyValueSchema, { value: { case: 'arrayValue', value: { values: value.map(anyValue) } } })
  }
  const values = Object.entries(value).map(([key, member]) => keyValue(key, member))
  return create(AnyValueSchema, { value: { case: 'kvlistValue', value: { values } } })
}

function numberValue(text: string): AnyValue {
  const value = /[.e]/i.test(text)
    ? ({ case: 'doubleValue', value: Number(text) } as const)
    : ({ case: 'intValue', value: BigInt(text) } as const)
  return create(AnyValueSchema, { value })
}

function stringValue(value: string): AnyValue {
  return create(AnyValueSchema, { value: { case: 'stringValue', value } })
}

/** The JSON text of what an AnyValue holds, nothing stripped. */
export function textOf(value: AnyValue | undefined): string {
  switch (value?.value.case) {
    case 'stringValue':
      return JSON.stringify(value.value.value)
    case 'bytesValue':
      return JSON.stringify(base64Encode(value.value.value))
    case 'doubleValue':
      return writeDouble(value.value.value)
    case 'arrayValue':
      return `[${value.value.value.values.map(textOf).join(',')}]`
    case 'kvlistValue':
      return `{${value.value.value.values.map((member) => `${JSON.stringify(member.key)}:${textOf(member.value)}`)}}`
    case 'boolValue':
    case 'intValue':
      return String(value.value.value)
    default:
      return 'null'
  }
}

export function textsOf(list: readonly KeyValue[]): Map<string, JsonText> {
  return new Map(list.map(({ key, value }) => [key, textOf(value) as JsonText]))
}

function bytesOf(hex: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}
