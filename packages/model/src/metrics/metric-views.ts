/**
 * What can be measured, and how it may be added up and split: MLflow's table for `POST /mlflow/traces/metrics` (3.17.2).
 * The order of names is the order in which MLflow lists them in its messages.
 */
export const metricViews: { readonly [View in MetricView]: Readonly<Record<Metric<View>, MetricRule>> } = {
  TRACES: {
    trace_count: counted('trace_name', 'trace_status'),
    session_count: counted(),
    latency: measured('trace_name'),
    input_tokens: summed('trace_name'),
    output_tokens: summed('trace_name'),
    total_tokens: summed('trace_name'),
    cache_read_input_tokens: summed('trace_name'),
    cache_creation_input_tokens: summed('trace_name'),
  },
  SPANS: {
    span_count: counted('span_model_name', 'span_model_provider', 'span_name', 'span_status', 'span_type'),
    latency: measured('span_name', 'span_status'),
    input_cost: summed('span_model_name', 'span_model_provider'),
    output_cost: summed('span_model_name', 'span_model_provider'),
    total_cost: summed('span_model_name', 'span_model_provider'),
  },
  ASSESSMENTS: {
    assessment_count: counted('assessment_name', 'assessment_value'),
    assessment_value: measured('assessment_name'),
  },
}

function counted(...dimensions: Dimension[]): MetricRule {
  return { aggregations: ['COUNT'], dimensions }
}

function measured(...dimensions: Dimension[]): MetricRule {
  return { aggregations: ['AVG', 'MAX', 'MIN', 'PERCENTILE'], dimensions }
}

function summed(...dimensions: Dimension[]): MetricRule {
  return { aggregations: ['AVG', 'MAX', 'MIN', 'PERCENTILE', 'SUM'], dimensions }
}

export interface MetricRule {
  readonly aggregations: readonly AggregationType[]
  readonly dimensions: readonly Dimension[]
}

/** What is counted or measured one by one: traces, their spans, or their valid assessments. */
export type MetricView = 'TRACES' | 'SPANS' | 'ASSESSMENTS'

/** Latencies are milliseconds, costs US dollars. */
export interface MetricsByView {
  TRACES:
    | 'trace_count'
    | 'session_count'
    | 'latency'
    | 'input_tokens'
    | 'output_tokens'
    | 'total_tokens'
    | 'cache_read_input_tokens'
    | 'cache_creation_input_tokens'
  SPANS: 'span_count' | 'latency' | 'input_cost' | 'output_cost' | 'total_cost'
  ASSESSMENTS: 'assessment_count' | 'assessment_value'
}

export type Metric<View extends MetricView> = MetricsByView[View]

/** A metric of one view; some names mean something in two. */
export type Measure = { [View in MetricView]: { readonly view: View; readonly metric: Metric<View> } }[MetricView]

export type Dimension =
  | 'trace_name'
  | 'trace_status'
  | 'span_name'
  | 'span_type'
  | 'span_status'
  | 'span_model_name'
  | 'span_model_provider'
  | 'assessment_name'
  /** The JSON text of the value, as `assessmentText` writes it. */
  | 'assessment_value'

export type AggregationType = 'COUNT' | 'SUM' | 'AVG' | 'MIN' | 'MAX' | 'PERCENTILE'
