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

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

/** Lower-case hex digits of the bytes from `start` to before `end`. */
export function hexOf(bytes: Uint8Array, start = 0, end = bytes.length): string {
  let text = ''
  for (let i = start; i < end; i++) text += HEX[bytes[i]!]
  return text
}

/** The bytes of an even number of hex digits in either case. The caller has checked that they are. */
export function bytesOfHex(hex: string): Uint8Array {
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}
