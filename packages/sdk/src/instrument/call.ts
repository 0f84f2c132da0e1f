import { activeSpan, isSuppressed, runWithSpan } from '../context.ts'
import type { LiveSpan } from '../span.ts'
import { startSpan } from '../start-span.ts'
import { runUnrecorded } from '../with-span.ts'
import { writeRequest } from './capture.ts'
import { followStream } from './follow-stream.ts'
import type { CaptureOptions, TracedMethod } from './integration.ts'
import { OpenCall } from './open-call.ts'
import type { CallObserver, CallOutcome, PatchedCall, Replacement } from './patch.ts'
import { isThenable, watchPromise } from './promise.ts'
import { shared } from './shared.ts'
import { attempt } from './steps.ts'
import { isStream } from './stream.ts'
import { watchCollection } from './sweep.ts'

/**
 * The observer of a traced method: starts a span, runs the original in its context, and ends the span once, when the
 * result has been delivered or read to its end.
 *
 * @param captureNow asked at every call, so that a change of options takes effect at once; `undefined` is off
 */
export function traceCalls(method: TracedMethod, captureNow: () => CaptureOptions | undefined): CallObserver {
  return (call) => {
    const capture = attempt('call.decide', () => (isTracedElsewhere() ? undefined : captureNow()))
    if (!capture) return undefined
    const span = attempt('span.start', () => startSpan({ name: method.name, spanType: method.kind }))
    if (!span) return undefined
    if (!span.isRecording) {
      // What the library calls in turn is not recorded either.
      attempt('call.enter', () => runUnrecorded(span, call.run))
      return undefined
    }
    const open = begin(span, method, capture, call)
    const outcome = runInside(open.span, call)
    if (outcome.kind === 'threw') {
      open.fail(outcome.error)
      return undefined
    }
    return followResult(open, outcome.value)
  }
}

/**
 * A call made inside the model call of another integration (a framework's LLM span around the provider's client) is that
 * call. Spans the application makes, and tools run by a model, are no model calls.
 */
function isTracedElsewhere(): boolean {
  const span = activeSpan()
  return isSuppressed() || (span !== undefined && modelCalls.has(span))
}

const modelCalls = shared('model-calls/1', () => new WeakSet<LiveSpan>())
const MODEL_CALLS: ReadonlySet<string> = new Set(['LLM', 'CHAT_MODEL', 'EMBEDDING', 'RERANKER'])

function begin(span: LiveSpan, method: TracedMethod, capture: CaptureOptions, call: PatchedCall): OpenCall {
  if (MODEL_CALLS.has(method.kind)) modelCalls.add(span)
  const fields = attempt('request.map', () => method.start(call))
  if (fields) attempt('request.write', () => writeRequest(span, fields, capture))
  return new OpenCall(span, method, capture)
}

/** `run` remembers its outcome, so entering the context may fail before or after it without a second call. */
function runInside(span: LiveSpan, call: PatchedCall): CallOutcome {
  return attempt('call.enter', () => runWithSpan(span, call.run)) ?? call.run()
}

function followResult(open: OpenCall, result: unknown): Replacement | undefined {
  const followed = attempt('call.classify', () => {
    if (!isThenable(result)) return { replacement: deliver(open, result) }
    return attempt('promise.watch', () => ({ replacement: followPromise(open, result) }))
  })
  if (!followed) open.giveUp('unread')
  return followed?.replacement
}

function followPromise(open: OpenCall, promise: object): Replacement | undefined {
  return watchPromise(promise, {
    responded: () => open.responded(),
    value: (value) => deliver(open, value),
    error: (error) => open.fail(error),
    raw: () => open.giveUp('raw'),
    reader: (reader) => watchCollection(open, reader),
  })
}

/** The result is about to reach the caller. */
function deliver(open: OpenCall, result: unknown): undefined {
  if (open.isEnded || !open.claimDelivery()) return
  const isFollowed = attempt('promise.settle', () => {
    const { stream } = open.method
    if (stream && isStream(result)) return attempt('stream.watch', () => followStream(open, result, stream()))
    open.succeed(result)
    return true
  })
  if (!isFollowed) open.giveUp('unread')
}
