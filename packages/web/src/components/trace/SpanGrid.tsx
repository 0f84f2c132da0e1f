import { useCanGoBack } from '@tanstack/react-router'
import { type KeyboardEvent, type MouseEvent, type RefCallback, useEffect, useRef } from 'react'
import { formatDuration } from '../../logic/format.ts'
import { hasChildren } from '../../logic/span-tree.ts'
import { type Tick, timeTicks } from '../../logic/timeline.ts'
import type { TraceModel } from '../../logic/trace-model.ts'
import { treeMove } from '../../logic/tree-keys.ts'
import { visibleIndex } from '../../logic/visible-rows.ts'
import { type RowWindow, useRowWindow } from '../use-row-window.ts'
import { useWidth } from '../use-width.ts'
import { PathLines } from './PathLines.tsx'
import { SpanRow } from './SpanRow.tsx'
import type { TraceView } from './use-trace-view.ts'

/** Room one mark of the scale needs. */
const TICK_PX = 56

export interface SpanGridProps {
  readonly model: TraceModel
  readonly view: TraceView
  /** Called on Enter: into the panel. */
  readonly onEnter: () => void
}

/** Tree and lane: one grid of rows, one selection, one tab stop. */
export function SpanGrid({ model, view, onEnter }: SpanGridProps) {
  const { rows } = view
  const scroller = useRef<HTMLDivElement>(null)
  const shown = useRowWindow(scroller, rows.count)
  const select = useRevealedSelection(view, shown)
  useFocusOnArrival(view.selected)
  const [laneWidth, laneRef] = useWidth()
  const ticks = timeTicks(view.window, Math.floor(laneWidth / TICK_PX))

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const state = { model, rows, selected: view.selected, folded: view.folded, page: shown.fitting }
    const move = treeMove(event.key, state)
    if (move === undefined && event.key !== 'Enter') return
    event.preventDefault()
    if (move === undefined) onEnter()
    else if (move.type === 'select') select(move.position)
    else view.toggle(move.position)
  }
  const onClick = (event: MouseEvent) => {
    const target = event.target instanceof Element ? event.target : undefined
    const position = Number(target?.closest('[data-position]')?.getAttribute('data-position') ?? -1)
    if (position === -1) return
    if (target?.closest('.twist') && hasChildren(model.tree, position)) view.toggle(position)
    else select(position)
  }
  return (
    <div
      className="spangrid"
      ref={scroller}
      role="treegrid"
      aria-label="Spans"
      aria-rowcount={rows.count + 1}
      onKeyDown={onKeyDown}
      onClick={onClick}
    >
      <Scale ticks={ticks} endNs={view.window.to} laneRef={laneRef} />
      <div role="rowgroup" className="spangrid-body" style={{ height: rows.count * shown.rowHeight }}>
        <SpanRows model={model} view={view} shown={shown} />
        <Ticks ticks={ticks} />
        {view.showsPath ? <PathLines model={model} view={view} shown={shown} /> : null}
      </div>
    </div>
  )
}

/** Keeps the selected row in sight; returns a way to select that moves the focus too. */
function useRevealedSelection(view: TraceView, shown: RowWindow): (position: number) => void {
  const { rows, selected } = view
  const { reveal, rowHeight } = shown
  const index = selected === -1 ? -1 : visibleIndex(rows, selected)
  const takesFocus = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: when rows change height, the selected one has moved.
  useEffect(() => {
    if (index === -1) return
    reveal(index)
    if (!takesFocus.current) return
    takesFocus.current = false
    requestAnimationFrame(() => document.getElementById(`span-${selected}`)?.focus({ preventScroll: true }))
  }, [selected, index, reveal, rowHeight])
  return (position) => {
    takesFocus.current = true
    if (position === selected) reveal(index)
    view.select(position)
  }
}

/** A reader who comes from the list goes on by keys where the trace begins, not at the top of the page. */
function useFocusOnArrival(selected: number): void {
  const comesFromHere = useCanGoBack()
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, with what is selected then.
  useEffect(() => {
    if (!comesFromHere || document.activeElement !== document.body) return
    document.getElementById(`span-${selected}`)?.focus({ preventScroll: true })
  }, [])
}

interface SpanRowsProps extends Pick<SpanGridProps, 'model' | 'view'> {
  readonly shown: RowWindow
}

function SpanRows({ model, view, shown }: SpanRowsProps) {
  const { rows, selected } = view
  const selectedIndex = selected === -1 ? -1 : visibleIndex(rows, selected)
  const isSelectionVisible = rows.positions[selectedIndex] === selected
  return mountedIndexes(shown.first, shown.last, isSelectionVisible ? selectedIndex : -1).map((index) => {
    const position = rows.positions[index]!
    const isSelected = position === selected
    const at = {
      index,
      top: index * shown.rowHeight,
      isSelected,
      isTabStop: isSelected || (!isSelectionVisible && index === 0),
      isFolded: view.folded.has(model.skeleton.spanId[model.tree.rowAt[position]!]!),
    }
    const { window, showsPath, find } = view
    return (
      <SpanRow
        key={position}
        model={model}
        position={position}
        at={at}
        window={window}
        showsPath={showsPath}
        find={find}
      />
    )
  })
}

/** The rows in view and the selected one, wherever it is: focus must not be lost by scrolling away. */
function mountedIndexes(first: number, last: number, selected: number): readonly number[] {
  const indexes = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset)
  if (selected === -1 || (selected >= first && selected < last)) return indexes
  return selected < first ? [selected, ...indexes] : [...indexes, selected]
}

interface ScaleProps {
  readonly ticks: readonly Tick[]
  readonly endNs: number
  readonly laneRef: RefCallback<HTMLElement>
}

function Scale({ ticks, endNs, laneRef }: ScaleProps) {
  return (
    <div role="row" className="scale" aria-rowindex={1}>
      <div role="columnheader" className="names">
        <span className="grow">Span</span>
        <span className="w-d">Duration</span>
        <span>Tokens</span>
      </div>
      <div role="columnheader" className="lane" aria-label="Time" ref={laneRef}>
        {ticks.map(({ percent, label }) => (
          <span key={label} style={{ '--x': percent }}>
            {label}
          </span>
        ))}
        <span className="last" style={{ '--x': 100 }}>
          {formatDuration(endNs / 1e6)}
        </span>
      </div>
    </div>
  )
}

function Ticks({ ticks }: Pick<ScaleProps, 'ticks'>) {
  return (
    <div className="ticks" aria-hidden="true">
      {ticks.map(({ percent, label }) => (
        <i key={label} style={{ '--x': percent }} />
      ))}
    </div>
  )
}
