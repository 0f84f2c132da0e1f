import type { TraceList, TraceRow } from '@clew/model'
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { asFailure } from '../api/failure.ts'
import { skeletonQuery, traceQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { lastFilterOf } from '../components/list-memory.ts'
import { SpanSkeletonRows } from '../components/trace/SpanSkeletonRows.tsx'
import { TraceBody } from '../components/trace/TraceBody.tsx'
import { TraceHead } from '../components/trace/TraceHead.tsx'
import { useDelayed } from '../components/use-delayed.ts'
import { buildTraceModel, type TraceModel, typeOf } from '../logic/trace-model.ts'
import { MissingTrace } from './TraceResolver.tsx'

export function TracePage() {
  const { experimentId, traceId } = useParams({ from: '/experiments/$experimentId/traces/$traceId' })
  const header = useQuery(traceQuery(traceId))
  const listed = useListedRow(traceId)
  const trace = header.data ?? listed
  const isRunning = trace?.state === 'IN_PROGRESS'
  const spans = useQuery(skeletonQuery(traceId, isRunning))
  const onLeave = useLeave(experimentId)
  useEffect(() => {
    document.title = `${trace?.name ?? 'Trace'} · Clew`
  }, [trace?.name])
  const { data: skeleton, dataUpdatedAt } = spans
  const model = useMemo(
    () => skeleton && buildTraceModel(skeleton, isRunning ? dataUpdatedAt * 1e6 : undefined),
    [skeleton, isRunning, dataUpdatedAt],
  )
  const error = header.error ?? spans.error
  if (trace === undefined && header.error !== null && asFailure(header.error).isMissing)
    return <MissingTrace traceId={traceId} />
  return (
    <main id="main" className="trace">
      {trace === undefined ? (
        <LoadingHead traceId={traceId} />
      ) : (
        <TraceHead trace={trace} rootType={model && rootType(model)} />
      )}
      {error === null ? (
        <div className="no-banner" />
      ) : (
        <Banner
          error={error}
          consequence={model === undefined ? '' : 'Showing the last answer.'}
          onRetry={() => {
            void header.refetch()
            void spans.refetch()
          }}
        />
      )}
      {model === undefined ? (
        <Loading hasFailed={error !== null} />
      ) : model.tree.count === 0 ? (
        <NoSpans />
      ) : (
        <TraceBody key={traceId} model={model} isRunning={isRunning} onLeave={onLeave} />
      )}
    </main>
  )
}

function rootType(model: TraceModel): string | undefined {
  const row = model.tree.rowAt[0]
  return row === undefined ? undefined : typeOf(model, row)
}

/** The row the reader clicked, so that the head is there at once. */
function useListedRow(traceId: string): TraceRow | undefined {
  const queries = useQueryClient()
  return useMemo(() => {
    const lists = queries.getQueriesData<InfiniteData<TraceList>>({ queryKey: ['traces'] })
    for (const [, list] of lists) {
      for (const { traces } of list?.pages ?? []) {
        const row = traces.find(({ id }) => id === traceId)
        if (row !== undefined) return row
      }
    }
    return undefined
  }, [queries, traceId])
}

function useLeave(experimentId: string): () => void {
  const navigate = useNavigate()
  return () => {
    const filter = lastFilterOf(experimentId)
    const search = filter === '' ? {} : { q: filter }
    void navigate({ to: '/experiments/$experimentId/traces', params: { experimentId }, search })
  }
}

function LoadingHead({ traceId }: { readonly traceId: string }) {
  return (
    <header className="trace-head">
      <h1 className="sr">Trace {traceId}</h1>
    </header>
  )
}

function Loading({ hasFailed }: { readonly hasFailed: boolean }) {
  const isDue = useDelayed(!hasFailed)
  return (
    <div className="trace-body is-closed" aria-busy={!hasFailed}>
      {isDue ? <SpanSkeletonRows /> : null}
    </div>
  )
}

function NoSpans() {
  return (
    <section className="none" aria-labelledby="no-spans">
      <h2 id="no-spans">No spans have arrived</h2>
      <p>The trace was announced, but none of its spans has been received yet. They appear here as they come in.</p>
    </section>
  )
}
