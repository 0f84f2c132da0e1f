import type { Assessment } from '../assessment.ts'
import { TraceMetadataKey } from '../keys.ts'
import type { TraceInfo } from '../trace.ts'

/**
 * Whether an assessment of one trace is about the whole session of that trace: it has metadata `mlflow.trace.session`,
 * whatever the value (MLflow 3.17.2, `_get_session_scoped_trace_ids`).
 */
export function isSessionScoped(assessment: Assessment): boolean {
  return assessment.metadata.has(TraceMetadataKey.session)
}

/** The session a trace is part of. */
export function sessionOf(info: TraceInfo): string | undefined {
  return info.traceMetadata.get(TraceMetadataKey.session)
}
