import type { TraceList, TraceRow } from '@clew/model'

/** What a look at the first page found, against the rows already on screen. */
export interface Refreshed {
  /** The loaded pages with every known row brought up to date, in place. The same array when nothing changed. */
  readonly pages: readonly TraceList[]
  /** Rows not on screen yet. */
  readonly fresh: readonly TraceRow[]
  /** Whether every row of the look was new, so that there may be more between it and the rows on screen. */
  readonly hasGap: boolean
}

export function refreshRows(pages: readonly TraceList[], head: TraceList): Refreshed {
  const newest = new Map(head.traces.map((row) => [row.id, row]))
  let hasChanged = false
  const updated = pages.map((page) => {
    let hasPageChanged = false
    const traces = page.traces.map((row) => {
      const next = newest.get(row.id)
      newest.delete(row.id)
      if (next === undefined || isSameRow(row, next)) return row
      hasPageChanged = true
      return next
    })
    hasChanged ||= hasPageChanged
    return hasPageChanged ? { ...page, traces } : page
  })
  const fresh = [...newest.values()]
  const isFirstLoad = pages.every(({ traces }) => traces.length === 0)
  const hasGap = !isFirstLoad && fresh.length === head.traces.length && head.cursor !== undefined
  return { pages: hasChanged ? updated : pages, fresh, hasGap }
}

/**
 * The loaded pages with new rows added. After a gap the rows on screen are let go and the list starts again from the
 * look, so that nothing between is missing without a word.
 */
export function insertRows(pages: readonly TraceList[], head: TraceList, found: Refreshed): readonly TraceList[] {
  if (found.hasGap) return [head]
  const [first = { traces: [] }, ...rest] = pages
  return [{ ...first, traces: newestFirst([...found.fresh, ...first.traces]) }, ...rest]
}

/** All rows of all pages; a row that two pages carry because the list moved is shown once. */
export function flattenRows(pages: readonly TraceList[]): readonly TraceRow[] {
  const rows = new Map<string, TraceRow>()
  for (const { traces } of pages) for (const row of traces) if (!rows.has(row.id)) rows.set(row.id, row)
  return newestFirst([...rows.values()])
}

function newestFirst(rows: TraceRow[]): TraceRow[] {
  return rows.sort((a, b) => b.startMs - a.startMs || (a.id < b.id ? -1 : 1))
}

function isSameRow(a: TraceRow, b: TraceRow): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

/** Of the durations loaded: where a bar reaches full width, and from where one is called slow. */
export interface DurationScale {
  readonly fullMs: number
  readonly slowMs: number
}

/** Slow is above twice the 90th percentile, and never below a second. */
export function durationScale(rows: readonly TraceRow[]): DurationScale {
  const known = rows.flatMap(({ durationMs }) => (durationMs === undefined ? [] : [durationMs])).sort((a, b) => a - b)
  const p90 = known[Math.floor(known.length * 0.9)] ?? 0
  return { fullMs: Math.max(150_000, known.at(-1) ?? 0), slowMs: Math.max(1_000, p90 * 2) }
}

/** Length of a bar in per cent: logarithmic from 100 ms, so that 400 ms and 2 min both say something. */
export function durationBar(durationMs: number, scale: DurationScale): number {
  if (durationMs <= 0) return 0
  const share = Math.log(Math.max(durationMs, 100) / 100) / Math.log(scale.fullMs / 100)
  return Math.max(4, Math.round(share * 100))
}
