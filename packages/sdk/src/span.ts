import type { JsonValue, SpanStatus, SpanStatusCode, SpanType } from '@clew/model'

/**
 * One step of a trace while it runs. Made by `startSpan`, `withSpan` and `trace`.
 *
 * No method throws, whatever it is given. Values are encoded when they are set, so changing an object afterwards does
 * not change the trace. Once the span has ended every setter does nothing.
 */
export interface LiveSpan {
  /** `tr-` and 32 hex digits; `MLFLOW_NO_OP_SPAN_TRACE_ID` on a span that records nothing. */
  readonly traceId: string
  /** 16 hex digits; empty on a span that records nothing. */
  readonly spanId: string
  /** The span id of the parent; absent on a root span. */
  readonly parentId: string | undefined
  readonly name: string
  readonly spanType: SpanType
  /** Nanoseconds since the Unix epoch. */
  readonly startTimeNs: bigint
  /** Nanoseconds since the Unix epoch; absent while the span runs. */
  readonly endTimeNs: bigint | undefined
  readonly status: SpanStatus
  /** What was set, as it was encoded; `undefined` if nothing was. */
  readonly inputs: JsonValue | undefined
  /** What was set, as it was encoded; `undefined` if nothing was. */
  readonly outputs: JsonValue | undefined
  /** False once the span has ended, and on a span that records nothing (disabled, suppressed or not sampled). */
  readonly isRecording: boolean

  /** Any value; `null` is recorded, `undefined` is as if it had not been called. */
  setInputs(inputs: unknown): void
  /** Any value; `null` is recorded, `undefined` is as if it had not been called. */
  setOutputs(outputs: unknown): void
  /** One attribute of any value. `undefined` values and names that are not text are ignored. */
  setAttribute(key: string, value: unknown): void
  setAttributes(attributes: Readonly<Record<string, unknown>>): void
  /** The attribute as it was encoded. */
  getAttribute(key: string): JsonValue | undefined
  /** One of {@link SpanType} or a name of your own. */
  setSpanType(spanType: SpanType): void
  /** @param description kept for `ERROR` only */
  setStatus(code: SpanStatusCode, description?: string): void
  addEvent(event: SpanEventOptions): void
  /**
   * Adds an `exception` event with type, message and stack trace (causes included) and sets the status to `ERROR` with
   * `<type>: <message>`.
   */
  recordException(thrown: unknown): void
  /** Ends the span. A status that is not `ERROR` becomes `OK`, as in MLflow. Only the first call counts. */
  end(options?: SpanEndOptions): void
  /** Ends the span: `using span = startSpan(…)` ends it with the block. */
  [Symbol.dispose](): void
}

export interface SpanEventOptions {
  readonly name: string
  /** Nanoseconds since the Unix epoch; now if absent. */
  readonly timeNs?: bigint | undefined
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
}

export interface SpanEndOptions {
  readonly outputs?: unknown
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  readonly status?: SpanStatusCode | undefined
  /** Nanoseconds since the Unix epoch; now if absent. */
  readonly endTimeNs?: bigint | undefined
}

/** What `startSpan` starts from. */
export interface SpanOptions {
  /** `span` if absent. */
  readonly name?: string | undefined
  /** `UNKNOWN` if absent. */
  readonly spanType?: SpanType | undefined
  readonly inputs?: unknown
  readonly attributes?: Readonly<Record<string, unknown>> | undefined
  /** The current span if absent; `null` starts a new trace. */
  readonly parent?: LiveSpan | null | undefined
  /** If a trace starts here: the share of such traces that is recorded, 0 to 1. As the scope or `init` says if absent. */
  readonly samplingRatio?: number | undefined
  /** Nanoseconds since the Unix epoch; now if absent. */
  readonly startTimeNs?: bigint | undefined
}

const UNSET: SpanStatus = { code: 'UNSET', message: '' }

/** Stands in for a span where nothing is recorded: tracing is disabled, suppressed, or could not start. */
export const NO_OP_SPAN: LiveSpan = Object.freeze({
  // The id MLflow's Python client gives spans that record nothing.
  traceId: 'MLFLOW_NO_OP_SPAN_TRACE_ID',
  spanId: '',
  parentId: undefined,
  name: '',
  spanType: 'UNKNOWN',
  startTimeNs: 0n,
  endTimeNs: undefined,
  status: UNSET,
  inputs: undefined,
  outputs: undefined,
  isRecording: false,
  setInputs: doNothing,
  setOutputs: doNothing,
  setAttribute: doNothing,
  setAttributes: doNothing,
  getAttribute: doNothing,
  setSpanType: doNothing,
  setStatus: doNothing,
  addEvent: doNothing,
  recordException: doNothing,
  end: doNothing,
  [Symbol.dispose]: doNothing,
})

function doNothing(): undefined {
  return undefined
}
