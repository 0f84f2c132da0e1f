import type { Experiment, JsonValue } from '@clew/model'
import { type Api, nothing, type Query } from './api.ts'
import { MlflowApiError } from './api-error.ts'
import { isJsonObject, type JsonObject, listIn, objectIn, optionalTextIn, textIn } from './json-fields.ts'
import { type Page, type PageRequest, pagesOf } from './pages.ts'

const EXPERIMENTS = '/api/2.0/mlflow/experiments'

export interface NewExperiment {
  /** Where files beside traces go; the server's choice if absent. */
  readonly artifactLocation?: string | undefined
  readonly tags?: Readonly<Record<string, string>> | undefined
}

/** What to search for. */
export interface ExperimentSearch {
  /** In MLflow's search language: `name LIKE 'chat%'`, for instance; everything if absent. */
  readonly filter?: string | undefined
  /** `name ASC`, for instance; newest first if absent. */
  readonly orderBy?: readonly string[] | undefined
  /** Default `ACTIVE_ONLY`. */
  readonly viewType?: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL' | undefined
  /** Experiments at most; all if absent. */
  readonly maxResults?: number | undefined
}

/** Experiments in one page, as MLflow's client asks for them. */
const PAGE_SIZE = 1000

export function createExperiment(api: Api, name: string, { artifactLocation, tags }: NewExperiment): Promise<string> {
  const pairs = Object.entries(tags ?? {}).map(([key, value]) => ({ key, value }))
  const body = JSON.stringify({ name, artifact_location: artifactLocation, tags: pairs })
  return api.ask({ method: 'POST', path: `${EXPERIMENTS}/create`, body }, (answer) => textIn(answer, 'experiment_id'))
}

export function getExperiment(api: Api, experimentId: string): Promise<Experiment> {
  return askForOne(api, 'get', { experiment_id: experimentId })
}

export async function getExperimentByName(api: Api, name: string): Promise<Experiment | undefined> {
  try {
    return await askForOne(api, 'get-by-name', { experiment_name: name })
  } catch (error) {
    if (error instanceof MlflowApiError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined
    throw error
  }
}

export function unknownExperiment(name: string): MlflowApiError {
  const message = `Could not find experiment with name '${name}'`
  return new MlflowApiError(message, { code: 'RESOURCE_DOES_NOT_EXIST', status: 404 })
}

export async function* searchExperiments(
  api: Api,
  { filter, orderBy, viewType, maxResults }: ExperimentSearch,
): AsyncGenerator<Experiment, void, undefined> {
  const ask = ({ maxResults, pageToken }: PageRequest): Promise<Page<Experiment>> => {
    const body = JSON.stringify({
      filter,
      order_by: orderBy,
      view_type: viewType ?? 'ACTIVE_ONLY',
      max_results: maxResults,
      page_token: pageToken,
    })
    return api.ask({ method: 'POST', path: `${EXPERIMENTS}/search`, body }, (answer) => ({
      items: listIn(answer, 'experiments').map(readExperiment),
      nextPageToken: optionalTextIn(answer, 'next_page_token'),
    }))
  }
  for await (const experiments of pagesOf(ask, { maxResults, pageSize: PAGE_SIZE })) yield* experiments
}

/** @param action what the route is called: `update`, `delete`, `restore`, `set-experiment-tag`, … */
export function changeExperiment(api: Api, action: string, fields: Readonly<Record<string, string>>): Promise<void> {
  return api.ask({ method: 'POST', path: `${EXPERIMENTS}/${action}`, body: JSON.stringify(fields) }, nothing)
}

function askForOne(api: Api, action: string, query: Query): Promise<Experiment> {
  return api.ask({ method: 'GET', path: `${EXPERIMENTS}/${action}`, query }, (answer) =>
    readExperiment(objectIn(answer, 'experiment')),
  )
}

/** Reads MLflow's experiment object. @throws TypeError */
function readExperiment(value: JsonValue): Experiment {
  if (!isJsonObject(value)) throw new TypeError('an experiment is no object')
  return {
    experimentId: textIn(value, 'experiment_id'),
    name: textIn(value, 'name'),
    artifactLocation: optionalTextIn(value, 'artifact_location') ?? '',
    lifecycleStage: value['lifecycle_stage'] === 'deleted' ? 'deleted' : 'active',
    creationTimeMs: Number(value['creation_time'] ?? 0),
    lastUpdateTimeMs: Number(value['last_update_time'] ?? 0),
    tags: new Map(listIn(value, 'tags').filter(isJsonObject).map(readTag)),
  }
}

function readTag(tag: JsonObject): [key: string, value: string] {
  return [textIn(tag, 'key'), optionalTextIn(tag, 'value') ?? '']
}
