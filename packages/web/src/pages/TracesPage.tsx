import type { ExperimentSummary } from '@clew/model'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useRef, useState } from 'react'
import { asFailure } from '../api/failure.ts'
import { experimentsQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { rememberFilter } from '../components/list-memory.ts'
import { QueryBar, type QueryBarHandle } from '../components/QueryBar.tsx'
import { SkeletonRows } from '../components/SkeletonRows.tsx'
import { useShortcuts } from '../components/shortcuts.ts'
import { TableBar } from '../components/TableBar.tsx'
import { TableHead } from '../components/TableHead.tsx'
import { TraceTable } from '../components/TraceTable.tsx'
import { useDelayed } from '../components/use-delayed.ts'
import { type TraceListView, useTraceList } from '../components/use-trace-list.ts'
import { filterProblem } from '../logic/filter-problem.ts'
import { tabTitle } from '../logic/format.ts'
import { EmptyResult } from './EmptyResult.tsx'
import { FirstTrace } from './FirstTrace.tsx'
import { MissingPage } from './NotFoundPage.tsx'

export function TracesPage() {
  const { experimentId } = useParams({ from: '/experiments/$experimentId/traces' })
  const { data, isSuccess } = useQuery(experimentsQuery)
  const experiment = data?.experiments.find(({ id }) => id === experimentId)
  useEffect(() => {
    document.title = tabTitle(experiment?.name ?? 'Traces')
  }, [experiment?.name])
  if (isSuccess && experiment === undefined) {
    return (
      <MissingPage title="There is no such experiment" what={`Experiment ${experimentId} was deleted, or never was.`} />
    )
  }
  // A list belongs to one experiment: another one starts anew, with its own box, place and rows.
  return <TraceListPage key={experimentId} experimentId={experimentId} experiment={experiment} />
}

interface TraceListPageProps {
  readonly experimentId: string
  readonly experiment: ExperimentSummary | undefined
}

function TraceListPage({ experimentId, experiment }: TraceListPageProps) {
  const navigate = useNavigate()
  const { q: given = '' } = useSearch({ from: '/experiments/$experimentId/traces' })
  const queryBar = useRef<QueryBarHandle>(null)
  const scroller = useRef<HTMLDivElement>(null)
  const [isSettled, setIsSettled] = useState(false)
  const filter = useLastGood(given)
  rememberFilter(experimentId, filter)
  const list = useTraceList({ experimentId, filter }, !isSettled)
  const setFilter = useCallback((q: string) => void navigate({ to: '.', search: q === '' ? {} : { q } }), [navigate])
  useShortcuts({
    '/': () => queryBar.current?.focus(),
    Escape: () => (given === '' ? undefined : setFilter('')),
  })
  const isEmpty = !list.isLoading && list.error === undefined && list.rows.length === 0
  if (isEmpty && filter === '' && given === '')
    return <FirstTrace experiment={experiment ?? { id: experimentId, name: '' }} />
  const name = experiment?.name ?? `experiment ${experimentId}`
  return (
    <main id="main" className="list">
      <h1 className="sr">Traces of {name}</h1>
      <QueryBar ref={queryBar} filter={given} onCommit={setFilter} rows={list.rows} />
      <TableBar
        list={list}
        isFiltered={filter !== ''}
        total={experiment?.traces}
        onShowWaiting={() => {
          list.showWaiting()
          scroller.current?.scrollTo({ top: 0 })
        }}
      />
      <ListProblem list={list} />
      {list.isLoading ? (
        <LoadingRows hasFailed={list.error !== undefined} />
      ) : list.rows.length === 0 ? (
        list.error === undefined ? (
          <EmptyResult filter={filter} onFilter={setFilter} />
        ) : (
          <div />
        )
      ) : (
        <TraceTable
          key={filter}
          experimentId={experimentId}
          rows={list.rows}
          hasMore={list.hasMore}
          onLoadMore={list.loadMore}
          onSettledChange={setIsSettled}
          scroller={scroller}
        />
      )}
    </main>
  )
}

/** A filter that does not parse leaves the list as it was; the box says what is wrong with it. */
function useLastGood(given: string): string {
  const last = useRef('')
  if (filterProblem(given) === undefined) last.current = given
  return last.current
}

function ListProblem({ list }: { readonly list: TraceListView }) {
  if (list.error === undefined) return <div className="no-banner" />
  const consequence = list.rows.length > 0 && asFailure(list.error).status !== 400 ? 'Showing the last answer.' : ''
  return <Banner error={list.error} consequence={consequence} onRetry={list.retry} />
}

function LoadingRows({ hasFailed }: { readonly hasFailed: boolean }) {
  const isDue = useDelayed(!hasFailed)
  return (
    <div className="traces" role="grid" aria-label="Traces" aria-busy={!hasFailed}>
      <TableHead />
      <div className="tbody">{isDue ? <SkeletonRows count={12} /> : null}</div>
    </div>
  )
}
