import {
  type Attributes,
  PAYLOAD_SLICE,
  type PayloadValue,
  readText,
  type Span,
  SpanKey,
  type SpanPayload,
} from '@clew/model'
import { known } from './trace-row.ts'

/** Shown in parts of their own, so not among the attributes. */
const SHOWN_APART = new Set<string>([SpanKey.inputs, SpanKey.outputs])

/** Everything about one span; values longer than `slice` characters are cut, and say how long they are. */
export function spanPayload(span: Span, slice = PAYLOAD_SLICE): SpanPayload {
  const value = (json: string | undefined): PayloadValue | undefined =>
    json === undefined ? undefined : { json: json.slice(0, slice), size: json.length }
  const entries = (attributes: Attributes) =>
    [...attributes].map(([key, json]) => [key, { json: json.slice(0, slice), size: json.length }] as const)
  return {
    traceId: span.traceId,
    spanId: span.spanId,
    name: span.name,
    type: readText(span.attributes, SpanKey.type) ?? 'UNKNOWN',
    startNs: String(span.startTimeNs),
    status: span.status.code,
    statusMessage: span.status.message,
    ...known({
      parentSpanId: span.parentSpanId,
      endNs: span.endTimeNs?.toString(),
      inputs: value(span.attributes.get(SpanKey.inputs)),
      outputs: value(span.attributes.get(SpanKey.outputs)),
    }),
    attributes: entries(span.attributes).filter(([key]) => !SHOWN_APART.has(key)),
    events: span.events.map(({ name, timeNs, attributes }) => ({
      name,
      timeNs: String(timeNs),
      attributes: entries(attributes),
    })),
    links: span.links.map(({ traceId, spanId }) => ({ traceId, spanId })),
  }
}
