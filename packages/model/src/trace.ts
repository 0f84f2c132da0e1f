import type { Assessment } from './assessment.ts'
import type { Span } from './span.ts'

/** MLflow's trace states. */
export type TraceState = 'STATE_UNSPECIFIED' | 'OK' | 'ERROR' | 'IN_PROGRESS'

/**
 * What is known of a trace without its spans: a row in a list. MLflow's TraceInfo, version 3.
 *
 * Times are milliseconds here because the wire carries no more (MLflow's `Timestamp` and `Duration` are cut to ms);
 * the exact nanoseconds are on the spans.
 */
export interface TraceInfo {
  /** `tr-` and 32 lower-case hex digits. */
  readonly traceId: string
  readonly experimentId: string
  /** The application's own id for the request, if it gave one. */
  readonly clientRequestId: string | undefined
  /** Milliseconds since the Unix epoch. */
  readonly requestTimeMs: number
  /** Milliseconds; absent while unknown. */
  readonly executionDurationMs: number | undefined
  readonly state: TraceState
  readonly requestPreview: string | undefined
  readonly responsePreview: string | undefined
  /** Meant to be written once; keys in {@link TraceMetadataKey}. */
  readonly traceMetadata: ReadonlyMap<string, string>
  /** May be edited at any time; keys in {@link TraceTagKey}. */
  readonly tags: ReadonlyMap<string, string>
  readonly assessments: readonly Assessment[]
}

export interface TraceData {
  /** Root first, then by start time. */
  readonly spans: readonly Span[]
}

export interface Trace {
  readonly info: TraceInfo
  readonly data: TraceData
}
