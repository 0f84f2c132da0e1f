import { ClewError, type Experiment, type JsonValue, parseJson, writeJson } from '@clew/model'
import { invalid } from '../http/fields.ts'
import type { Metric, Run, RunStatus } from '../runs/run.ts'

/** MLflow's run object. */
export function runJson(run: Run): JsonValue {
  return {
    info: runInfoJson(run),
    data: {
      ...(run.metrics.size > 0 && { metrics: [...run.metrics].map(([key, metric]) => metricJson(key, metric)) }),
      ...(run.params.size > 0 && { params: pairs(run.params) }),
      ...(run.tags.size > 0 && { tags: pairs(run.tags) }),
    },
    inputs: run.datasetInputs.length > 0 ? { dataset_inputs: run.datasetInputs.map((text) => parseJson(text)) } : {},
    outputs: {},
  }
}

/** The id goes by its old name too: clients of before 1.0 read `run_uuid`. */
export function runInfoJson(run: Run): JsonValue {
  return {
    run_uuid: run.runId,
    experiment_id: run.experimentId,
    run_name: run.name,
    user_id: run.userId,
    status: run.status,
    start_time: run.startTimeMs,
    ...(run.endTimeMs !== undefined && { end_time: run.endTimeMs }),
    artifact_uri: run.artifactUri,
    lifecycle_stage: run.stage,
    run_id: run.runId,
  }
}

const STATUSES: readonly RunStatus[] = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']

/** By name or by protobuf's number. */
export function runStatus(value: string | number): RunStatus {
  const status = STATUSES.find((name, index) => value === name || Number(value) === index + 1)
  if (status === undefined) throw invalid('status', value)
  return status
}

/** A metric's value: a number, or protobuf's texts for what JSON cannot say. */
export function metricValue(value: JsonValue): number {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value)
  throw invalid('value', value)
}

/** Only active experiments take runs, in MLflow's words. */
export function requireActive(experiment: Experiment): void {
  if (experiment.lifecycleStage === 'active') return
  const message = `The experiment ${experiment.experimentId} must be in the 'active' state. Current state is deleted.`
  throw new ClewError('INVALID_PARAMETER_VALUE', message)
}

/** Of two values of one metric the later counts: by step, then by time, then the greater one. */
export function latestMetric(old: Metric | undefined, metric: Metric): Metric {
  if (old === undefined || metric.step > old.step) return metric
  if (metric.step < old.step || metric.timestampMs < old.timestampMs) return old
  return metric.timestampMs > old.timestampMs || metric.value >= old.value ? metric : old
}

function metricJson(key: string, { value, timestampMs, step }: Metric): JsonValue {
  return {
    key,
    value: Number.isFinite(value) ? value : writeJson(String(value)).slice(1, -1),
    timestamp: timestampMs,
    step,
  }
}

function pairs(map: ReadonlyMap<string, string>): JsonValue {
  return [...map].map(([key, value]) => ({ key, value }))
}
