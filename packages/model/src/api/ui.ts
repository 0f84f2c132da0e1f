import type { Skeleton } from './skeleton.ts'

/**
 * What the screens ask of the server, beside MLflow's own routes. Both sides import these shapes. JSON, snake_case
 * only where a field is MLflow's; nanoseconds are decimal strings. All paths start with {@link UI_API}.
 *
 * | route | answers |
 * |---|---|
 * | `GET /experiments` | {@link ExperimentList} |
 * | `GET /experiments/:id/traces?filter=&limit=&cursor=` | {@link TraceList} |
 * | `GET /traces/:id` | {@link TraceHeader} |
 * | `GET /traces/:id/skeleton` | {@link Skeleton} |
 * | `GET /traces/:id/spans/:spanId` | {@link SpanPayload} |
 * | `POST /samples` | {@link SamplesLoaded}: stores the sample traces in the experiment `Samples` |
 */
export const UI_API = '/api/1.0/clew'

export interface ExperimentList {
  readonly experiments: readonly ExperimentSummary[]
}

export interface ExperimentSummary {
  readonly id: string
  readonly name: string
  readonly createdMs: number
  /** Exact. */
  readonly traces: number
  readonly errors: number
  /** Start of the newest trace, ms since the epoch. */
  readonly lastTraceMs?: number
}

export interface TraceList {
  readonly traces: readonly TraceRow[]
  /** Give it back to get the next page; absent on the last one. */
  readonly cursor?: string
}

/** One row of the list. Absent is unknown; never null, never 0 for unknown. */
export interface TraceRow {
  readonly id: string
  readonly experimentId: string
  readonly name?: string
  /** Type of the root span; `UNKNOWN` when it says none, absent when there is no root. */
  readonly type?: string
  readonly state: 'OK' | 'ERROR' | 'IN_PROGRESS' | 'STATE_UNSPECIFIED'
  /** Milliseconds since the epoch. */
  readonly startMs: number
  readonly durationMs?: number
  readonly request?: string
  readonly response?: string
  /** Of a trace that failed, in one line of at most 200 characters: `ToolTimeout: refund_order: no answer`. */
  readonly error?: string
  readonly inputTokens?: number
  readonly outputTokens?: number
  readonly totalTokens?: number
  /** US dollars. */
  readonly cost?: number
  readonly session?: string
  readonly user?: string
  readonly assessments: readonly AssessmentChip[]
  /** Tags of the application's own, without the `mlflow.` ones. */
  readonly tags: readonly (readonly [key: string, value: string])[]
}

export interface AssessmentChip {
  readonly name: string
  readonly kind: 'feedback' | 'expectation' | 'issue'
  /** JSON text. */
  readonly value: string
  readonly source?: string
  readonly rationale?: string
  readonly spanId?: string
}

export interface TraceHeader extends TraceRow {
  readonly experimentName: string
  readonly clientRequestId?: string
  readonly metadata: readonly (readonly [key: string, value: string])[]
  /** All tags, the reserved ones too. */
  readonly allTags: readonly (readonly [key: string, value: string])[]
  readonly spanCount: number
}

/** Everything about one span. Values are JSON texts, at most {@link PAYLOAD_SLICE} characters each. */
export interface SpanPayload {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId?: string
  readonly name: string
  readonly type: string
  /** Nanoseconds since the epoch, decimal. */
  readonly startNs: string
  readonly endNs?: string
  readonly status: 'UNSET' | 'OK' | 'ERROR'
  readonly statusMessage: string
  readonly inputs?: PayloadValue
  readonly outputs?: PayloadValue
  /** Without inputs and outputs. */
  readonly attributes: readonly (readonly [key: string, value: PayloadValue])[]
  readonly events: readonly SpanPayloadEvent[]
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[]
}

export interface SpanPayloadEvent {
  readonly name: string
  readonly timeNs: string
  readonly attributes: readonly (readonly [key: string, value: PayloadValue])[]
}

export interface PayloadValue {
  /** JSON text; cut when `size` is larger than its length. */
  readonly json: string
  /** Length of the whole text in characters. `GET …/spans/:spanId?full=1` answers it whole. */
  readonly size: number
}

/** Characters of one value a payload carries unless asked for all. */
export const PAYLOAD_SLICE = 262_144

export interface SamplesLoaded {
  readonly experimentId: string
  readonly traces: number
}

/** How every error of the UI API looks, the same as MLflow's with a hint and the request's id. */
export interface ApiError {
  readonly error_code: string
  readonly message: string
  readonly help: string
  readonly request_id: string
  /** Where in the filter the error is, for the search box: character offsets. */
  readonly position?: { readonly start: number; readonly end: number }
}

export type { Skeleton }
