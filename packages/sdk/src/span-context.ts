/** A place in a trace, as it travels between processes: what W3C Trace Context carries. */
export interface SpanContext {
  /** 32 hex digits. */
  readonly traceDigits: string
  /** 16 hex digits. */
  readonly spanId: string
  /** False: nothing of this trace is recorded, anywhere. */
  readonly isSampled: boolean
  /** What tracers upstream say to those downstream; not read here, only passed on. Absent if there is nothing. */
  readonly tracestate: string | undefined
}

/** Bounds of W3C Trace Context §3.3: members of a list, and characters of the whole that are passed on. */
const MAX_MEMBERS = 32
const MAX_LENGTH = 512
/** Where room is short, members longer than this go first. */
const LONG_MEMBER = 128

const TRACEPARENT = /^(?!ff)([\da-f]{2})-((?!0+-)[\da-f]{32})-((?!0+-)[\da-f]{16})-([\da-f]{2})(-.*)?$/
const MEMBER = /^[\da-z][\d_a-z*/@-]{0,255}=[ -+\--<>-~]{1,256}$/

/**
 * Reads the values of the headers `traceparent` and `tracestate`. Of a version after `00` the part known today is read
 * (§4.3 of the W3C recommendation). `undefined` for a `traceparent` that is malformed, has a zero id or the version `ff`;
 * a malformed `tracestate` harms nothing, only well-formed members are passed on.
 */
export function parseSpanContext(traceparent: string, tracestate: string): SpanContext | undefined {
  const [, version, traceDigits, spanId = '', flags = '', rest] = TRACEPARENT.exec(traceparent.trim()) ?? []
  if (traceDigits === undefined || (version === '00' && rest !== undefined)) return undefined
  const isSampled = (Number.parseInt(flags, 16) & 1) === 1
  return { traceDigits, spanId, isSampled, tracestate: capTracestate(tracestate) }
}

/** The values of the headers, always of version `00`. */
export function printSpanContext({ traceDigits, spanId, isSampled, tracestate }: SpanContext): Record<string, string> {
  const traceparent = `00-${traceDigits}-${spanId}-0${isSampled ? 1 : 0}`
  return tracestate === undefined ? { traceparent } : { traceparent, tracestate }
}

function capTracestate(text: string): string | undefined {
  const members = text
    .split(',', MAX_MEMBERS)
    .map((member) => member.trim())
    .filter((member) => MEMBER.test(member))
  while (members.join().length > MAX_LENGTH) {
    // Without a long one, -1 is the last: those that wrote most recently stand first.
    members.splice(
      members.findLastIndex(({ length }) => length > LONG_MEMBER),
      1,
    )
  }
  return members.join() || undefined
}
