import { readTraceInfo, type TraceInfo } from '@clew/model'
import type { Api } from './api.ts'
import { getExperimentByName, unknownExperiment } from './experiments.ts'
import { listIn, optionalTextIn } from './json-fields.ts'
import { type Page, type PageRequest, pagesOf } from './pages.ts'
import { ReadTrace } from './read-trace.ts'
import { TRACES_PER_BATCH, withSpans } from './trace-spans.ts'

/** What to search for. */
export interface TraceSearch {
  /** Where to search; together with `experimentNames` if both are given. The client's own experiment if neither is. */
  readonly experimentIds?: readonly string[] | undefined
  readonly experimentNames?: readonly string[] | undefined
  /** In MLflow's search language, checked by the server; everything if absent. */
  readonly filter?: string | undefined
  /** `timestamp_ms ASC`, for instance; newest first if absent. */
  readonly orderBy?: readonly string[] | undefined
  /** Traces at most; all if absent. */
  readonly maxResults?: number | undefined
  /** Default true. Without spans a search is a small part of the work, for the server and for the wire. */
  readonly includeSpans?: boolean | undefined
}

/** What a server takes for one page with (MLflow's default) and without spans (its maximum). */
const PAGE_SIZE = 100
const PAGE_SIZE_WITHOUT_SPANS = 500

export async function* searchTraces(api: Api, search: TraceSearch): AsyncGenerator<ReadTrace, void, undefined> {
  const { includeSpans = true, maxResults } = search
  const locations = (await experimentsOf(api, search)).map((id) => ({
    type: 'MLFLOW_EXPERIMENT',
    mlflow_experiment: { experiment_id: id },
  }))
  const ask = ({ maxResults, pageToken }: PageRequest): Promise<Page<TraceInfo>> => {
    const { filter, orderBy } = search
    const body = { locations, filter, order_by: orderBy, max_results: maxResults, page_token: pageToken }
    const question = { method: 'POST', path: '/api/3.0/mlflow/traces/search', body: JSON.stringify(body) } as const
    return api.ask(question, (answer) => ({
      items: listIn(answer, 'traces').map(readTraceInfo),
      nextPageToken: optionalTextIn(answer, 'next_page_token'),
    }))
  }
  const pageSize = includeSpans ? PAGE_SIZE : PAGE_SIZE_WITHOUT_SPANS
  for await (const infos of pagesOf(ask, { maxResults, pageSize })) {
    if (!includeSpans) yield* infos.map((info) => new ReadTrace(info, []))
    // A few at a time, so that no more payloads are in memory than are looked at.
    else for (const batch of batchesOf(infos, TRACES_PER_BATCH)) yield* await withSpans(api, batch)
  }
}

export function* batchesOf<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < items.length; start += size) yield items.slice(start, start + size)
}

async function experimentsOf(api: Api, { experimentIds, experimentNames }: TraceSearch): Promise<string[]> {
  if (experimentIds === undefined && experimentNames === undefined) return [await ownExperiment(api)]
  const named = await Promise.all((experimentNames ?? []).map((name) => experimentNamed(api, name)))
  return [...new Set([...(experimentIds ?? []), ...named])]
}

/** The experiment of the client's options or of the environment, where traces of this program go. */
export async function ownExperiment(api: Api): Promise<string> {
  const { experiment } = api.settings
  return 'id' in experiment ? experiment.id : experimentNamed(api, experiment.name)
}

async function experimentNamed(api: Api, name: string): Promise<string> {
  const experiment = await getExperimentByName(api, name)
  if (experiment === undefined) throw unknownExperiment(name)
  return experiment.experimentId
}
