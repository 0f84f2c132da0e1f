import { useRef } from 'react'

const STEP = 24

export interface SplitterProps {
  /** What it resizes: "Width of the span panel". */
  readonly label: string
  readonly width: number
  readonly min: number
  readonly max: number
  /** Whether the pane it resizes lies to the right of it. */
  readonly isPaneRight: boolean
  readonly onResize: (width: number) => void
  readonly className?: string
}

/** The edge between two panes: dragged, or moved by the arrow keys. */
export function Splitter({ label, width, min, max, isPaneRight, onResize, className = '' }: SplitterProps) {
  const drag = useRef<{ x: number; width: number }>(undefined)
  const resize = (next: number) => onResize(Math.round(Math.max(min, Math.min(max, next))))
  const sign = isPaneRight ? -1 : 1
  return (
    <div
      role="separator"
      className={`splitter ${className}`}
      tabIndex={0}
      aria-label={label}
      aria-orientation="vertical"
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      onPointerDown={(event) => {
        drag.current = { x: event.clientX, width }
        event.currentTarget.setPointerCapture(event.pointerId)
        event.preventDefault()
      }}
      onPointerMove={(event) => {
        if (drag.current) resize(drag.current.width + sign * (event.clientX - drag.current.x))
      }}
      onPointerUp={() => {
        drag.current = undefined
      }}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') resize(width - sign * STEP)
        else if (event.key === 'ArrowRight') resize(width + sign * STEP)
        else if (event.key === 'Home') resize(min)
        else if (event.key === 'End') resize(max)
        else return
        event.preventDefault()
        event.stopPropagation()
      }}
    />
  )
}
