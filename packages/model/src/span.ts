import type { JsonText } from './json/text.ts'

/**
 * Attribute names to JSON texts. A Map, never an object: names come from outside, and `__proto__` must be a name
 * like any other.
 */
export type Attributes = ReadonlyMap<string, JsonText>

/** OpenTelemetry's three status codes, under the names MLflow's clients print. */
export type SpanStatusCode = 'UNSET' | 'OK' | 'ERROR'

export interface SpanStatus {
  readonly code: SpanStatusCode
  /** Empty unless `code` is `ERROR`. */
  readonly message: string
}

export interface SpanEvent {
  readonly name: string
  /** Nanoseconds since the Unix epoch. */
  readonly timeNs: bigint
  readonly attributes: Attributes
}

/** A pointer to a span of this or another trace; not a parent. */
export interface SpanLink {
  /** `tr-` and 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  readonly attributes: Attributes
}

/** One finished or running step of a trace, as it is sent, stored and read. Immutable. */
export interface Span {
  /** `tr-` and 32 lower-case hex digits. */
  readonly traceId: string
  /** 16 lower-case hex digits. */
  readonly spanId: string
  /** Absent on a root span. */
  readonly parentSpanId: string | undefined
  readonly name: string
  /** Nanoseconds since the Unix epoch. */
  readonly startTimeNs: bigint
  /** Nanoseconds since the Unix epoch; absent while the span runs. */
  readonly endTimeNs: bigint | undefined
  readonly status: SpanStatus
  /** Inputs, outputs and type are attributes too, under the names in {@link SpanKey}. */
  readonly attributes: Attributes
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]
}

/** MLflow's span types. Any other string is allowed and shown as it is. */
export const SpanType = {
  LLM: 'LLM',
  CHAIN: 'CHAIN',
  AGENT: 'AGENT',
  TOOL: 'TOOL',
  CHAT_MODEL: 'CHAT_MODEL',
  RETRIEVER: 'RETRIEVER',
  PARSER: 'PARSER',
  EMBEDDING: 'EMBEDDING',
  RERANKER: 'RERANKER',
  MEMORY: 'MEMORY',
  UNKNOWN: 'UNKNOWN',
  WORKFLOW: 'WORKFLOW',
  TASK: 'TASK',
  GUARDRAIL: 'GUARDRAIL',
  EVALUATOR: 'EVALUATOR',
} as const

/** One of {@link SpanType}, or a name of the application's own. */
export type SpanType = (typeof SpanType)[keyof typeof SpanType] | (string & {})
