import type { TraceStore } from '@clew/model'
import type { ArtifactFolder } from './artifacts/folder.ts'
import type { Collections } from './documents/collections.ts'
import type { SpanIngest } from './ingest/ingest.ts'

/** What handlers work with. */
export interface Services extends Collections {
  readonly store: TraceStore
  readonly ingest: SpanIngest
  readonly artifacts: ArtifactFolder
  /** Clew's own version. */
  readonly version: string
  /** Where spans go that name no experiment; `undefined` refuses them, as MLflow does. */
  readonly defaultExperimentId: string | undefined
}
