import type { ExperimentSummary } from '@clew/model'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useEffect } from 'react'
import { experimentsQuery } from '../api/queries.ts'
import { Banner } from '../components/Banner.tsx'
import { useDelayed } from '../components/use-delayed.ts'
import { useNow } from '../components/use-now.ts'
import { exactTime, formatAge, formatCount, formatShare, plural, UNKNOWN } from '../logic/format.ts'

/** From this share of failed traces on the figure is red. */
const MANY_ERRORS = 0.02

export function ExperimentsPage() {
  const { data, error, isPending, refetch } = useQuery(experimentsQuery)
  const isLoading = useDelayed(isPending)
  const now = useNow()
  useEffect(() => {
    document.title = 'Experiments · Clew'
  }, [])
  const experiments = sortByUse(data?.experiments ?? [])
  return (
    <main id="main" className="exps">
      <div className="pagehead">
        <h1>Experiments</h1>
      </div>
      {error === null ? null : <Banner error={error} onRetry={() => void refetch()} />}
      <div role="table" aria-label="Experiments" aria-busy={isPending}>
        <div role="row" className="ex thead">
          <span role="columnheader">Name</span>
          <span role="columnheader" className="num">
            Traces
          </span>
          <span role="columnheader" className="num">
            Errors
          </span>
          <span role="columnheader" className="num" aria-sort="descending">
            Last trace
          </span>
        </div>
        <div role="rowgroup" className="tbody">
          {experiments.map((experiment) => (
            <ExperimentRow key={experiment.id} experiment={experiment} now={now} />
          ))}
        </div>
      </div>
      {isLoading ? <SkeletonExperiments /> : null}
      {data === undefined ? null : <p className="exps-foot">{plural(experiments.length, 'experiment')}</p>}
    </main>
  )
}

function ExperimentRow({ experiment, now }: { readonly experiment: ExperimentSummary; readonly now: number }) {
  const { id, name, traces, errors, lastTraceMs } = experiment
  const isBad = traces > 0 && errors / traces >= MANY_ERRORS
  return (
    <div role="row" className="ex">
      <span role="cell" className="title">
        <b className="cut">
          <Link className="row-link" to="/experiments/$experimentId/traces" params={{ experimentId: id }} title={name}>
            {name}
          </Link>
        </b>
        <small className="cut">id {id}</small>
      </span>
      <span role="cell" className="num">
        {formatCount(traces)}
      </span>
      <span role="cell" className={`num ${isBad ? 'bad' : ''}`} title={plural(errors, 'trace')}>
        {formatShare(errors, traces)}
      </span>
      <span role="cell" className="num dim" title={lastTraceMs === undefined ? undefined : exactTime(lastTraceMs)}>
        {lastTraceMs === undefined ? UNKNOWN : formatAge(lastTraceMs, now)}
      </span>
    </div>
  )
}

function SkeletonExperiments() {
  return (
    <div aria-hidden="true">
      {[70, 40, 55, 62].map((percent) => (
        <div key={percent} className="ex skeleton">
          <span>
            <i style={{ '--v': `${percent}%` }} />
          </span>
        </div>
      ))}
    </div>
  )
}

/** The one used last comes first; those never used come last, by name. */
function sortByUse(experiments: readonly ExperimentSummary[]): readonly ExperimentSummary[] {
  return experiments.toSorted((a, b) => (b.lastTraceMs ?? 0) - (a.lastTraceMs ?? 0) || (a.name < b.name ? -1 : 1))
}
