import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { clampWindow, type TimeWindow } from '../../logic/timeline.ts'
import { firstSelection, isErrorOrigin, nameOf, type TraceModel } from '../../logic/trace-model.ts'
import { findPosition, foldBelow, unfoldTo, type VisibleRows, visibleRows } from '../../logic/visible-rows.ts'

/** A held key changes the selection thirty times a second; the address follows when it rests. */
const ADDRESS_DELAY_MS = 200

const NOTHING_FOLDED: ReadonlySet<string> = new Set()

/** One selection and one window, which tree, lane, overview and panel share. */
export interface TraceView {
  readonly selectedId: string | undefined
  /** Position in the tree, -1 without a selection. */
  readonly selected: number
  readonly rows: VisibleRows
  readonly folded: ReadonlySet<string>
  readonly window: TimeWindow
  readonly isZoomed: boolean
  readonly showsPath: boolean
  /** What is looked for in names; empty for nothing. */
  readonly find: string
  readonly isPanelOpen: boolean
  readonly select: (position: number) => void
  readonly toggle: (position: number) => void
  readonly foldAll: () => void
  readonly unfoldAll: () => void
  /** `undefined` shows all. */
  readonly zoom: (window: TimeWindow | undefined) => void
  readonly togglePath: () => void
  readonly setFind: (text: string) => void
  readonly setPanelOpen: (isOpen: boolean) => void
  readonly nextError: (step: 1 | -1) => void
  readonly nextMatch: (step: 1 | -1) => void
}

export function useTraceView(model: TraceModel): TraceView {
  const { tree, skeleton } = model
  const [selectedId, setSelectedId] = useSelection(model)
  const [folded, setFolded] = useState(NOTHING_FOLDED)
  const [zoomed, setZoomed] = useState<TimeWindow>()
  const [showsPath, setShowsPath] = useState(true)
  const [find, setFind] = useState('')
  const [isPanelOpen, setPanelOpen] = useState(true)
  const rows = useMemo(() => visibleRows(tree, folded), [tree, folded])
  const positionById = useMemo(
    () => new Map(skeleton.spanId.map((id, row) => [id, tree.positionOf[row]!])),
    [skeleton, tree],
  )
  const selected = selectedId === undefined ? -1 : (positionById.get(selectedId) ?? -1)

  const select = useCallback(
    (position: number) => {
      const id = skeleton.spanId[tree.rowAt[position]!]
      if (id === undefined) return
      setFolded((old) => unfoldTo(tree, old, position))
      setSelectedId(id)
      setPanelOpen(true)
    },
    [skeleton, tree, setSelectedId],
  )
  const go = (step: 1 | -1, accepts: (row: number) => boolean) => {
    const position = findPosition(tree, selected, step, accepts)
    if (position !== undefined) select(position)
  }
  return {
    selectedId,
    selected,
    rows,
    folded,
    window: zoomed ?? { from: 0, to: model.wholeNs },
    isZoomed: zoomed !== undefined,
    showsPath,
    find,
    isPanelOpen,
    select,
    toggle: (position) => setFolded((old) => toggled(old, skeleton.spanId[tree.rowAt[position]!]!)),
    foldAll: () => {
      setFolded(foldBelow(tree, 0))
      if (selected >= 0) setSelectedId(skeleton.spanId[rootRow(model, selected)])
    },
    unfoldAll: () => setFolded(NOTHING_FOLDED),
    zoom: (window) => setZoomed(window && clampWindow(window, model.wholeNs)),
    togglePath: () => setShowsPath((old) => !old),
    setFind,
    setPanelOpen,
    nextError: (step) => go(step, (row) => isErrorOrigin(model, row)),
    nextMatch: (step) => {
      const wanted = find.trim().toLowerCase()
      if (wanted !== '') go(step, (row) => nameOf(model, row).toLowerCase().includes(wanted))
    },
  }
}

/** The selected span, kept in the address; without one there, where a reader would start. */
function useSelection(model: TraceModel) {
  const navigate = useNavigate()
  const { span } = useSearch({ from: '/experiments/$experimentId/traces/$traceId' })
  const [selectedId, setSelectedId] = useState(() => (isSpan(model, span) ? span : firstSelection(model)))
  const written = useRef(span)
  useEffect(() => {
    // Back, forward, or a link into this trace: the address has changed by another hand.
    if (span !== written.current) {
      written.current = span
      if (span !== undefined) setSelectedId(span)
    }
  }, [span])
  const change = useCallback((id: string | undefined) => {
    setSelectedId(id)
    written.current = id
  }, [])
  useEffect(() => {
    if (selectedId === span || written.current !== selectedId) return
    const timer = setTimeout(() => {
      void navigate({ to: '.', search: selectedId === undefined ? {} : { span: selectedId }, replace: true })
    }, ADDRESS_DELAY_MS)
    return () => clearTimeout(timer)
  }, [selectedId, span, navigate])
  return [selectedId, change] as const
}

/** Whether an address names a span that is there: links are cut, and spans of a running trace may still come. */
function isSpan({ skeleton }: TraceModel, id: string | undefined): boolean {
  return id !== undefined && skeleton.spanId.includes(id)
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(id)) next.add(id)
  return next
}

/** Row of the root above a position: what stays visible when all is folded. */
function rootRow({ tree }: TraceModel, position: number): number {
  let row = tree.rowAt[position]!
  while (tree.parentRow[row]! !== -1) row = tree.parentRow[row]!
  return row
}
