import type { Skeleton, Span, TraceHeadline, TraceInfo } from '@clew/model'
import { readSpan, SPAN_COLUMNS } from '../rows/span-row.ts'
import { readTraceRow, TRACE_COLUMNS } from '../rows/trace-row.ts'
import { numberOf, optionalText, type Row, type Sql, textOf } from '../sql.ts'
import { assessmentsOf } from './assessments.ts'
import { skeletonOf } from './skeleton.ts'

export function findTraceInfo(sql: Sql, traceId: string): TraceInfo | undefined {
  const row = sql.get(`SELECT ${TRACE_COLUMNS} FROM traces t WHERE t.trace_id = ?`, traceId)
  return row && infoOf(sql, row)
}

/** A trace info from a row with {@link TRACE_COLUMNS}. */
export function infoOf(sql: Sql, row: Row): TraceInfo {
  return readTraceRow(row, assessmentsOf(sql, numberOf(row, 'pk'), textOf(row, 'trace_id')))
}

/** In the order of the ids; unknown ones left out, repeated ones once. */
export function findTraceInfos(sql: Sql, traceIds: readonly string[]): TraceInfo[] {
  return [...new Set(traceIds)].map((traceId) => findTraceInfo(sql, traceId)).filter((info) => info !== undefined)
}

/** Unknown ids are left out. */
export function findHeadlines(sql: Sql, traceIds: readonly string[]): Map<string, TraceHeadline> {
  const headlines = new Map<string, TraceHeadline>()
  for (const traceId of traceIds) {
    const row = sql.get('SELECT root_type, failure FROM traces WHERE trace_id = ?', traceId)
    if (row === undefined) continue
    headlines.set(traceId, { rootType: optionalText(row, 'root_type'), failure: optionalText(row, 'failure') })
  }
  return headlines
}

export function findSpan(sql: Sql, traceId: string, spanId: string): Span | undefined {
  const statement = sql.prepare(
    `SELECT ${SPAN_COLUMNS} FROM spans s JOIN payloads p ON p.id = s.payload WHERE s.trace = ? AND s.span_id = ?`,
  )
  statement.setReadBigInts(true)
  const trace = keyOf(sql, traceId)
  const row = trace === undefined ? undefined : statement.get(trace, spanId)
  return row && readSpan(traceId, row)
}

/** Roots first, then by start time, then by id. */
export function findSpans(sql: Sql, traceId: string): Span[] {
  const trace = keyOf(sql, traceId)
  if (trace === undefined) return []
  const statement = sql.prepare(
    `SELECT ${SPAN_COLUMNS} FROM spans s JOIN payloads p ON p.id = s.payload WHERE s.trace = ?
     ORDER BY s.parent_id IS NOT NULL, s.start_ns, s.span_id`,
  )
  statement.setReadBigInts(true)
  return statement.all(trace).map((row) => readSpan(traceId, row))
}

/** Reads the count the writer keeps, so a trace of any size costs the same. */
export function countSpans(sql: Sql, traceId: string): number {
  const row = sql.get(
    `SELECT coalesce(p.spans ->> '$.count', 0) AS n FROM traces t JOIN trace_parts p ON p.trace = t.pk
     WHERE t.trace_id = ?`,
    traceId,
  )
  return row === undefined ? 0 : numberOf(row, 'n')
}

export function findSkeleton(sql: Sql, traceId: string): Skeleton | undefined {
  const trace = keyOf(sql, traceId)
  return trace === undefined ? undefined : skeletonOf(sql, traceId, trace)
}

function keyOf(sql: Sql, traceId: string): number | undefined {
  const row = sql.get('SELECT pk FROM traces WHERE trace_id = ?', traceId)
  return row && numberOf(row, 'pk')
}
