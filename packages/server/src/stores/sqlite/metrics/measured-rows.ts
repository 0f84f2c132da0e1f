import { type Dimension, type Measure, type Metric, type MetricQuery, type RowField, TraceTagKey } from '@clew/model'
import { SESSION } from '../search/assessment-filter.ts'
import { traceCondition } from '../search/filter.ts'
import { type Fragment, join, sql } from '../search/fragment.ts'
import { valueAt } from '../search/json-value.ts'
import { scopeOf } from '../search/search.ts'
import type { TestFunctions } from '../search/test-functions.ts'

/**
 * What is measured, a row for each trace, span or assessment that has a value and every dimension asked for: `v` the value,
 * `b` when its interval begins, `d0`, `d1` … the dimensions. What `measuredRows` of the model makes of traces.
 */
export function measuredRows(query: MetricQuery, tests: TestFunctions): Fragment {
  const { source, time } = SOURCES[query.measure.view]
  const value = measuredValue(query.measure)
  const dimensions = query.dimensions.map((dimension) => FIELDS[dimension])
  const columns = [sql`${value} AS v`, ...dimensions.map((text, index) => sql`${text} AS ${numbered(index)}`)]
  if (query.intervalMs !== undefined) columns.push(sql`${bucketOf(time, query.intervalMs)} AS b`)
  const conditions = [
    scopeOf(query.experimentIds),
    ...[value, ...dimensions].map((expression) => sql`${expression} IS NOT NULL`),
    ...query.rowFilters.map(({ field, text }) => sql`${FIELDS[field]} = ${text}`),
  ]
  if (query.startMs !== undefined) conditions.push(sql`t.request_time_ms >= ${query.startMs}`)
  if (query.endMs !== undefined) conditions.push(sql`t.request_time_ms <= ${query.endMs}`)
  if (query.filter !== undefined) conditions.push(traceCondition(query.filter, tests))
  return sql`SELECT ${join(columns, ', ')} FROM ${source} WHERE ${join(conditions, ' AND ')}`
}

const TRACE_TIME = sql`CAST(t.request_time_ms AS INTEGER)`

/** Where the rows of a view are, and the time that decides their interval, in whole milliseconds. */
const SOURCES = {
  TRACES: { source: sql`traces t`, time: TRACE_TIME },
  SPANS: { source: sql`traces t CROSS JOIN spans s ON s.trace = t.pk`, time: sql`(s.start_ns / 1000000)` },
  ASSESSMENTS: {
    source: sql`traces t CROSS JOIN assessments a ON a.trace = t.pk AND a.valid = 1`,
    time: TRACE_TIME,
  },
} as const

const FIELDS: Readonly<Record<Dimension | RowField, Fragment>> = {
  trace_name: valueAt(sql`t.tags`, TraceTagKey.name),
  trace_status: sql`t.state`,
  span_name: sql`s.name`,
  span_type: sql`s.type`,
  span_status: sql`(CASE s.status WHEN 0 THEN 'UNSET' WHEN 1 THEN 'OK' ELSE 'ERROR' END)`,
  span_model_name: sql`s.model`,
  span_model_provider: sql`s.provider`,
  assessment_name: sql`a.name`,
  assessment_value: sql`a.compared`,
  assessment_type: sql`a.kind`,
}

function measuredValue(measure: Measure): Fragment {
  switch (measure.view) {
    case 'TRACES':
      return TRACE_VALUES[measure.metric]
    case 'SPANS':
      return SPAN_VALUES[measure.metric]
    case 'ASSESSMENTS':
      return ASSESSMENT_VALUES[measure.metric]
  }
}

const TRACE_VALUES: Readonly<Record<Metric<'TRACES'>, Fragment>> = {
  trace_count: sql`1`,
  session_count: SESSION,
  latency: sql`t.duration_ms`,
  input_tokens: sql`t.input_tokens`,
  output_tokens: sql`t.output_tokens`,
  total_tokens: sql`t.total_tokens`,
  cache_read_input_tokens: sql`t.cache_read_tokens`,
  cache_creation_input_tokens: sql`t.cache_creation_tokens`,
}

const SPAN_VALUES: Readonly<Record<Metric<'SPANS'>, Fragment>> = {
  span_count: sql`1`,
  latency: sql`(max(s.duration_ns, 0) / 1e6)`,
  input_cost: sql`s.input_cost`,
  output_cost: sql`s.output_cost`,
  total_cost: sql`s.cost`,
}

const ASSESSMENT_VALUES: Readonly<Record<Metric<'ASSESSMENTS'>, Fragment>> = {
  assessment_count: sql`1`,
  assessment_value: sql`(CASE WHEN a.compared = 'true' THEN 1 WHEN a.compared = 'false' THEN 0
    WHEN a.compared NOT LIKE '"%"' THEN iif(abs(a.number) < 9e999, a.number, NULL)
    ELSE CASE lower(trim(trim(a.compared, '"'))) WHEN 'yes' THEN 1 WHEN 'no' THEN 0 END END)`,
}

/** Rounds down, before 1970 too; SQLite's division rounds to zero. */
function bucketOf(time: Fragment, intervalMs: number): Fragment {
  return sql`(${time} - ((${time} % ${intervalMs}) + ${intervalMs}) % ${intervalMs})`
}

function numbered(index: number): Fragment {
  return { text: `d${index}`, values: [] }
}
