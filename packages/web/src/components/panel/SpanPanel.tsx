import type { SpanPayload } from '@clew/model'
import { useQuery } from '@tanstack/react-query'
import { type Ref, useMemo, useState } from 'react'
import { spanQuery } from '../../api/queries.ts'
import { readContents } from '../../logic/payload.ts'
import { isRunning as isSpanRunning, type TraceModel } from '../../logic/trace-model.ts'
import { Banner } from '../Banner.tsx'
import { useDelayed } from '../use-delayed.ts'
import { useRested } from '../use-rested.ts'
import { PanelHead } from './PanelHead.tsx'
import { SpanTabs } from './SpanTabs.tsx'

export interface SpanPanelProps {
  readonly model: TraceModel
  readonly row: number
  readonly isRunning: boolean
  readonly onSelectRow: (row: number) => void
  readonly onClose: () => void
  readonly ref: Ref<HTMLElement>
}

/** One span. Its head is painted from the skeleton at once, the rest when it comes. */
export function SpanPanel({ model, row, isRunning, onSelectRow, onClose, ref }: SpanPanelProps) {
  const spanId = model.skeleton.spanId[row]!
  const rested = useRested(spanId, 120)
  const [fullId, setFullId] = useState<string>()
  const isFull = fullId === spanId
  const payload = useQuery({
    ...spanQuery({
      traceId: model.skeleton.traceId,
      spanId,
      isFull,
      isRunning: isRunning && isSpanRunning(model, row),
    }),
    enabled: rested === spanId,
    // While the whole values come, the cut ones stay; another span's never do.
    placeholderData: (before: SpanPayload | undefined) => (before?.spanId === spanId ? before : undefined),
  })
  const data = payload.data
  const contents = useMemo(() => data && readContents(data), [data])
  const name = model.skeleton.names[model.skeleton.name[row]!]
  return (
    <aside
      className="panel"
      aria-label={`Span ${name}`}
      ref={ref}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.defaultPrevented) return
        event.preventDefault()
        document.getElementById(`span-${model.tree.positionOf[row]}`)?.focus()
      }}
    >
      <PanelHead model={model} row={row} payload={data} onClose={onClose} />
      {payload.error === null ? null : <Banner error={payload.error} onRetry={() => void payload.refetch()} />}
      {data === undefined || contents === undefined ? (
        <PanelLoading hasFailed={payload.error !== null} />
      ) : (
        <SpanTabs
          key={spanId}
          span={{ model, row, payload: data, contents }}
          onSelectRow={onSelectRow}
          onShowAll={() => setFullId(spanId)}
        />
      )}
    </aside>
  )
}

function PanelLoading({ hasFailed }: { readonly hasFailed: boolean }) {
  const isDue = useDelayed(!hasFailed)
  return (
    <div className="panel-body" aria-busy={!hasFailed}>
      {isDue
        ? [62, 88, 40, 75].map((percent) => (
            <div key={percent} className="skeleton" aria-hidden="true">
              <i style={{ '--v': `${percent}%` }} />
            </div>
          ))
        : null}
    </div>
  )
}
