import { skeletonRow } from '../derive/skeleton.ts'
import { parseTokenUsage, readCost } from '../derive/usage.ts'
import { readText } from '../json/parse.ts'
import { SpanKey, TraceMetadataKey, TraceTagKey } from '../keys.ts'
import { assessmentText } from '../search/assessment-text.ts'
import type { Span } from '../span.ts'
import type { TraceInfo } from '../trace.ts'
import type { TokenUsage } from '../usage.ts'
import { assessmentNumber } from './assessment-number.ts'
import type { RowField } from './metric-store.ts'
import type { Dimension, Measure, Metric } from './metric-views.ts'

/** A trace as far as it is measured. */
export interface MeasuredTrace {
  readonly info: TraceInfo
  /** By span id. */
  readonly spans: ReadonlyMap<string, Span>
}

/** One trace, span or assessment. */
export interface MeasuredRow {
  /** What decides its interval, whole milliseconds since the Unix epoch. */
  readonly timeMs: number
  /** What is measured; a text where different ones are counted; absent where there is nothing to measure. */
  readonly value: number | string | undefined
  readonly texts: Partial<Readonly<Record<Dimension | RowField, string | undefined>>>
}

/** What a trace adds to a measurement. */
export function measuredRows(measure: Measure, { info, spans }: MeasuredTrace): Iterable<MeasuredRow> {
  switch (measure.view) {
    case 'TRACES':
      return [traceRow(measure.metric, info)]
    case 'SPANS':
      return [...spans.values()].map((span) => spanRow(measure.metric, span))
    case 'ASSESSMENTS':
      return assessmentRows(measure.metric, info)
  }
}

function traceRow(metric: Metric<'TRACES'>, info: TraceInfo): MeasuredRow {
  return {
    timeMs: info.requestTimeMs,
    value: traceValue(metric, info),
    texts: { trace_name: info.tags.get(TraceTagKey.name), trace_status: info.state },
  }
}

function traceValue(metric: Metric<'TRACES'>, info: TraceInfo): number | string | undefined {
  if (metric === 'trace_count') return 1
  if (metric === 'session_count') return info.traceMetadata.get(TraceMetadataKey.session)
  if (metric === 'latency') return info.executionDurationMs
  return parseTokenUsage(info.traceMetadata.get(TraceMetadataKey.tokenUsage))?.[TOKENS[metric]]
}

const TOKENS = {
  input_tokens: 'input',
  output_tokens: 'output',
  total_tokens: 'total',
  cache_read_input_tokens: 'cacheRead',
  cache_creation_input_tokens: 'cacheCreation',
} satisfies Partial<Record<Metric<'TRACES'>, keyof TokenUsage>>

function spanRow(metric: Metric<'SPANS'>, span: Span): MeasuredRow {
  const { name, type, status, model } = skeletonRow(span)
  return {
    timeMs: Number(span.startTimeNs / NS_PER_MS),
    value: spanValue(metric, span),
    texts: {
      span_name: name,
      span_type: type,
      span_status: status,
      span_model_name: model,
      span_model_provider: readText(span.attributes, SpanKey.provider),
    },
  }
}

const NS_PER_MS = 1_000_000n

function spanValue(metric: Metric<'SPANS'>, span: Span): number | undefined {
  switch (metric) {
    case 'span_count':
      return 1
    case 'latency':
      return latencyMs(span)
    case 'input_cost':
      return readCost(span.attributes)?.input
    case 'output_cost':
      return readCost(span.attributes)?.output
    case 'total_cost':
      return readCost(span.attributes)?.total
  }
}

/** With its fraction. A span that ends before it starts took no time. */
function latencyMs({ startTimeNs, endTimeNs }: Span): number | undefined {
  if (endTimeNs === undefined) return undefined
  return endTimeNs < startTimeNs ? 0 : Number(endTimeNs - startTimeNs) / Number(NS_PER_MS)
}

function assessmentRows(metric: Metric<'ASSESSMENTS'>, info: TraceInfo): MeasuredRow[] {
  const valid = info.assessments.filter((assessment) => assessment.valid)
  return valid.map((assessment) => ({
    timeMs: info.requestTimeMs,
    value: metric === 'assessment_count' ? 1 : assessmentNumber(assessment),
    texts: {
      assessment_name: assessment.name,
      assessment_value: assessmentText(assessment),
      assessment_type: assessment.content.kind,
    },
  }))
}
