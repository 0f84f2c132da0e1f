import { type KeyboardEvent, type PointerEvent, useRef } from 'react'
import { formatDuration } from '../../logic/format.ts'
import type { TimeWindow } from '../../logic/timeline.ts'

/** A drag shorter than this is a click. */
const LEAST_DRAG_PX = 4

export interface OverviewWindowProps {
  readonly wholeNs: number
  readonly window: TimeWindow
  /** `undefined` shows all. */
  readonly onZoom: (window: TimeWindow | undefined) => void
}

type Edge = 'from' | 'to'

/** Drag over the strip, or move the two handles, to choose what the lane shows; double-click for all. */
export function OverviewWindow({ wholeNs, window, onZoom }: OverviewWindowProps) {
  const area = useRef<HTMLDivElement>(null)
  const drag = useRef<{ x: number; edge: Edge | undefined }>(undefined)
  const percent = (ns: number) => (ns / wholeNs) * 100
  const timeAt = (clientX: number) => {
    const box = area.current?.getBoundingClientRect()
    return box === undefined || box.width === 0 ? 0 : ((clientX - box.left) / box.width) * wholeNs
  }
  const start = (event: PointerEvent, edge: Edge | undefined) => {
    drag.current = { x: event.clientX, edge }
    area.current?.setPointerCapture(event.pointerId)
    event.stopPropagation()
  }
  const move = ({ clientX }: PointerEvent) => {
    const { current } = drag
    if (current === undefined) return
    if (current.edge !== undefined) onZoom(moveEdge(window, current.edge, timeAt(clientX)))
    else if (Math.abs(clientX - current.x) >= LEAST_DRAG_PX) onZoom({ from: timeAt(current.x), to: timeAt(clientX) })
  }
  const handle = { wholeNs, window, onZoom, onGrab: start }
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
        <Handle edge="from" label="Shown from" {...handle} />
        <Handle edge="to" label="Shown to" {...handle} />
      </span>
    </div>
  )
}

interface HandleProps extends OverviewWindowProps {
  readonly edge: Edge
  readonly label: string
  readonly onGrab: (event: PointerEvent, edge: Edge) => void
}

function Handle({ edge, label, wholeNs, window, onZoom, onGrab }: HandleProps) {
  const onKeyDown = (event: KeyboardEvent) => {
    const step = (window.to - window.from) / 20
    const by = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key]
    if (by === undefined) return
    event.preventDefault()
    event.stopPropagation()
    onZoom({ ...window, [edge]: window[edge] + by })
  }
  return (
    <button
      type="button"
      role="slider"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.round(wholeNs / 1e6)}
      aria-valuenow={Math.round(window[edge] / 1e6)}
      aria-valuetext={formatDuration(window[edge] / 1e6)}
      onPointerDown={(event) => onGrab(event, edge)}
      onKeyDown={onKeyDown}
    />
  )
}

/** One edge moved, but not past the other. */
function moveEdge(window: TimeWindow, edge: Edge, at: number): TimeWindow {
  return edge === 'from'
    ? { from: Math.min(at, window.to), to: window.to }
    : { from: window.from, to: Math.max(at, window.from) }
}
