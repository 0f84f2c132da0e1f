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

/**
 * Where runs are kept. The promises of `TraceStore` hold here too: a write that resolved survives a loss of power, what
 * is returned is a snapshot, unknown ids are `undefined` from `get` and `RESOURCE_DOES_NOT_EXIST` from `update`.
 */
export interface RunStore {
  create(run: Run): Promise<void>
  get(runId: string): Promise<Run | undefined>
  /** Replaces a run by what `change` makes of it; two updates never see the same run. What `change` throws is passed on. */
  update(runId: string, change: (run: Run) => Run): Promise<Run>
  /** Newest first, then by id. Pages are stable while runs are added. */
  search(query: RunQuery): Promise<RunPage>
  /** Releases its file; calling it twice is fine. */
  close(): Promise<void>
}

export interface RunQuery {
  readonly experimentIds: readonly string[]
  /** `undefined`: any. */
  readonly runIds: readonly string[] | undefined
  readonly stages: readonly LifecycleStage[]
  readonly limit: number
  /** From the page before. One that was not made here is `INVALID_PARAMETER_VALUE`. */
  readonly cursor: string | undefined
}

export interface RunPage {
  readonly runs: readonly Run[]
  /** Absent on the last page. */
  readonly cursor: string | undefined
}
