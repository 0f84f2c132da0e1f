import { ClewError } from '../errors.ts'
import type { Comparison } from '../search/ast.ts'
import { printList, printString } from '../search/python-text.ts'
import type { Aggregation, MetricQuery, RowFilter } from './metric-store.ts'
import {
  type AggregationType,
  type Dimension,
  type Measure,
  type MetricRule,
  type MetricView,
  metricViews,
} from './metric-views.ts'
import { parseMetricFilter } from './parse-metric-filter.ts'

/** A metric query as it comes over the wire, each field of the right type. */
export interface MetricRequest {
  readonly experimentIds: readonly string[]
  readonly view: MetricView
  readonly metric: string
  readonly aggregations: readonly { readonly type: AggregationType; readonly percentile: number | undefined }[]
  readonly dimensions: readonly string[]
  readonly filters: readonly string[]
  readonly startMs: number | undefined
  readonly endMs: number | undefined
  /** 0 is the same as absent. */
  readonly intervalSeconds: number | undefined
  readonly limit: number
}

/** Aggregations, and filters, of one query. */
export const MAX_AGGREGATIONS = 50
export const MAX_METRIC_FILTERS = 100
/** Points of one answer. */
export const MAX_POINTS = 100_000
/** A hundred years. */
export const MAX_INTERVAL_SECONDS = 3_155_760_000
/** What a date can be: 275,760 years, either way. */
const MAX_TIME_MS = 8.64e15

/**
 * Checks a metric query against {@link metricViews}.
 *
 * @throws ClewError INVALID_PARAMETER_VALUE with MLflow's wording where MLflow refuses it too
 */
export function parseMetricQuery(request: MetricRequest): MetricQuery {
  const { measure, rule } = measureOf(request)
  const aggregations = aggregationsOf(request, rule)
  const dimensions = dimensionsOf(request, rule)
  return {
    experimentIds: request.experimentIds,
    measure,
    aggregations,
    dimensions,
    ...timesOf(request),
    ...filtersOf(request),
    limit: bounded('max_results', request.limit, MAX_POINTS),
  }
}

function measureOf({ view, metric }: MetricRequest): { measure: Measure; rule: MetricRule } {
  const rules: Readonly<Record<string, MetricRule>> = metricViews[view]
  const rule = Object.hasOwn(rules, metric) ? rules[metric] : undefined
  if (rule === undefined) {
    throw invalid(`metric_name must be one of ${printList(Object.keys(rules))}, got ${printString(metric)}`)
  }
  // Sound because the view's table has the metric.
  return { measure: { view, metric } as Measure, rule }
}

function aggregationsOf({ aggregations }: MetricRequest, rule: MetricRule): Aggregation[] {
  if (aggregations.length === 0) throw invalid('A query needs at least one of aggregations.')
  const types = aggregations.map(({ type }) => type)
  const unknown = types.filter((type) => !rule.aggregations.includes(type))
  if (unknown.length > 0) {
    const supported = `Supported aggregation types: ${printList(rule.aggregations)}`
    throw invalid(`Found invalid aggregation_type(s): ${printList(distinct(unknown).sort())}. ${supported}`)
  }
  if (aggregations.length > MAX_AGGREGATIONS) throw invalid(`A query has at most ${MAX_AGGREGATIONS} aggregations.`)
  const byName = new Map(aggregations.map((aggregation) => [JSON.stringify(aggregation), aggregation]))
  return [...byName.values()].map(({ type, percentile }) => {
    if (type === 'PERCENTILE') return { type, percentile: checkedPercentile(percentile) }
    if (percentile === undefined) return { type }
    throw invalid(`percentile_value is only for aggregation_type 'PERCENTILE', got '${type}'`)
  })
}

function checkedPercentile(percentile: number | undefined): number {
  if (percentile === undefined) throw invalid("percentile_value is required for aggregation_type 'PERCENTILE'")
  if (percentile >= 0 && percentile <= 100) return percentile
  throw invalid(`percentile_value must be between 0 and 100, got ${percentile}`)
}

function dimensionsOf({ dimensions }: MetricRequest, rule: MetricRule): Dimension[] {
  const given = distinct(dimensions)
  const unknown = given.filter((name) => !rule.dimensions.some((dimension) => dimension === name))
  if (unknown.length > 0) {
    const supported = `Supported dimensions: ${printList(rule.dimensions)}`
    throw invalid(`Found invalid dimension(s): ${printList(unknown.sort())}. ${supported}`)
  }
  return given
    .map((name) => rule.dimensions.find((dimension) => dimension === name))
    .filter((name) => name !== undefined)
}

function timesOf(request: MetricRequest): Pick<MetricQuery, 'startMs' | 'endMs' | 'intervalMs'> {
  const startMs = request.startMs === undefined ? undefined : checkedTime('start_time_ms', request.startMs)
  const endMs = request.endMs === undefined ? undefined : checkedTime('end_time_ms', request.endMs)
  const interval = bounded('time_interval_seconds', request.intervalSeconds ?? 0, MAX_INTERVAL_SECONDS)
  if (interval > 0 && (startMs === undefined || endMs === undefined)) {
    throw invalid('start_time_ms and end_time_ms are required if time_interval_seconds is set')
  }
  return { startMs, endMs, intervalMs: interval === 0 ? undefined : interval * 1000 }
}

function checkedTime(name: string, timeMs: number): number {
  if (Math.abs(timeMs) <= MAX_TIME_MS) return timeMs
  throw invalid(`${name} must be milliseconds since the Unix epoch, got ${timeMs}`)
}

function bounded(name: string, value: number, most: number): number {
  if (value >= 0 && value <= most) return value
  throw invalid(`${name} must be between 0 and ${most}, got ${value}`)
}

function filtersOf({ filters, view }: MetricRequest): Pick<MetricQuery, 'filter' | 'rowFilters'> {
  if (filters.length > MAX_METRIC_FILTERS) throw invalid(`A query has at most ${MAX_METRIC_FILTERS} filters.`)
  const operands: Comparison[] = []
  const rowFilters: RowFilter[] = []
  for (const text of filters) {
    const filter = parseMetricFilter(text, view)
    if (filter.about === 'trace') operands.push(filter.comparison)
    else rowFilters.push(filter.filter)
  }
  return { filter: operands.length === 0 ? undefined : { type: 'and', operands }, rowFilters }
}

function distinct<Text extends string>(texts: readonly Text[]): Text[] {
  return [...new Set(texts)]
}

function invalid(message: string): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', message)
}
