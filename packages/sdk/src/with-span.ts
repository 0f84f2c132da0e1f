import { activeSpan, isSuppressed, runWithSpan } from './context.ts'
import { sayFailure } from './notices.ts'
import { observeResult } from './observe-result.ts'
import { runtime } from './runtime.ts'
import type { LiveSpan, SpanOptions } from './span.ts'
import { isRecordingSpan, startSpan } from './start-span.ts'

/**
 * Runs `body` in a new span, which is the current span for everything `body` starts, and ends it when `body` returns,
 * throws, or the promise it returned settles. The result becomes the span's outputs unless `body` set some; an error is
 * recorded and reaches the caller as it is.
 *
 * The result is returned as `trace` returns it.
 */
export function withSpan<T>(body: (span: LiveSpan) => T, options: SpanOptions = {}): T {
  const span = startSpan(options)
  return runInSpan(span, () => body(span), keepOutputs)
}

/** What becomes of a result in the span. */
export type OutputRecorder = (span: LiveSpan, result: unknown) => void

/** Runs `body` with `span` current and ends the span with it. `body` is called exactly once. */
export function runInSpan<T>(span: LiveSpan, body: () => T, record: OutputRecorder): T {
  if (!span.isRecording) return runUnrecorded(span, body)
  let result: T
  try {
    result = runWithSpan(span, body)
  } catch (thrown) {
    fail(span, thrown)
    throw thrown
  }
  return observeResult(result, {
    succeed(value) {
      try {
        record(span, value)
      } catch (error) {
        sayFailure('outputs', 'Outputs could not be recorded', error)
      }
      span.end()
    },
    fail: (thrown) => fail(span, thrown),
  })
}

/** Runs `body` with a span current that records nothing, so that spans inside record nothing either. */
export function runUnrecorded<T>(span: LiveSpan, body: () => T): T {
  if (span === activeSpan() || !runtime.isEnabled || isSuppressed()) return body()
  return runWithSpan(span, body)
}

function keepOutputs(span: LiveSpan, result: unknown): void {
  if (isRecordingSpan(span) && span.outputsText === undefined) span.setOutputs(result)
}

function fail(span: LiveSpan, thrown: unknown): void {
  span.recordException(thrown)
  span.end()
}
