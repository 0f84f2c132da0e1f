import { compareTexts } from '../search/order-traces.ts'
import { type MeasuredRow, type MeasuredTrace, measuredRows } from './measured-rows.ts'
import type { Aggregation, MetricPoint, MetricQuery } from './metric-store.ts'
import { interpolate, percentilePlace } from './percentile.ts'
import { settledSum } from './settled-sum.ts'

/**
 * What a metric query means: the reference for every store.
 *
 * @param traces those of the experiments asked for that match the filter; the range of time is looked at here
 */
export function evaluateMetrics(query: MetricQuery, traces: Iterable<MeasuredTrace>): MetricPoint[] {
  const groups = new Map<string, Group>()
  for (const trace of traces) {
    if (!isInRange(query, trace.info.requestTimeMs)) continue
    for (const row of measuredRows(query.measure, trace)) addRow(groups, query, row)
  }
  if (groups.size === 0 && isPlainCount(query)) groups.set('', { bucketMs: undefined, dimensions: [], values: [] })
  return [...groups.values()].sort(compareGroups).slice(0, query.limit).map(pointOf)

  function pointOf({ bucketMs, dimensions, values }: Group): MetricPoint {
    return {
      bucketMs,
      dimensions,
      values: query.aggregations.map((aggregation) => aggregate(query, aggregation, values)),
    }
  }
}

interface Group {
  readonly bucketMs: number | undefined
  readonly dimensions: readonly string[]
  readonly values: (number | string)[]
}

function isInRange({ startMs, endMs }: MetricQuery, timeMs: number): boolean {
  return (startMs === undefined || timeMs >= startMs) && (endMs === undefined || timeMs <= endMs)
}

function isPlainCount({ aggregations, dimensions, intervalMs }: MetricQuery): boolean {
  return intervalMs === undefined && dimensions.length === 0 && aggregations.every(({ type }) => type === 'COUNT')
}

function addRow(groups: Map<string, Group>, query: MetricQuery, { timeMs, value, texts }: MeasuredRow): void {
  if (value === undefined || query.rowFilters.some(({ field, text }) => texts[field] !== text)) return
  const dimensions = query.dimensions.map((dimension) => texts[dimension]).filter((text) => text !== undefined)
  if (dimensions.length < query.dimensions.length) return
  const { intervalMs } = query
  const bucketMs = intervalMs === undefined ? undefined : Math.floor(timeMs / intervalMs) * intervalMs
  const key = JSON.stringify([bucketMs, dimensions])
  const group = groups.get(key)
  if (group === undefined) groups.set(key, { bucketMs, dimensions, values: [value] })
  else group.values.push(value)
}

function compareGroups(a: Group, b: Group): number {
  if (a.bucketMs !== b.bucketMs) return (a.bucketMs ?? 0) - (b.bucketMs ?? 0)
  for (const [index, text] of a.dimensions.entries()) {
    const difference = compareTexts(text, b.dimensions[index] ?? '')
    if (difference !== 0) return difference
  }
  return 0
}

function aggregate({ measure }: MetricQuery, aggregation: Aggregation, values: readonly (number | string)[]): number {
  const numbers = values.filter((value) => typeof value === 'number')
  switch (aggregation.type) {
    case 'COUNT':
      // Texts are counted once each: sessions.
      return numbers.length < values.length ? new Set(values).size : values.length
    case 'SUM':
      return settledSum(measure, sum(numbers))
    case 'AVG':
      return settledSum(measure, sum(numbers)) / numbers.length
    case 'MIN':
      return numbers.reduce((least, number) => Math.min(least, number))
    case 'MAX':
      return numbers.reduce((greatest, number) => Math.max(greatest, number))
    case 'PERCENTILE': {
      const sorted = numbers.sort((a, b) => a - b)
      const { lower, upper, share } = percentilePlace(aggregation.percentile, sorted.length)
      return interpolate(sorted[lower] ?? Number.NaN, sorted[upper] ?? Number.NaN, share)
    }
  }
}

/** Carries what each addition loses (Neumaier), so that a thousand costs add up to what they are. */
function sum(numbers: readonly number[]): number {
  let total = 0
  let lost = 0
  for (const number of numbers) {
    const next = total + number
    lost += Math.abs(total) >= Math.abs(number) ? total - next + number : number - next + total
    total = next
  }
  return total + lost
}
