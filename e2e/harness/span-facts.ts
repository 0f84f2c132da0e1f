import { type Attributes, type JsonValue, parseJson, readText, type Span, SpanKey, type SpanPayload } from '@clew/model'
import type { LiveSpan } from '@clew/tracing'
import type { AnyValue, MlflowAttribute, MlflowSpan } from './clew-api.ts'

/** What must be the same of a span wherever it is looked at. */
export interface SpanFacts {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly name: string
  readonly type: string
  readonly startNs: bigint
  readonly endNs: bigint | undefined
  readonly status: string
  readonly inputs: JsonValue | undefined
  readonly outputs: JsonValue | undefined
  readonly events: readonly EventFacts[]
}

export interface EventFacts {
  readonly name: string
  readonly timeNs: bigint
  readonly attributes: Readonly<Record<string, JsonValue>>
}

/** A live span does not tell its events; what was added is given beside it. */
export function factsOfLive(span: LiveSpan, events: readonly EventFacts[]): SpanFacts {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentId: span.parentId,
    name: span.name,
    type: span.spanType,
    startNs: span.startTimeNs,
    endNs: span.endTimeNs,
    status: span.status.code,
    inputs: span.inputs,
    outputs: span.outputs,
    events,
  }
}

/** As it is on the wire and in a store. */
export function factsOfSpan(span: Span): SpanFacts {
  const value = (key: string) => parsed(span.attributes.get(key))
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentId: span.parentSpanId,
    name: span.name,
    type: readText(span.attributes, SpanKey.type) ?? '',
    startNs: span.startTimeNs,
    endNs: span.endTimeNs,
    status: span.status.code,
    inputs: value(SpanKey.inputs),
    outputs: value(SpanKey.outputs),
    events: span.events.map((event) => ({
      name: event.name,
      timeNs: event.timeNs,
      attributes: plain(event.attributes),
    })),
  }
}

/** As MLflow's REST API answers it. */
export function factsOfMlflow(span: MlflowSpan): SpanFacts {
  const attributes = plainMlflow(span.attributes)
  return {
    traceId: `tr-${hex(span.trace_id)}`,
    spanId: hex(span.span_id),
    parentId: span.parent_span_id === undefined ? undefined : hex(span.parent_span_id),
    name: span.name,
    type: String(attributes[SpanKey.type]),
    startNs: span.start_time_unix_nano,
    endNs: span.end_time_unix_nano,
    status: span.status?.code?.replace('STATUS_CODE_', '') ?? 'UNSET',
    inputs: attributes[SpanKey.inputs],
    outputs: attributes[SpanKey.outputs],
    events: (span.events ?? []).map((event) => ({
      name: event.name,
      timeNs: event.time_unix_nano,
      attributes: plainMlflow(event.attributes),
    })),
  }
}

/** As the API of the screens answers it. */
export function factsOfPayload(span: SpanPayload): SpanFacts {
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    parentId: span.parentSpanId,
    name: span.name,
    type: span.type,
    startNs: BigInt(span.startNs),
    endNs: span.endNs === undefined ? undefined : BigInt(span.endNs),
    status: span.status,
    inputs: parsed(span.inputs?.json),
    outputs: parsed(span.outputs?.json),
    events: span.events.map(({ name, timeNs, attributes }) => ({
      name,
      timeNs: BigInt(timeNs),
      attributes: Object.fromEntries(attributes.map(([key, { json }]) => [key, parseJson(json)])),
    })),
  }
}

function parsed(json: string | undefined): JsonValue | undefined {
  return json === undefined ? undefined : parseJson(json)
}

function plain(attributes: Attributes): Record<string, JsonValue> {
  return Object.fromEntries([...attributes].map(([key, json]) => [key, parseJson(json)]))
}

function plainMlflow(attributes: readonly MlflowAttribute[] = []): Record<string, JsonValue> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, plainValue(value)]))
}

function plainValue(value: AnyValue = {}): JsonValue {
  if (value.array_value !== undefined) return (value.array_value.values ?? []).map(plainValue)
  if (value.kvlist_value !== undefined) return plainMlflow(value.kvlist_value.values)
  return value.string_value ?? value.bool_value ?? value.int_value ?? value.double_value ?? null
}

function hex(base64: string): string {
  return Buffer.from(base64, 'base64').toString('hex')
}
