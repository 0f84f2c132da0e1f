import type { Metric, Run } from './run.ts'

/** A run as one JSON text. Maps are lists of pairs: their keys come from outside and must not become properties. */
export function writeRun(run: Run): string {
  return JSON.stringify({
    ...run,
    tags: [...run.tags],
    params: [...run.params],
    // JSON has no NaN and no infinities, and MLflow's metrics have.
    metrics: [...run.metrics].map(([key, metric]) => [key, { ...metric, value: String(metric.value) }]),
  })
}

/** @param text made by {@link writeRun} */
export function readRun(text: string): Run {
  const document = JSON.parse(text) as Document
  return {
    ...document,
    endTimeMs: document.endTimeMs,
    tags: new Map(document.tags),
    params: new Map(document.params),
    metrics: new Map(document.metrics.map(([key, metric]) => [key, { ...metric, value: Number(metric.value) }])),
  }
}

interface Document extends Omit<Run, 'tags' | 'params' | 'metrics'> {
  readonly tags: readonly (readonly [string, string])[]
  readonly params: readonly (readonly [string, string])[]
  readonly metrics: readonly (readonly [string, Omit<Metric, 'value'> & { readonly value: string }])[]
}
