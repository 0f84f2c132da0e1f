import type { LifecycleStage } from '@clew/model'

export type RunStatus = 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED'

/**
 * A run as far as tracing needs it: something evaluations and programs group their traces by. It is no experiment
 * tracker: of a metric only the latest value is kept, and there are no models.
 */
export interface Run {
  /** 32 hex digits. */
  readonly runId: string
  readonly experimentId: string
  readonly name: string
  readonly userId: string
  readonly status: RunStatus
  /** Milliseconds since the epoch. */
  readonly startTimeMs: number
  /** Milliseconds since the epoch; absent while it runs. */
  readonly endTimeMs: number | undefined
  readonly artifactUri: string
  readonly stage: LifecycleStage
  readonly tags: ReadonlyMap<string, string>
  readonly params: ReadonlyMap<string, string>
  readonly metrics: ReadonlyMap<string, Metric>
  /** JSON texts of MLflow's `DatasetInput`. */
  readonly datasetInputs: readonly string[]
}

export interface Metric {
  readonly value: number
  /** Milliseconds since the epoch. */
  readonly timestampMs: number
  readonly step: number
}
