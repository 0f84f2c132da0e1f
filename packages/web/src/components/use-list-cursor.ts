import type { TraceRow } from '@clew/model'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, useLayoutEffect, useRef, useState } from 'react'
import { lastFilterOf, placeOf, rememberPlace } from './list-memory.ts'
import { useShortcuts } from './shortcuts.ts'
import type { RowWindow } from './use-row-window.ts'

export interface ListCursorOptions {
  readonly experimentId: string
  readonly rows: readonly TraceRow[]
  readonly view: RowWindow
  readonly scroller: RefObject<HTMLElement | null>
}

export interface ListCursor {
  /** Index of the row in hand, -1 for none. */
  readonly cursor: number
  readonly open: (row: TraceRow | undefined) => void
}

/** The row in hand: moved by keys, kept by id while rows come in, and found again on the way back from a trace. */
export function useListCursor({ experimentId, rows, view, scroller }: ListCursorOptions): ListCursor {
  const navigate = useNavigate()
  const filter = lastFilterOf(experimentId)
  const place = useRef(placeOf(experimentId, filter))
  const [cursorId, setCursorId] = useState(place.current?.cursorId)
  const cursor = rows.findIndex(({ id }) => id === cursorId)

  useLayoutEffect(() => {
    if (!scroller.current || !place.current) return
    scroller.current.scrollTop = place.current.scrollTop
    const row = `row-${place.current.cursorId}`
    requestAnimationFrame(() => {
      if (document.activeElement === document.body) document.getElementById(row)?.focus({ preventScroll: true })
    })
  }, [scroller])

  const go = (index: number) => {
    const at = Math.max(0, Math.min(index, rows.length - 1))
    const row = rows[at]
    if (row === undefined) return
    setCursorId(row.id)
    view.reveal(at)
    requestAnimationFrame(() => document.getElementById(`row-${row.id}`)?.focus({ preventScroll: true }))
  }
  const open = (row: TraceRow | undefined) => {
    if (row === undefined) return
    rememberPlace(experimentId, filter, { scrollTop: scroller.current?.scrollTop ?? 0, cursorId: row.id })
    void navigate({ to: '/experiments/$experimentId/traces/$traceId', params: { experimentId, traceId: row.id } })
  }
  const down = () => go(cursor + 1)
  const up = () => go(cursor - 1)
  useShortcuts({
    j: down,
    ArrowDown: down,
    k: up,
    ArrowUp: up,
    Home: () => go(0),
    End: () => go(rows.length - 1),
    PageDown: () => go(Math.max(0, cursor) + view.fitting),
    PageUp: () => go(cursor - view.fitting),
    Enter: () => open(rows[cursor]),
  })
  return { cursor, open }
}
