export type LifecycleStage = 'active' | 'deleted'

/** A named container of traces. */
export interface Experiment {
  /** A decimal integer as text; `0` is the experiment named `Default`, which always exists. */
  readonly experimentId: string
  readonly name: string
  /** Where trace artifacts go, e.g. `mlflow-artifacts:/1`. */
  readonly artifactLocation: string
  readonly lifecycleStage: LifecycleStage
  /** Milliseconds since the Unix epoch. */
  readonly creationTimeMs: number
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdateTimeMs: number
  readonly tags: ReadonlyMap<string, string>
}
