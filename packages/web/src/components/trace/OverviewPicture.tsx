import { useEffect, useRef } from 'react'
import { plural } from '../../logic/format.ts'
import { drawOverview, EMPTY_CELL, ERROR_CELL, FIRST_TYPE_CELL, type Overview } from '../../logic/overview.ts'
import { spanKind } from '../../logic/span-kind.ts'
import type { TraceModel } from '../../logic/trace-model.ts'

const LANES = 40

/** Painted from a fixed number of cells, so that its cost does not grow with the trace. */
export function OverviewPicture({ model }: { readonly model: TraceModel }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    const paint = () => paintOverview(element, model)
    const size = new ResizeObserver(paint)
    size.observe(element)
    // The colours are the theme's: by the reader's choice, or the system's.
    const theme = new MutationObserver(paint)
    theme.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] })
    const system = matchMedia('(prefers-color-scheme: dark)')
    system.addEventListener('change', paint)
    return () => {
      size.disconnect()
      theme.disconnect()
      system.removeEventListener('change', paint)
    }
  }, [model])
  const label = `Overview of ${plural(model.tree.count, 'span')}${model.errors === 0 ? '' : `, ${plural(model.errors, 'error')}`}`
  return <canvas ref={canvas} role="img" aria-label={label} />
}

function paintOverview(canvas: HTMLCanvasElement, model: TraceModel): void {
  const { clientWidth: width, clientHeight: height } = canvas
  const context = canvas.getContext('2d')
  if (context === null || width === 0 || height === 0) return
  const scale = devicePixelRatio
  canvas.width = Math.round(width * scale)
  canvas.height = Math.round(height * scale)
  const overview = drawOverview(model, canvas.width, LANES)
  const colours = readColours(canvas, model.skeleton.types)
  const laneHeight = canvas.height / overview.lanes
  for (const run of runs(overview)) {
    context.fillStyle = colours[run.cell] ?? ''
    const top = run.lane * laneHeight
    context.fillRect(run.from, top, run.to - run.from, Math.max(1, Math.min(laneHeight * 0.8, 3 * scale)))
  }
}

interface Run {
  readonly lane: number
  readonly from: number
  readonly to: number
  readonly cell: number
}

/** Neighbouring cells of one colour, as one rectangle. */
function* runs({ cells, columns, lanes }: Overview): Generator<Run> {
  for (let lane = 0; lane < lanes; lane++) {
    let from = 0
    for (let column = 1; column <= columns; column++) {
      const cell = cells[lane * columns + from]!
      if (column < columns && cells[lane * columns + column] === cell) continue
      if (cell !== EMPTY_CELL) yield { lane, from, to: column, cell }
      from = column
    }
  }
}

/** The style sheet's colours for each cell, resolved for the theme in force. */
function readColours(canvas: HTMLCanvasElement, types: readonly string[]): readonly string[] {
  const probe = document.createElement('span')
  canvas.after(probe)
  const resolve = (colour: string) => {
    probe.style.color = colour
    return getComputedStyle(probe).color
  }
  const colours: string[] = []
  colours[ERROR_CELL] = resolve('var(--error)')
  for (const [index, type] of types.entries()) {
    colours[index + FIRST_TYPE_CELL] = resolve(`var(--${spanKind(type).hue.replace('t-', 'type-')})`)
  }
  probe.remove()
  return colours
}
