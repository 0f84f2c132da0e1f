import { ClewError, type TracePage, type TraceQuery } from '@clew/model'
import { type KeyValue, parsePageToken, printPageToken } from '../../page-token.ts'
import { infoOf } from '../read/traces.ts'
import { experimentKey } from '../rows/experiment-row.ts'
import { TRACE_COLUMNS } from '../rows/trace-row.ts'
import { numberOf, type Row, type Sql } from '../sql.ts'
import { traceCondition } from './filter.ts'
import { type Fragment, join, sql } from './fragment.ts'
import { afterKey, type OrderKey, orderClause } from './keyset.ts'
import { isNewestFirst, orderKeys } from './order.ts'
import type { TestFunctions } from './test-functions.ts'

/** The connection a search runs on, with the functions its conditions call. */
export interface SearchContext {
  readonly sql: Sql
  readonly tests: TestFunctions
}

export function searchTraces({ sql: database, tests }: SearchContext, query: TraceQuery): TracePage {
  const keys = orderKeys(query.orderBy)
  const mark = JSON.stringify(query.orderBy)
  const conditions = [scopeOf(query.experimentIds)]
  if (query.cursor !== undefined) conditions.push(afterKey(keys, parsePageToken(mark, keys.length, query.cursor)))
  if (query.filter !== undefined) conditions.push(traceCondition(query.filter, tests))
  const { text, values } = sql`SELECT ${columnsOf(keys)} FROM ${sourceOf(query.experimentIds, keys)}
    WHERE ${join(conditions, ' AND ')} ORDER BY ${orderClause(keys)} LIMIT ${query.limit}`
  const rows = run(database, tests, text, values)
  const last = rows.at(-1)
  const isFull = rows.length === query.limit && last !== undefined
  return {
    traces: rows.map((row) => infoOf(database, row)),
    cursor: isFull
      ? printPageToken(
          mark,
          keys.map((_, index) => keyValue(last, index)),
        )
      : undefined,
  }
}

export function countTraces(
  { sql: database, tests }: SearchContext,
  query: Pick<TraceQuery, 'experimentIds' | 'filter'>,
  atMost: number,
): number {
  const conditions = [scopeOf(query.experimentIds)]
  if (query.filter !== undefined) conditions.push(traceCondition(query.filter, tests))
  const { text, values } = sql`SELECT count(*) AS n FROM
    (SELECT 1 FROM traces t WHERE ${join(conditions, ' AND ')} LIMIT ${atMost})`
  const [row] = run(database, tests, text, values)
  return row === undefined ? 0 : numberOf(row, 'n')
}

/** A search has a text of its own, so its statement is not kept. */
function run(database: Sql, tests: TestFunctions, text: string, values: Fragment['values']): Row[] {
  try {
    return database.database.prepare(text).all(...values)
  } finally {
    tests.clear()
  }
}

/** A condition on `traces t`. */
export function scopeOf(experimentIds: readonly string[]): Fragment {
  const experiments = experimentIds.map(experimentKey).filter((key) => key !== undefined)
  const [only] = experiments
  if (experiments.length === 1 && only !== undefined) return sql`t.experiment_id = ${only}`
  return sql`t.experiment_id IN (SELECT value FROM json_each(${JSON.stringify(experiments)}))`
}

/** With one experiment SQLite finds the index that is in order; with several it would sort them all. */
function sourceOf(experimentIds: readonly string[], keys: readonly OrderKey[]): Fragment {
  return experimentIds.length > 1 && isNewestFirst(keys) ? sql`traces t INDEXED BY traces_by_age` : sql`traces t`
}

function columnsOf(keys: readonly OrderKey[]): Fragment {
  const columns: Fragment = { text: TRACE_COLUMNS, values: [] }
  return join([columns, ...keys.map(({ expression }, index) => sql`${expression} AS ${nameOf(index)}`)], ', ')
}

/** Names of the columns that hold a row's key: `k0`, `k1` … */
function nameOf(index: number): Fragment {
  return { text: `k${index}`, values: [] }
}

function keyValue(row: Row, index: number): KeyValue {
  const value = row[`k${index}`]
  if (typeof value === 'bigint' || value instanceof Uint8Array) throw new ClewError('INTERNAL_ERROR', 'No key of a row')
  return value ?? null
}
