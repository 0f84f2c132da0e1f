import type { Skeleton } from '../api/skeleton.ts'
import { ExceptionEvent, SpanKey } from '../keys.ts'
import type { Span, SpanStatusCode } from '../span.ts'
import { readCost, readTokenUsage } from './usage.ts'

/** One span as far as the skeleton of its trace shows it. Small, so a store can keep it beside the span. */
export interface SkeletonRow {
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  /** `UNKNOWN` when the span says nothing. */
  readonly type: string
  readonly status: SpanStatusCode
  readonly startTimeNs: bigint
  readonly endTimeNs: bigint | undefined
  readonly model: string | undefined
  readonly inputTokens: number | undefined
  readonly outputTokens: number | undefined
  /** US dollars. */
  readonly cost: number | undefined
  readonly exceptions: number
}

export function skeletonRow(span: Span): SkeletonRow {
  const usage = readTokenUsage(span.attributes)
  return {
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    name: span.name,
    type: stringOf(span.attributes.get(SpanKey.type)) ?? 'UNKNOWN',
    status: span.status.code,
    startTimeNs: span.startTimeNs,
    endTimeNs: span.endTimeNs,
    model: stringOf(span.attributes.get(SpanKey.model)),
    inputTokens: usage?.input,
    outputTokens: usage?.output,
    cost: readCost(span.attributes)?.total,
    exceptions: span.events.filter((event) => event.name === ExceptionEvent.name).length,
  }
}

/**
 * Lays the spans of a trace out in columns.
 *
 * @param spans in any order, each id once
 */
export function buildSkeleton(traceId: string, spans: Iterable<SkeletonRow>): Skeleton {
  const rows = sorted([...spans])
  const rowOf = new Map(rows.map((row, index) => [row.spanId, index]))
  const names = new Dictionary()
  const types = new Dictionary()
  const models = new Dictionary()
  const origin = rows[0]?.startTimeNs ?? 0n
  return {
    traceId,
    count: rows.length,
    originNs: String(origin),
    spanId: rows.map((row) => row.spanId),
    parent: rows.map((row) =>
      row.parentSpanId === undefined ? NO_PARENT : (rowOf.get(row.parentSpanId) ?? NOT_RECEIVED),
    ),
    name: rows.map((row) => names.indexOf(row.name)),
    names: names.values,
    type: rows.map((row) => types.indexOf(row.type)),
    types: types.values,
    status: rows.map((row) => STATUS[row.status]),
    start: rows.map((row) => Number(row.startTimeNs - origin)),
    duration: rows.map((row) => (row.endTimeNs === undefined ? UNKNOWN : durationOf(row.startTimeNs, row.endTimeNs))),
    model: rows.map((row) => (row.model === undefined ? UNKNOWN : models.indexOf(row.model))),
    models: models.values,
    inputTokens: rows.map((row) => row.inputTokens ?? UNKNOWN),
    outputTokens: rows.map((row) => row.outputTokens ?? UNKNOWN),
    cost: rows.map((row) => row.cost ?? UNKNOWN),
    exceptions: rows.map((row) => row.exceptions),
  }
}

const NO_PARENT = -1
const NOT_RECEIVED = -2
const UNKNOWN = -1
const STATUS = { UNSET: 0, OK: 1, ERROR: 2 } as const

/** A span that ends before it starts would look like one that still runs. */
function durationOf(start: bigint, end: bigint): number {
  return end < start ? 0 : Number(end - start)
}

function sorted(rows: SkeletonRow[]): SkeletonRow[] {
  return rows.sort((a, b) => {
    if (a.startTimeNs !== b.startTimeNs) return a.startTimeNs < b.startTimeNs ? -1 : 1
    return a.spanId < b.spanId ? -1 : a.spanId > b.spanId ? 1 : 0
  })
}

/** Each distinct text once, in order of first use. */
class Dictionary {
  readonly values: string[] = []
  readonly #indices = new Map<string, number>()

  indexOf(text: string): number {
    const known = this.#indices.get(text)
    if (known !== undefined) return known
    this.values.push(text)
    this.#indices.set(text, this.values.length - 1)
    return this.values.length - 1
  }
}

function stringOf(json: string | undefined): string | undefined {
  if (json === undefined || !json.startsWith('"')) return undefined
  try {
    return String(JSON.parse(json))
  } catch {
    return undefined
  }
}
