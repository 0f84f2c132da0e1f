import { ClewError, type JsonValue } from '@clew/model'
import type { Metric, Run } from '../runs/run.ts'
import { latestMetric, metricValue } from './run-fields.ts'

/** The tag that repeats the name of a run. */
export const RUN_NAME = 'mlflow.runName'

/** Dataset inputs of one run; evaluations log one. */
const MAX_DATASETS = 100

/** What a client logs to a run in one call. */
export interface Logged {
  readonly metrics?: readonly LoggedMetric[] | undefined
  readonly params?: ReadonlyMap<string, string> | undefined
  readonly tags?: ReadonlyMap<string, string> | undefined
}

interface LoggedMetric {
  readonly key: string
  readonly value: JsonValue
  readonly timestamp?: number | undefined
  readonly step?: number | undefined
}

/** The run with what was logged. Throws `INVALID_PARAMETER_VALUE` for a parameter that would change, as MLflow does. */
export function logged(run: Run, { metrics = [], params = new Map(), tags = new Map() }: Logged): Run {
  const all = new Map<string, Metric>(run.metrics)
  for (const { key, value, timestamp, step } of metrics) {
    const metric = { value: metricValue(value), timestampMs: timestamp ?? Date.now(), step: step ?? 0 }
    all.set(key, latestMetric(all.get(key), metric))
  }
  for (const [key, value] of params) {
    const old = run.params.get(key)
    if (old === undefined || old === value) continue
    const message = `Changing param values is not allowed. Param with key='${key}' was already logged with value='${old}' for run ID='${run.runId}'. Attempted logging new value '${value}'.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  }
  return {
    ...run,
    metrics: all,
    params: new Map([...run.params, ...params]),
    tags: new Map([...run.tags, ...tags]),
    name: tags.get(RUN_NAME) || run.name,
  }
}

export function withoutTag(run: Run, key: string): Run {
  const tags = new Map(run.tags)
  if (tags.delete(key)) return { ...run, tags }
  throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in run with id ${run.runId}`)
}

export function withInputs(old: readonly string[], added: readonly string[]): readonly string[] {
  const inputs = [...new Set([...old, ...added])]
  if (inputs.length <= MAX_DATASETS) return inputs
  throw new ClewError('INVALID_PARAMETER_VALUE', `A run can have at most ${MAX_DATASETS} dataset inputs.`)
}
