import { ClewError } from '@clew/model'
import type { DocumentKind } from '../documents/document.ts'
import type { Metric, Run } from './run.ts'

/** Runs, newest first. Deleted ones are a group apart, so that nobody reads past them. */
export const runKind: DocumentKind<Run> = {
  name: 'run',
  keyOf: (run) => run.runId,
  groupOf: (run) => runGroup(run.experimentId, run.stage),
  placeOf: (run) => -run.startTimeMs,
  // Maps are lists of pairs: their keys come from outside and must not become properties.
  write: (run) =>
    JSON.stringify({
      ...run,
      tags: [...run.tags],
      params: [...run.params],
      // JSON has no NaN and no infinities, and MLflow's metrics have.
      metrics: [...run.metrics].map(([key, metric]) => [key, { ...metric, value: String(metric.value) }]),
    }),
  read(text) {
    const document = JSON.parse(text) as Document
    return {
      ...document,
      endTimeMs: document.endTimeMs,
      tags: new Map(document.tags),
      params: new Map(document.params),
      metrics: new Map(document.metrics.map(([key, metric]) => [key, { ...metric, value: Number(metric.value) }])),
    }
  },
  missing: noRun,
  taken: ({ runId }) => new ClewError('RESOURCE_ALREADY_EXISTS', `Run with id=${runId} already exists`),
}

/** The group of the runs of an experiment in a stage of their life. */
export function runGroup(experimentId: string, stage: Run['stage']): string {
  return `${experimentId} ${stage}`
}

export function noRun(runId: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Run with id=${runId} not found`)
}

interface Document extends Omit<Run, 'tags' | 'params' | 'metrics'> {
  readonly tags: readonly (readonly [string, string])[]
  readonly params: readonly (readonly [string, string])[]
  readonly metrics: readonly (readonly [string, Omit<Metric, 'value'> & { readonly value: string }])[]
}
