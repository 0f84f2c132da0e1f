import type { ExperimentSummary } from '@clew/model'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { experimentsQuery, headQuery, loadSamples } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { CallPreview } from '../components/CallPreview.tsx'
import { QuickStartBox } from '../components/QuickStartBox.tsx'

export interface FirstTraceProps {
  readonly experiment: Pick<ExperimentSummary, 'id' | 'name'>
}

/** The first screen of an empty store or experiment: how to send a trace, to this address. Gives way when one comes. */
export function FirstTrace({ experiment }: FirstTraceProps) {
  useEffect(() => {
    document.title = 'Send your first trace · Clew'
  }, [])
  useArrival(experiment.id)
  return (
    <main id="main" className="first">
      <header>
        <h1>Send your first trace</h1>
        <p className="lead">
          Clew listens on <code>{location.origin}</code> and nothing has arrived in{' '}
          <b className="strong">{experiment.name === '' ? `experiment ${experiment.id}` : experiment.name}</b> yet. This
          page becomes the list as soon as something does.
        </p>
      </header>
      <section aria-label="How to send a trace">
        <QuickStartBox origin={location.origin} experimentId={experiment.id} />
        <Waiting />
      </section>
      <CallPreview />
      <div className="ways">
        <section>
          <h2>An agent, a chain, your own functions?</h2>
          <p>
            Wrap them with <code>trace(fn)</code> of <code>@clew/tracing</code> and the calls inside become its
            children.
          </p>
        </section>
        <section>
          <h2>Coming from MLflow?</h2>
          <p>Point the tracking URI here; the client, its searches and the links it prints keep working.</p>
        </section>
        <section>
          <h2>Nothing arrives?</h2>
          <p>
            A refused request answers with a sentence saying why. <a href="/openapi.json">All routes of this server</a>
          </p>
        </section>
      </div>
    </main>
  )
}

function Waiting() {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const samples = useMutation({
    mutationFn: loadSamples,
    onSuccess: async ({ experimentId }) => {
      await queries.invalidateQueries()
      await navigate({ to: '/experiments/$experimentId/traces', params: { experimentId } })
    },
  })
  return (
    <>
      <div className="waiting">
        <span className="pulse" aria-hidden="true" />
        <span className="grow" role="status">
          {samples.isPending ? 'Loading sample traces…' : 'Waiting for the first trace…'}
        </span>
        <button type="button" className="btn primary" disabled={samples.isPending} onClick={() => samples.mutate()}>
          Load sample traces
        </button>
      </div>
      {samples.error === null ? null : <Banner error={samples.error} onRetry={() => samples.mutate()} />}
    </>
  )
}

/** Goes to the traces when the first one arrives, in this experiment or, from the home page, in any. */
function useArrival(experimentId: string): void {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const { data } = useQuery(experimentsQuery)
  const { data: head } = useQuery(headQuery({ experimentId, filter: '' }))
  const isHome = location.pathname === '/'
  const used = data?.experiments.find(({ id, traces }) => traces > 0 && (isHome || id === experimentId))
  const arrivedIn = (head?.traces.length ?? 0) > 0 ? experimentId : used?.id
  useEffect(() => {
    if (arrivedIn === undefined) return
    void queries.invalidateQueries({ queryKey: ['traces', arrivedIn] })
    void navigate({ to: '/experiments/$experimentId/traces', params: { experimentId: arrivedIn }, replace: true })
  }, [arrivedIn, queries, navigate])
}
