import { useMemo } from 'react'
import { pathLines } from '../../logic/path-lines.ts'
import type { TraceModel } from '../../logic/trace-model.ts'
import type { RowWindow } from '../use-row-window.ts'
import type { TraceView } from './use-trace-view.ts'

export interface PathLinesProps {
  readonly model: TraceModel
  readonly view: TraceView
  readonly shown: RowWindow
}

/** The thread from one part of the critical path to the next. Drawn for the rows in view only. */
export function PathLines({ model, view, shown }: PathLinesProps) {
  const { rows, window } = view
  const lines = useMemo(() => pathLines(model, rows, window), [model, rows, window])
  const height = Math.max(1, shown.last - shown.first)
  const inView = lines.filter(({ fromIndex, toIndex }) => {
    return Math.min(fromIndex, toIndex) < shown.last && Math.max(fromIndex, toIndex) >= shown.first
  })
  const clamp = (index: number) => Math.max(0, Math.min(height, index - shown.first + 0.5))
  return (
    <div
      className="under"
      aria-hidden="true"
      style={{ top: shown.first * shown.rowHeight, height: height * shown.rowHeight }}
    >
      <svg viewBox={`0 0 100 ${height}`} preserveAspectRatio="none" aria-hidden="true">
        {inView.map(({ fromPercent, fromIndex, toPercent, toIndex }) => (
          <path
            key={`${fromPercent} ${fromIndex}`}
            className="path"
            d={`M${fromPercent} ${clamp(fromIndex)}H${toPercent}V${clamp(toIndex)}`}
          />
        ))}
      </svg>
    </div>
  )
}
