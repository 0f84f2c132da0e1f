import type { TraceRow } from '@clew/model'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { durationScale } from '../logic/trace-rows.ts'
import { lastFilterOf, placeOf, rememberPlace } from './list-memory.ts'
import { SkeletonRows } from './SkeletonRows.tsx'
import { useShortcuts } from './shortcuts.ts'
import { TableHead } from './TableHead.tsx'
import { TraceTableRow } from './TraceTableRow.tsx'
import { useNow } from './use-now.ts'
import { useRowWindow } from './use-row-window.ts'

/** Rows before the end at which the next page is asked for. */
const LOAD_AHEAD = 30

export interface TraceTableProps {
  readonly experimentId: string
  readonly rows: readonly TraceRow[]
  readonly hasMore: boolean
  readonly onLoadMore: () => void
  /** Called with whether the reader is at the top and nothing hovers: then new rows may come in. */
  readonly onSettledChange: (isSettled: boolean) => void
  readonly scroller: RefObject<HTMLDivElement | null>
}

export function TraceTable({ experimentId, rows, hasMore, onLoadMore, onSettledChange, scroller }: TraceTableProps) {
  const navigate = useNavigate()
  const now = useNow(60_000)
  const view = useRowWindow(scroller, rows.length)
  const filter = lastFilterOf(experimentId)
  const place = useRef(placeOf(experimentId, filter))
  const [cursorId, setCursorId] = useState(place.current?.cursorId)
  const cursor = rows.findIndex(({ id }) => id === cursorId)
  const scale = durationScale(rows)
  useSettled(scroller, onSettledChange)

  useLayoutEffect(() => {
    if (scroller.current && place.current) scroller.current.scrollTop = place.current.scrollTop
  }, [scroller])
  useEffect(() => {
    if (hasMore && view.last >= rows.length - LOAD_AHEAD) onLoadMore()
  }, [hasMore, view.last, rows.length, onLoadMore])

  const focusRow = (index: number) => {
    const row = rows[Math.max(0, Math.min(index, rows.length - 1))]
    if (row === undefined) return
    setCursorId(row.id)
    view.reveal(rows.indexOf(row))
    requestAnimationFrame(() => document.getElementById(`row-${row.id}`)?.focus({ preventScroll: true }))
  }
  const open = (row: TraceRow | undefined) => {
    if (row === undefined) return
    rememberPlace(experimentId, filter, { scrollTop: scroller.current?.scrollTop ?? 0, cursorId: row.id })
    void navigate({ to: '/experiments/$experimentId/traces/$traceId', params: { experimentId, traceId: row.id } })
  }
  const moves = {
    j: () => focusRow(cursor + 1),
    k: () => focusRow(Math.max(0, cursor - 1)),
    Home: () => focusRow(0),
    End: () => focusRow(rows.length - 1),
    PageDown: () => focusRow(Math.max(0, cursor) + view.fitting),
    PageUp: () => focusRow(cursor - view.fitting),
  }
  useShortcuts({ ...moves, ArrowDown: moves.j, ArrowUp: moves.k, Enter: () => open(rows[cursor]) })

  const mounted = mountedRows(view.first, view.last, cursor)
  return (
    <div
      className="traces"
      ref={scroller}
      role="grid"
      aria-label="Traces"
      aria-rowcount={hasMore ? -1 : rows.length + 1}
    >
      <TableHead />
      <div
        role="rowgroup"
        className="tbody"
        style={{ height: (rows.length + (hasMore ? 3 : 0)) * view.rowHeight }}
        onClick={(event) => {
          if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return
          const id =
            event.target instanceof Element ? event.target.closest('[role=row]')?.id.slice('row-'.length) : undefined
          if (event.target instanceof Element && event.target.closest('a') !== null) event.preventDefault()
          open(rows.find((row) => row.id === id))
        }}
      >
        {mounted.map((index) => {
          const row = rows[index]
          if (row === undefined) return null
          const isCursor = index === cursor
          const isTabStop = isCursor || (cursor === -1 && index === 0)
          return (
            <TraceTableRow
              key={row.id}
              row={row}
              at={{ index, top: index * view.rowHeight, isCursor, isTabStop }}
              now={now}
              scale={scale}
            />
          )
        })}
        {hasMore ? <SkeletonRows count={3} top={rows.length * view.rowHeight} /> : null}
      </div>
    </div>
  )
}

/** The rows in view, and the one with the focus wherever it is: focus must not be lost by scrolling away. */
function mountedRows(first: number, last: number, cursor: number): readonly number[] {
  const rows = Array.from({ length: Math.max(0, last - first) }, (_, offset) => first + offset)
  if (cursor < 0 || (cursor >= first && cursor < last)) return rows
  return cursor < first ? [cursor, ...rows] : [...rows, cursor]
}

function useSettled(scroller: RefObject<HTMLElement | null>, onChange: (isSettled: boolean) => void): void {
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    let isHovered = false
    const report = () => onChange(element.scrollTop < 4 && !isHovered)
    const enter = (event: PointerEvent) => {
      isHovered = event.pointerType === 'mouse'
      report()
    }
    const leave = () => {
      isHovered = false
      report()
    }
    element.addEventListener('pointerenter', enter)
    element.addEventListener('pointerleave', leave)
    element.addEventListener('scroll', report, { passive: true })
    report()
    return () => {
      element.removeEventListener('pointerenter', enter)
      element.removeEventListener('pointerleave', leave)
      element.removeEventListener('scroll', report)
    }
  }, [scroller, onChange])
}
