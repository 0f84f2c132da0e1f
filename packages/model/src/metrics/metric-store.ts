import type { Filter } from '../search/ast.ts'
import type { AggregationType, Dimension, Measure } from './metric-views.ts'

/** The part of a store that adds up; see {@link TraceStore}, of which it is one. */
export interface MetricStore {
  /**
   * Measures what the view holds (traces, spans, or valid assessments) of the traces that match, and adds it up by
   * group. A group is what has the same values of all dimensions and begins in the same interval. `evaluateMetrics` is
   * what every store must answer; sums may differ in their last bits, because numbers may be added in another order (costs are
   * rounded, see {@link settledSum}, and do not).
   *
   * What lacks a dimension that was asked for belongs to no group. What has no value (a trace that still runs has no
   * latency, a feedback `"good"` no number) adds nothing, and a group without a value is not answered. Counts alone know
   * zero: a `COUNT` without dimensions and intervals is answered with 0 when there is nothing, unknown experiments
   * included.
   *
   * Points come in order of their intervals, then of their dimensions as they were asked for, by code point, and there
   * are at most `limit` of them; nothing says that there were more.
   *
   * Reads rows and columns, never a payload; its cost grows with the traces in the range of time, not with their size.
   */
  queryMetrics(query: MetricQuery): Promise<readonly MetricPoint[]>
}

export interface MetricQuery {
  readonly experimentIds: readonly string[]
  readonly measure: Measure
  /** At least one, each one the metric has; no two alike. */
  readonly aggregations: readonly Aggregation[]
  /** Each one the metric has; no two alike. */
  readonly dimensions: readonly Dimension[]
  /** Of the trace; `undefined`: every trace. */
  readonly filter: Filter | undefined
  /** Of the span or the assessment that is measured. All must hold. */
  readonly rowFilters: readonly RowFilter[]
  /** When the trace may have begun, inclusive, whole milliseconds since the Unix epoch; in every view. */
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  /**
   * Length of the intervals points are made for, whole milliseconds, counted from the Unix epoch; `undefined`: one interval
   * for all. A trace or span is in the interval in which it begins, an assessment in that of its trace (MLflow 3.17.2).
   */
  readonly intervalMs: number | undefined
  readonly limit: number
}

export type Aggregation =
  | { readonly type: Exclude<AggregationType, 'PERCENTILE'> }
  /** Linear between the two values nearest to `percentile` hundredths of the way from the least to the greatest. */
  | { readonly type: 'PERCENTILE'; readonly percentile: number }

export interface RowFilter {
  readonly field: RowField
  /** The value the field must have, exactly. */
  readonly text: string
}

/** `assessment_type` is `feedback`, `expectation` or `issue`. */
export type RowField =
  | Extract<Dimension, 'span_name' | 'span_type' | 'span_status' | 'assessment_name'>
  | 'assessment_type'

export interface MetricPoint {
  /** When the interval begins, milliseconds since the Unix epoch; present if intervals were asked for. */
  readonly bucketMs: number | undefined
  /** In the order asked for. */
  readonly dimensions: readonly string[]
  /** In the order of the aggregations. */
  readonly values: readonly number[]
}
