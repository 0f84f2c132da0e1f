import type { TimeWindow } from './timeline.ts'
import type { TraceModel } from './trace-model.ts'
import { type VisibleRows, visibleIndex } from './visible-rows.ts'

/** A step of the critical path from one row to another: times in per cent of the lane, rows by their index on screen. */
export interface PathLine {
  readonly fromPercent: number
  readonly fromIndex: number
  readonly toPercent: number
  readonly toIndex: number
}

/** Parts shorter than this share of the window are not drawn: they would be less than two pixels. */
export const DRAWN_SHARE = 0.004

/** The lines that join the drawn parts of the path. At most `1 / DRAWN_SHARE` of them, however many spans there are. */
export function pathLines(model: TraceModel, rows: VisibleRows, window: TimeWindow): readonly PathLine[] {
  const { path, tree } = model
  const span = window.to - window.from
  const percent = (ns: number) => ((ns - window.from) / span) * 100
  const lines: PathLine[] = []
  let before = -1
  for (let part = 0; part < path.count; part++) {
    const from = Math.max(path.from[part]!, window.from)
    const to = Math.min(path.to[part]!, window.to)
    if (to - from < span * DRAWN_SHARE) continue
    if (before !== -1) {
      const fromIndex = visibleIndex(rows, tree.positionOf[path.row[before]!]!)
      const toIndex = visibleIndex(rows, tree.positionOf[path.row[part]!]!)
      if (fromIndex !== toIndex) {
        lines.push({ fromPercent: percent(path.to[before]!), fromIndex, toPercent: percent(path.from[part]!), toIndex })
      }
    }
    before = part
  }
  return lines
}
