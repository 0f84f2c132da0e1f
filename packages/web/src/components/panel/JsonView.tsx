import type { JsonValue } from '@clew/model'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type JsonFolds, type JsonLine, jsonLines, MORE_ITEMS, NO_FOLDS } from '../../logic/json-lines.ts'
import { JsonLineView } from './JsonLineView.tsx'

/** Up to so many lines are simply there; more are mounted as they come into view. */
const PLAIN_LINES = 150

const LINE_PX = 20

export interface JsonActions {
  readonly onToggle: (path: string) => void
  readonly onMore: (listPath: string) => void
}

/** A value as lines that fold. */
export function JsonView({ value }: { readonly value: JsonValue }) {
  const [folds, setFolds] = useState<JsonFolds>(NO_FOLDS)
  const lines = useMemo(() => jsonLines(value, folds), [value, folds])
  const actions: JsonActions = {
    onToggle: (path) => setFolds((old) => ({ ...old, toggled: flipped(old.toggled, path) })),
    onMore: (path) => {
      setFolds((old) => ({ ...old, more: new Map(old.more).set(path, (old.more.get(path) ?? 0) + MORE_ITEMS) }))
    },
  }
  if (lines.length > PLAIN_LINES) return <VirtualLines lines={lines} actions={actions} />
  return (
    <div className={lines.length === 1 ? 'json single' : 'json'}>
      {lines.map((line, index) => (
        <JsonLineView key={line.path} line={line} number={index + 1} actions={actions} />
      ))}
    </div>
  )
}

function VirtualLines({ lines, actions }: { readonly lines: readonly JsonLine[]; readonly actions: JsonActions }) {
  const box = useRef<HTMLDivElement>(null)
  const [scroller, setScroller] = useState<Element | null>(null)
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const found = box.current?.closest('.panel-body') ?? null
    setScroller(found)
    if (box.current === null || found === null) return
    setMargin(box.current.getBoundingClientRect().top - found.getBoundingClientRect().top + found.scrollTop)
  }, [])
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller,
    estimateSize: () => LINE_PX,
    getItemKey: (index) => lines[index]!.path,
    scrollMargin: margin,
    overscan: 20,
  })
  return (
    <div ref={box} className="json virtual" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ key, index, start }) => (
        <JsonLineView
          key={String(key)}
          line={lines[index]!}
          number={index + 1}
          actions={actions}
          place={{ index, top: start - margin, measure: virtual.measureElement }}
        />
      ))}
    </div>
  )
}

function flipped(set: ReadonlySet<string>, path: string): ReadonlySet<string> {
  const next = new Set(set)
  if (!next.delete(path)) next.add(path)
  return next
}
