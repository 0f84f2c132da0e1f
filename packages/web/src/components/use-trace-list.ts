import type { TraceList, TraceRow } from '@clew/model'
import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo } from 'react'
import { headQuery, type ListKey, traceListQuery } from '../api/queries.ts'
import { flattenRows, insertRows, refreshRows } from '../logic/trace-rows.ts'

export interface TraceListView {
  readonly rows: readonly TraceRow[]
  readonly isLoading: boolean
  readonly error: Error | undefined
  readonly hasMore: boolean
  readonly loadMore: () => void
  /** New traces that are not in `rows`, because the list is held. */
  readonly waiting: number
  /** Whether there are more than `waiting`. */
  readonly hasMoreWaiting: boolean
  readonly showWaiting: () => void
  readonly retry: () => void
}

/**
 * The rows of a list, kept up to date without moving any: known rows change in place, new ones go in only while the
 * list is not held, else they are counted.
 */
export function useTraceList(list: ListKey, wantsHold: boolean): TraceListView {
  const queries = useQueryClient()
  const pagesQuery = useInfiniteQuery(traceListQuery(list))
  const {
    data: head,
    error: headError,
    refetch: refetchHead,
  } = useQuery({
    ...headQuery(list),
    enabled: pagesQuery.isSuccess,
  })
  const pages = pagesQuery.data?.pages
  // There is nothing to hold where there are no rows.
  const isHeld = wantsHold && (pages?.some(({ traces }) => traces.length > 0) ?? false)
  const found = useMemo(() => (pages && head ? refreshRows(pages, head) : undefined), [pages, head])

  const { experimentId, filter } = list
  const store = useCallback(
    (next: readonly TraceList[]) => {
      const { queryKey } = traceListQuery({ experimentId, filter })
      queries.setQueryData(queryKey, (old: InfiniteData<TraceList> | undefined) => {
        if (old === undefined) return old
        return { pages: [...next], pageParams: old.pageParams.slice(0, next.length) }
      })
    },
    [queries, experimentId, filter],
  )
  const showWaiting = useCallback(() => {
    if (head && found) store(insertRows(found.pages, head, found))
  }, [head, found, store])

  useEffect(() => {
    if (found === undefined) return
    if (found.fresh.length > 0 && !isHeld) showWaiting()
    else if (found.pages !== pages) store(found.pages)
  }, [found, pages, isHeld, store, showWaiting])

  const rows = useMemo(() => flattenRows(pages ?? []), [pages])
  const { hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = pagesQuery
  return {
    rows,
    isLoading: pagesQuery.isPending,
    error: pagesQuery.error ?? headError ?? undefined,
    hasMore: hasNextPage,
    loadMore: () => {
      if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
    },
    waiting: isHeld ? (found?.fresh.length ?? 0) : 0,
    hasMoreWaiting: found?.hasGap ?? false,
    showWaiting,
    retry: () => void (pagesQuery.isError ? refetch() : refetchHead()),
  }
}
