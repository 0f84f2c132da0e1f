import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { ask } from './fetch.ts'
import {
  readExperimentList,
  readSamplesLoaded,
  readSkeleton,
  readSpanPayload,
  readTraceHeader,
  readTraceList,
} from './shapes.ts'

export const PAGE_SIZE = 100

/** How often a list looks for new traces. React Query stops while the tab is hidden. */
const LIST_REFRESH_MS = 4_000
export const RUNNING_REFRESH_MS = 2_000

export const experimentsQuery = queryOptions({
  queryKey: ['experiments'],
  queryFn: ({ signal }) => ask('/experiments', { check: readExperimentList, signal }),
  refetchInterval: LIST_REFRESH_MS,
})

export interface ListKey {
  readonly experimentId: string
  /** A filter that parses, or empty. */
  readonly filter: string
}

/** The pages a reader scrolled through. Never fetched again by itself: {@link headQuery} looks for what is new. */
export function traceListQuery(list: ListKey) {
  return infiniteQueryOptions({
    queryKey: ['traces', list.experimentId, list.filter],
    queryFn: ({ pageParam, signal }) => ask(listPath(list, pageParam), { check: readTraceList, signal }),
    initialPageParam: undefined as string | undefined, // the type of the parameter, which the value alone does not say
    getNextPageParam: (page) => page.cursor,
    staleTime: Number.POSITIVE_INFINITY,
  })
}

export function headQuery(list: ListKey) {
  return queryOptions({
    queryKey: ['head', list.experimentId, list.filter],
    queryFn: ({ signal }) => ask(listPath(list, undefined), { check: readTraceList, signal }),
    refetchInterval: LIST_REFRESH_MS,
  })
}

export function traceQuery(traceId: string) {
  return queryOptions({
    queryKey: ['trace', traceId],
    queryFn: ({ signal }) => ask(`/traces/${encodeURIComponent(traceId)}`, { check: readTraceHeader, signal }),
    refetchInterval: ({ state }) => (state.data?.state === 'IN_PROGRESS' ? RUNNING_REFRESH_MS : false),
  })
}

/** @param refreshMs how often to look for further spans, `false` for a trace that has all of them */
export function skeletonQuery(traceId: string, refreshMs: number | false) {
  return queryOptions({
    queryKey: ['skeleton', traceId],
    queryFn: ({ signal }) => ask(`/traces/${encodeURIComponent(traceId)}/skeleton`, { check: readSkeleton, signal }),
    refetchInterval: refreshMs,
    structuralSharing: false,
  })
}

export interface SpanKey {
  readonly traceId: string
  readonly spanId: string
  /** Values whole, however long. */
  readonly isFull: boolean
  readonly isRunning: boolean
}

export function spanQuery({ traceId, spanId, isFull, isRunning }: SpanKey) {
  const path = `/traces/${encodeURIComponent(traceId)}/spans/${encodeURIComponent(spanId)}${isFull ? '?full=1' : ''}`
  return queryOptions({
    // A span that ended has more to say than it had while it ran.
    queryKey: ['span', traceId, spanId, isFull, isRunning],
    queryFn: ({ signal }) => ask(path, { check: readSpanPayload, signal }),
    refetchInterval: isRunning ? RUNNING_REFRESH_MS : false,
    staleTime: isRunning ? 0 : 60_000,
  })
}

export function loadSamples() {
  return ask('/samples', { check: readSamplesLoaded, method: 'POST' })
}

function listPath({ experimentId, filter }: ListKey, cursor: string | undefined): string {
  const search = new URLSearchParams({ limit: String(PAGE_SIZE) })
  if (filter !== '') search.set('filter', filter)
  if (cursor !== undefined) search.set('cursor', cursor)
  return `/experiments/${encodeURIComponent(experimentId)}/traces?${search}`
}
