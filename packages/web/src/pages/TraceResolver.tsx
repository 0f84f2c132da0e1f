import { useQuery } from '@tanstack/react-query'
import { Navigate, useParams, useSearch } from '@tanstack/react-router'
import { asFailure } from '../api/failure.ts'
import { traceQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { MissingPage } from './NotFoundPage.tsx'

/** `/traces/:id`: the short link to share; finds the experiment and goes on. */
export function TraceResolver() {
  const { traceId } = useParams({ from: '/traces/$traceId' })
  const search = useSearch({ from: '/traces/$traceId' })
  const { data, error, refetch } = useQuery(traceQuery(traceId))
  if (data !== undefined) {
    const params = { experimentId: data.experimentId, traceId }
    return <Navigate to="/experiments/$experimentId/traces/$traceId" params={params} search={search} replace />
  }
  if (error !== null && asFailure(error).isMissing) return <MissingTrace traceId={traceId} />
  return (
    <main id="main" aria-busy={error === null}>
      <h1 className="sr">Trace {traceId}</h1>
      {error === null ? null : <Banner error={error} onRetry={() => void refetch()} />}
    </main>
  )
}

export function MissingTrace({ traceId }: { readonly traceId: string }) {
  return (
    <MissingPage
      title="There is no such trace"
      what={`${traceId} was deleted, has not arrived yet, or went to another server.`}
    />
  )
}
