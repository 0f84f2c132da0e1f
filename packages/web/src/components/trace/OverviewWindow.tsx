import { type PointerEvent, useRef } from 'react'
import { formatDuration } from '../../logic/format.ts'
import type { TimeWindow } from '../../logic/timeline.ts'

/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 4

export interface OverviewWindowProps {
  readonly wholeNs: number
  readonly window: TimeWindow
  readonly onZoom: (window: TimeWindow | undefined) => void
}

/** Drag over the strip, or move the two handles, to choose what the lane shows; double-click for all. */
export function OverviewWindow({ wholeNs, window, onZoom }: OverviewWindowProps) {
  const area = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; edge: 'from' | 'to' | undefined }>(undefined)
  const percent = (ns: number) => (ns / wholeNs) * 100
  const timeAt = (clientX: number) => {
    const box = area.current?.getBoundingClientRect()
    return box === undefined || box.width === 0 ? 0 : ((clientX - box.left) / box.width) * wholeNs
  }
  const start = (event: PointerEvent, edge: 'from' | 'to' | undefined) => {
    drag.current = { x: event.clientX, edge }
    area.current?.setPointerCapture(event.pointerId)
    event.stopPropagation()
  }
  const move = (event: PointerEvent) => {
    const { current } = drag
    if (current === undefined || (current.edge === undefined && Math.abs(event.clientX - current.x) < LEAST_DRAG_PX))
      return
    const at = timeAt(event.clientX)
    if (current.edge === 'from') onZoom({ from: Math.min(at, window.to), to: window.to })
    else if (current.edge === 'to') onZoom({ from: window.from, to: Math.max(at, window.from) })
    else onZoom({ from: timeAt(current.x), to: at })
  }
  const nudge = (edge: 'from' | 'to', key: string) => {
    const step = (window.to - window.from) / 20
    const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[key]
    if (by === undefined) return false
    onZoom(edge === 'from' ? { ...window, from: window.from + by } : { ...window, to: window.to + by })
    return true
  }
  const handle = (edge: 'from' | 'to', label: string) => (
    <button
      type="button"
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(wholeNs / 1e6)}
      aria-valuenow={Math.round(window[edge] / 1e6)}
      aria-valuetext={formatDuration(window[edge] / 1e6)}
      onPointerDown={(event) => start(event, edge)}
      onKeyDown={(event) => {
        if (!nudge(edge, event.key)) return
        event.preventDefault()
        event.stopPropagation()
      }}
    />
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging is a shortcut; the two sliders inside have the keys.
    <div
      ref={area}
      role="presentation"
      className="window-area"
      onPointerDown={(event) => start(event, undefined)}
      onPointerMove={move}
      onPointerUp={() => {
        drag.current = undefined
      }}
      onDoubleClick={() => onZoom(undefined)}
    >
      <span className="shade" style={{ left: 0, width: `${percent(window.from)}%` }} />
      <span className="shade" style={{ left: `${percent(window.to)}%`, right: 0 }} />
      <span className="window" style={{ '--a': `${percent(window.from)}%`, '--b': `${100 - percent(window.to)}%` }}>
        {handle('from', 'Shown from')}
        {handle('to', 'Shown to')}
      </span>
    </div>
  )
}
