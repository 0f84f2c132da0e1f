import type { ExperimentSummary } from '@clew/model'
import { useQuery } from '@tanstack/react-query'
import { Navigate } from '@tanstack/react-router'
import { experimentsQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { FirstTrace } from './FirstTrace.tsx'

/** Nothing stored: how to send a trace. One experiment in use: its traces. Else: all of them. */
export function HomePage() {
  const { data, error, refetch } = useQuery(experimentsQuery)
  if (data === undefined) {
    return (
      <main id="main" aria-busy={error === null}>
        <h1 className="sr">Clew</h1>
        {error === null ? null : <Banner error={error} onRetry={() => void refetch()} />}
      </main>
    )
  }
  const used = data.experiments.filter(({ traces }) => traces > 0)
  if (used.length === 0) return <FirstTrace experiment={defaultExperiment(data.experiments)} />
  if (used.length > 1) return <Navigate to="/experiments" replace />
  return <Navigate to="/experiments/$experimentId/traces" params={{ experimentId: used[0]!.id }} replace />
}

function defaultExperiment(experiments: readonly ExperimentSummary[]): Pick<ExperimentSummary, 'id' | 'name'> {
  return experiments.find(({ id }) => id === '0') ?? experiments[0] ?? { id: '0', name: 'Default' }
}
