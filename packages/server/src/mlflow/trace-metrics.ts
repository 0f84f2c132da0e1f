import {
  type Aggregation,
  type AggregationType,
  type MetricPoint,
  type MetricQuery,
  type MetricView,
  parseMetricQuery,
  writeDouble,
} from '@clew/model'
import { z } from 'zod'
import { jsonText } from '../http/answer.ts'
import { integer, invalid, json, requiredText, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { experimentId } from './parameters.ts'

/** Points answered when no number is asked for, as in MLflow. */
const DEFAULT_POINTS = 1000

const aggregation = z.object({ aggregation_type: z.union([text, integer]), percentile_value: json.optional() })

const request = z.object({
  experiment_ids: z.array(text),
  view_type: z.union([requiredText, integer]),
  metric_name: requiredText,
  aggregations: z.array(aggregation),
  dimensions: z.array(text).optional(),
  filters: z.array(text).optional(),
  time_interval_seconds: integer.optional(),
  start_time_ms: integer.optional(),
  end_time_ms: integer.optional(),
  max_results: integer.optional(),
  page_token: text.optional(),
})

const response = z.object({
  data_points: z
    .array(
      z.object({
        metric_name: z.string(),
        dimensions: z.record(z.string(), z.string()).optional(),
        values: z.record(z.string(), z.number()),
      }),
    )
    .optional(),
})

export const traceMetricRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/metrics', '3.0'),
    permission: 'read',
    summary: 'Counts, sums, averages and percentiles of traces, spans or assessments, by dimension and time.',
    request,
    response,
    async handler({ services, fields }) {
      const query = parseMetricQuery({
        experimentIds: fields.experiment_ids.map(experimentId),
        view: named(VIEWS, 'view_type', fields.view_type),
        metric: fields.metric_name,
        aggregations: fields.aggregations.map(({ aggregation_type, percentile_value }) => ({
          type: named(AGGREGATIONS, 'aggregation_type', aggregation_type),
          percentile: percentile_value === undefined ? undefined : percentileOf(percentile_value),
        })),
        dimensions: fields.dimensions ?? [],
        filters: fields.filters ?? [],
        startMs: fields.start_time_ms,
        endMs: fields.end_time_ms,
        intervalSeconds: fields.time_interval_seconds,
        limit: fields.max_results ?? DEFAULT_POINTS,
      })
      return jsonText(printPoints(query, await services.store.queryMetrics(query)))
    },
  }),
]

/** Protobuf's numbers count from 1 in this order. */
const VIEWS: readonly MetricView[] = ['TRACES', 'SPANS', 'ASSESSMENTS']
const AGGREGATIONS: readonly AggregationType[] = ['COUNT', 'SUM', 'AVG', 'PERCENTILE', 'MIN', 'MAX']

/** A name of an enum, or its number. MLflow takes an unknown one for the first; here it is refused. */
function named<Name extends string>(names: readonly Name[], field: string, given: string | number): Name {
  const name = names.find((known, index) => given === known || given === index + 1)
  if (name === undefined) throw invalid(field, given)
  return name
}

function percentileOf(value: z.output<typeof json>): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  if (typeof number === 'number' && !Number.isNaN(number)) return number
  throw invalid('percentile_value', value)
}

/** Values are doubles, which have a point even when they are whole; a client must not take `6.0` for an integer. */
function printPoints(query: MetricQuery, points: readonly MetricPoint[]): string {
  if (points.length === 0) return '{}'
  return `{"data_points":[${points.map((point) => printPoint(query, point)).join(',')}]}`
}

function printPoint({ measure, dimensions, aggregations }: MetricQuery, point: MetricPoint): string {
  const groups = dimensions.map((name, index) => `"${name}":${JSON.stringify(point.dimensions[index])}`)
  if (point.bucketMs !== undefined) groups.unshift(`"time_bucket":"${printBucket(point.bucketMs)}"`)
  const values = aggregations.map((each, index) => `"${keyOf(each)}":${writeDouble(point.values[index] ?? Number.NaN)}`)
  const grouped = groups.length === 0 ? '' : `"dimensions":{${groups.join(',')}},`
  return `{"metric_name":"${measure.metric}",${grouped}"values":{${values.join(',')}}}`
}

/** As Python's `isoformat` prints it. Intervals begin at whole seconds. */
function printBucket(bucketMs: number): string {
  return new Date(bucketMs).toISOString().replace('.000Z', '+00:00')
}

/** `P95.0`: the UI looks the percentile up as Python prints a double. */
function keyOf(aggregation: Aggregation): string {
  return aggregation.type === 'PERCENTILE' ? `P${printPercentile(aggregation.percentile)}` : aggregation.type
}

function printPercentile(percentile: number): string {
  if (percentile >= 1e-4 || percentile === 0) return writeDouble(Math.abs(percentile))
  return percentile.toExponential().replace(/-(\d)$/, '-0$1')
}
