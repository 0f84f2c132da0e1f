const TRACE_ID = /^tr-[0-9a-f]{32}$/
const SPAN_ID = /^[0-9a-f]{16}$/

/** True for `tr-` and 32 lower-case hex digits, not all zero (W3C Trace Context forbids the zero id). */
export function isTraceId(text: string): boolean {
  return TRACE_ID.test(text) && text !== 'tr-00000000000000000000000000000000'
}

/** True for 16 lower-case hex digits, not all zero. */
export function isSpanId(text: string): boolean {
  return SPAN_ID.test(text) && text !== '0000000000000000'
}

/** The 32 hex digits OpenTelemetry knows the trace by. */
export function otelTraceId(traceId: string): string {
  return traceId.slice(3)
}

/** The id MLflow gives an OpenTelemetry trace: `tr-` and its hex digits. */
export function traceIdOf(otelHex: string): string {
  return `tr-${otelHex}`
}
