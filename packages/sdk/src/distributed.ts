import { currentFrame, type Frame, isSilent, runWithSpan } from './context.ts'
import { sayOnce } from './notices.ts'
import { runtime } from './runtime.ts'
import { parseSpanContext, printSpanContext, type SpanContext } from './span-context.ts'
import { isStandIn, standInFor } from './stand-in.ts'
import { isRecordingSpan } from './start-span.ts'

/**
 * What tells another process where in the trace it is called from, for its side to hand to {@link withRemoteContext}:
 * `traceparent`, and `tracestate` if a tracer upstream sent some (W3C Trace Context). Add it to the headers of a request,
 * or to `params._meta` of an MCP message. MLflow's Python client and OpenTelemetry read it too.
 *
 *     await fetch(url, { headers: { accept: 'application/json', ...getTracingContextHeaders() } })
 *
 * Never throws. Outside of any span it is empty, and that is said once. Where the trace is not sampled, or in a scope
 * that is switched off, it tells the other process not to record either.
 */
export function getTracingContextHeaders(): Record<string, string> {
  const frame = currentFrame()
  const context = contextOf(frame)
  if (context !== undefined) return printSpanContext({ ...context, isSampled: context.isSampled && !isSilent(frame) })
  if (runtime.isEnabled && !isSilent(frame)) {
    sayOnce('no context', 'getTracingContextHeaders() was called outside of any span and returned nothing.')
  }
  return {}
}

/**
 * Runs `body` as a part of the trace that another process told of: spans that start in it become children of the
 * caller's span, and are sent by this process. If the caller's trace is not sampled, nothing is recorded. What
 * describes the trace as a whole (tags, session, user, previews) stays with the process that began it.
 *
 *     createServer((request, response) => withRemoteContext(request.headers, () => handle(request, response)))
 *
 * The headers decide which trace this process writes to and whether it records, so take them only from callers that
 * may. `baggage` is not read.
 *
 * @param headers any container of names and values: a plain object as Node's `request.headers` or the `params._meta` of an
 *   MCP message, a `Headers`, a `Map`, pairs. Names in any case; a value may be an array
 * @returns what `body` returns. Without a valid `traceparent`, `body` runs as if it had been called directly, and that is
 *   said once
 */
export function withRemoteContext<T>(headers: object | null | undefined, body: () => T): T {
  const context = readContext(headers)
  if (context !== undefined) return runWithSpan(standInFor(context), body)
  sayOnce(
    'remote context',
    'withRemoteContext() was given no valid traceparent; spans in it start traces of their own.',
  )
  return body()
}

function contextOf(frame: Frame | undefined): SpanContext | undefined {
  const span = frame?.span
  if (isStandIn(span)) return span.context
  if (!isRecordingSpan(span)) return undefined
  const { trace, traceId, spanId } = span
  trace.isShared = true
  return { traceDigits: traceId.slice(3), spanId, isSampled: true, tracestate: trace.origin?.tracestate }
}

function readContext(headers: object | null | undefined): SpanContext | undefined {
  try {
    const found = { traceparent: [] as unknown[], tracestate: [] as unknown[] }
    for (const [name, value] of entriesOf(headers)) {
      const key = String(name).toLowerCase()
      if (key === 'traceparent' || key === 'tracestate') found[key].push(value)
    }
    // As HTTP joins repeated headers: several tracestates are one list, several traceparents are none.
    return parseSpanContext(found.traceparent.join(), found.tracestate.join())
  } catch {
    return undefined
  }
}

function entriesOf(headers: object | null | undefined): Iterable<readonly [unknown, unknown]> {
  if (typeof headers !== 'object' || headers === null) return []
  return Symbol.iterator in headers ? (headers as Iterable<readonly [unknown, unknown]>) : Object.entries(headers)
}
