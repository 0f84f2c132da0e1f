import { ask, type Dialogue } from './dialogue.ts'
import { readJsonObject } from './json-answer.ts'
import type { Failure } from './reply-verdict.ts'
import type { Settings } from './settings.ts'

/** The id, or why there is none. */
export type ExperimentAnswer = { readonly kind: 'found'; readonly id: string } | Failure

/**
 * The experiment traces go to. A name is looked up when the first batch is sent, and created if the server has none, as
 * MLflow's client does; only a success is remembered, so a server that comes up later is asked again.
 */
export class ExperimentResolver {
  readonly #experiment: Settings['experiment']
  #id: string | undefined

  constructor(experiment: Settings['experiment']) {
    this.#experiment = experiment
    this.#id = 'id' in experiment ? experiment.id : undefined
  }

  *resolve(): Dialogue<ExperimentAnswer> {
    if (this.#id !== undefined) return { kind: 'found', id: this.#id }
    const name = 'name' in this.#experiment ? this.#experiment.name : ''
    let answer = yield* lookUp(name)
    if (isCode(answer, 'RESOURCE_DOES_NOT_EXIST')) {
      answer = yield* create(name)
      // Somebody else was faster.
      if (isCode(answer, 'RESOURCE_ALREADY_EXISTS')) answer = yield* lookUp(name)
    }
    if (answer.kind === 'found') this.#id = answer.id
    return answer
  }
}

function* lookUp(name: string): Dialogue<ExperimentAnswer> {
  const path = `/api/2.0/mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`
  const answer = yield* ask({ method: 'GET', path })
  if (answer.kind !== 'success') return answer
  const experiment = readJsonObject(answer.body, 'experiment')
  if (experiment?.['lifecycle_stage'] === 'deleted') {
    return { kind: 'refused', status: 200, code: '', sentence: `the experiment "${name}" is deleted; restore it` }
  }
  return readId(experiment)
}

function* create(name: string): Dialogue<ExperimentAnswer> {
  const answer = yield* ask({
    method: 'POST',
    path: '/api/2.0/mlflow/experiments/create',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name }),
  })
  return answer.kind === 'success' ? readId(readJsonObject(answer.body)) : answer
}

function isCode(answer: ExperimentAnswer, code: string): boolean {
  return answer.kind === 'refused' && answer.code === code
}

function readId(object: Readonly<Record<string, unknown>> | undefined): ExperimentAnswer {
  const id = object?.['experiment_id']
  if (typeof id === 'string' && /^\d+$/.test(id)) return { kind: 'found', id }
  return {
    kind: 'refused',
    status: 200,
    code: '',
    sentence: 'the answer holds no experiment id; this is no MLflow server',
  }
}
