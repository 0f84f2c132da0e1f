import { summarizeException } from '../exception.ts'
import { sayOnce } from '../notices.ts'

/**
 * Everything the engine does besides calling the host's function is one of these named steps, and runs inside
 * {@link attempt}. A step that throws is counted and skipped; the call goes on without it. The names are a list so
 * that a test can make each of them fail in turn.
 */
export const tracingSteps = [
  'autolog',
  'call.observe',
  'call.decide',
  'call.enter',
  'call.hold',
  'call.classify',
  'request.map',
  'request.write',
  'span.start',
  'span.end',
  'promise.watch',
  'promise.settle',
  'stream.watch',
  'stream.open',
  'stream.chunk',
  'stream.finish',
  'response.map',
  'response.write',
  'error.write',
] as const

export type TracingStep = (typeof tracingSteps)[number]

const counts = new Map<TracingStep, number>()
let injected: TracingStep | undefined

/** Runs `body`; if it throws, counts the failure under `step`, says so once, and returns `undefined`. */
export function attempt<T>(step: TracingStep, body: () => T): T | undefined {
  try {
    if (step === injected) throw new Error(`injected failure of ${step}`)
    return body()
  } catch (error) {
    noteFailure(step, error)
    return undefined
  }
}

/** How often each step has failed since the process started. */
export function tracingFailures(): ReadonlyMap<TracingStep, number> {
  return counts
}

/**
 * For tests of integrations: makes every run of `step` throw until the returned function is called. One step at a time.
 */
export function injectFailure(step: TracingStep): () => void {
  injected = step
  return () => {
    injected = undefined
  }
}

/** Counts a failure; the first of each step is said, so that a broken integration is not silent. */
function noteFailure(step: TracingStep, error: unknown): void {
  counts.set(step, (counts.get(step) ?? 0) + 1)
  if (step === injected) return
  const { stacktrace } = summarizeException(error)
  sayOnce(`step ${step}`, `tracing failed at ${step}; the traced call is not affected. ${stacktrace}`)
}
