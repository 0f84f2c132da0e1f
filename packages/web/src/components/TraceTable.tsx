import type { TraceRow } from '@clew/model'
import { type MouseEvent, type RefObject, useEffect, useMemo } from 'react'
import { durationScale } from '../logic/trace-rows.ts'
import { SkeletonRows } from './SkeletonRows.tsx'
import { TableHead } from './TableHead.tsx'
import { TraceTableRow } from './TraceTableRow.tsx'
import { useListCursor } from './use-list-cursor.ts'
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
  const now = useNow(60_000)
  const view = useRowWindow(scroller, rows.length)
  const { cursor, open } = useListCursor({ experimentId, rows, view, scroller })
  const scale = useMemo(() => durationScale(rows), [rows])
  useSettled(scroller, onSettledChange)
  useEffect(() => {
    if (hasMore && view.last >= rows.length - LOAD_AHEAD) onLoadMore()
  }, [hasMore, view.last, rows.length, onLoadMore])

  const onClick = (event: MouseEvent) => {
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey) return
    if (!(event.target instanceof Element)) return
    if (event.target.closest('a') !== null) event.preventDefault()
    const id = event.target.closest('[role=row]')?.id.slice('row-'.length)
    open(rows.find((row) => row.id === id))
  }
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
        onClick={onClick}
      >
        {mountedRows(view.first, view.last, cursor).map((index) => {
          const row = rows[index]
          if (row === undefined) return null
          const isCursor = index === cursor
          const isTabStop = isCursor || (cursor === -1 && index === 0)
          const at = { index, top: index * view.rowHeight, isCursor, isTabStop }
          return <TraceTableRow key={row.id} row={row} at={at} now={now} scale={scale} />
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
