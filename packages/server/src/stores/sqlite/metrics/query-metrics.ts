import {
  type Aggregation,
  interpolate,
  type MetricPoint,
  type MetricQuery,
  percentilePlace,
  settledSum,
} from '@clew/model'
import { type Fragment, join, sql } from '../search/fragment.ts'
import type { SearchContext } from '../search/search.ts'
import type { TestFunctions } from '../search/test-functions.ts'
import { numberOf, optionalNumber, type Row, textOf } from '../sql.ts'
import { measuredRows } from './measured-rows.ts'

/** Groups and adds up in SQLite, which returns a row for each point. */
export function queryMetrics({ sql: database, tests }: SearchContext, query: MetricQuery): MetricPoint[] {
  const { text, values } = metricStatement(query, tests)
  try {
    // The text depends on the query, so its statement is not kept.
    const rows = database.database.prepare(text).all(...values)
    return rows.filter((row) => isAnswered(query, row)).map((row) => pointOf(query, row))
  } finally {
    tests.clear()
  }
}

export function metricStatement(query: MetricQuery, tests: TestFunctions): Fragment {
  const groups = groupColumns(query)
  const aggregates = query.aggregations.map((aggregation, index) => aggregateColumns(query, aggregation, index))
  const columns = [...groups, sql`count(v) AS n`, ...aggregates]
  return sql`WITH measured AS (${measuredRows(query, tests)})
    SELECT ${join(columns, ', ')} FROM ${sourceOf(query, groups)} ${grouping(groups)} LIMIT ${query.limit}`
}

/** Names of what a point is made for: `b` for the interval, `d0`, `d1` … for the dimensions. */
function groupColumns({ intervalMs, dimensions }: MetricQuery): Fragment[] {
  const columns = dimensions.map((_, index) => named(`d${index}`))
  return intervalMs === undefined ? columns : [sql`b`, ...columns]
}

function grouping(groups: readonly Fragment[]): Fragment {
  if (groups.length === 0) return sql``
  const columns = join(groups, ', ')
  return sql`GROUP BY ${columns} ORDER BY ${columns}`
}

/** Percentiles need to know at which place of its group a value stands. SQLite's own are not in every build. */
function sourceOf({ aggregations }: MetricQuery, groups: readonly Fragment[]): Fragment {
  if (aggregations.every(({ type }) => type !== 'PERCENTILE')) return sql`measured`
  const partition = groups.length === 0 ? sql`` : sql`PARTITION BY ${join(groups, ', ')}`
  return sql`(SELECT *, row_number() OVER (${partition} ORDER BY v) - 1 AS place,
    count(*) OVER (${partition}) - 1 AS last FROM measured)`
}

/** Columns `a0`, `a1` …, or for a percentile `lower0` and `upper0`: the values it lies between. */
function aggregateColumns({ measure }: MetricQuery, aggregation: Aggregation, index: number): Fragment {
  const column = named(`a${index}`)
  switch (aggregation.type) {
    case 'COUNT':
      return measure.metric === 'session_count' ? sql`count(DISTINCT v) AS ${column}` : sql`count(v) AS ${column}`
    case 'SUM':
    case 'AVG':
      return sql`total(v) AS ${column}`
    case 'MIN':
      return sql`min(v) AS ${column}`
    case 'MAX':
      return sql`max(v) AS ${column}`
    case 'PERCENTILE': {
      const place = sql`(${aggregation.percentile / 100} * last)`
      const lower = sql`CAST(${place} AS INTEGER)`
      return sql`max(v) FILTER (WHERE place = ${lower}) AS ${named(`lower${index}`)},
        max(v) FILTER (WHERE place = ${lower} + (${place} > ${lower})) AS ${named(`upper${index}`)}`
    }
  }
}

/** Without groups SQLite answers a row for nothing, which only counts mean. */
function isAnswered({ aggregations }: MetricQuery, row: Row): boolean {
  return numberOf(row, 'n') > 0 || aggregations.every(({ type }) => type === 'COUNT')
}

function pointOf(query: MetricQuery, row: Row): MetricPoint {
  return {
    bucketMs: query.intervalMs === undefined ? undefined : numberOf(row, 'b'),
    dimensions: query.dimensions.map((_, index) => textOf(row, `d${index}`)),
    values: query.aggregations.map((aggregation, index) => aggregateOf(query, aggregation, { row, index })),
  }
}

function aggregateOf(
  { measure }: MetricQuery,
  aggregation: Aggregation,
  { row, index }: { row: Row; index: number },
): number {
  if (aggregation.type === 'PERCENTILE') {
    const { share } = percentilePlace(aggregation.percentile, numberOf(row, 'n'))
    return interpolate(numberOf(row, `lower${index}`), numberOf(row, `upper${index}`), share)
  }
  const value = optionalNumber(row, `a${index}`) ?? Number.NaN
  if (aggregation.type === 'SUM') return settledSum(measure, value)
  return aggregation.type === 'AVG' ? settledSum(measure, value) / numberOf(row, 'n') : value
}

/** A name made here. */
function named(text: string): Fragment {
  return { text, values: [] }
}
