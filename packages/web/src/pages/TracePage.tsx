import type { TraceList, TraceRow } from '@clew/model'
import { type InfiniteData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useRef } from 'react'
import { asFailure } from '../api/failure.ts'
import { RUNNING_REFRESH_MS, skeletonQuery, traceQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { lastFilterOf } from '../components/list-memory.ts'
import { SpanSkeletonRows } from '../components/trace/SpanSkeletonRows.tsx'
import { TraceBody } from '../components/trace/TraceBody.tsx'
import { TraceHead } from '../components/trace/TraceHead.tsx'
import { useDelayed } from '../components/use-delayed.ts'
import { tabTitle } from '../logic/format.ts'
import { drawnUntilNs } from '../logic/liveness.ts'
import { buildTraceModel } from '../logic/trace-model.ts'
import { MissingTrace } from './TraceResolver.tsx'

export function TracePage() {
  const { experimentId, traceId } = useParams({ from: '/experiments/$experimentId/traces/$traceId' })
  const header = useQuery(traceQuery(traceId))
  const listed = useListedRow(traceId)
  const trace = header.data ?? listed
  const isRunning = trace?.state === 'IN_PROGRESS'
  const spans = useQuery(skeletonQuery(traceId, isUnsettled(trace) ? RUNNING_REFRESH_MS : false))
  useLastLook(traceId, isRunning)
  const onLeave = useLeave(experimentId)
  useEffect(() => {
    document.title = tabTitle(trace?.name ?? 'Trace')
  }, [trace?.name])
  const { data: skeleton, dataUpdatedAt } = spans
  const model = useMemo(
    () => skeleton && buildTraceModel(skeleton, isRunning ? drawnUntilNs(skeleton, dataUpdatedAt * 1e6) : undefined),
    [skeleton, isRunning, dataUpdatedAt],
  )
  const error = header.error ?? spans.error
  if (trace === undefined && header.error !== null && asFailure(header.error).isMissing)
    return <MissingTrace traceId={traceId} />
  return (
    <main id="main" className="trace">
      {trace === undefined ? <LoadingHead traceId={traceId} /> : <TraceHead trace={trace} model={model} />}
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

/** The end of a trace is often announced before its last spans have come. */
const SETTLE_MS = 15_000

function isUnsettled(trace: TraceRow | undefined): boolean {
  if (trace === undefined) return false
  return trace.state === 'IN_PROGRESS' || Date.now() - trace.startMs - (trace.durationMs ?? 0) < SETTLE_MS
}

/** What is shown of a trace that ended while it was looked at is older than its end, so it is asked for once more. */
function useLastLook(traceId: string, isRunning: boolean): void {
  const queries = useQueryClient()
  const wasRunning = useRef(isRunning)
  useEffect(() => {
    if (wasRunning.current && !isRunning) {
      void queries.invalidateQueries({ queryKey: ['skeleton', traceId] })
      void queries.invalidateQueries({ queryKey: ['span', traceId] })
    }
    wasRunning.current = isRunning
  }, [queries, traceId, isRunning])
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
