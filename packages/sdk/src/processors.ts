import { sayFailure } from './notices.ts'
import type { LiveSpan } from './span.ts'

/**
 * Called with every span when it ends, before anything of it is queued, measured or shown: the place to mask, cut or
 * add. Synchronous. Setters still work; what is returned is ignored; one that throws is said once and the span goes on
 * as it is.
 */
export type SpanProcessor = (span: LiveSpan) => void

/** Runs each in order. Never throws. */
export function runProcessors(processors: readonly SpanProcessor[], span: LiveSpan): void {
  for (const [index, process] of processors.entries()) {
    const fail = (error: unknown) =>
      sayFailure(`processor ${index}`, `Span processor ${index} failed and is skipped for that span`, error)
    try {
      const result: unknown = process(span)
      // Not waited for; but a rejection nobody handles would end the program.
      if (result instanceof Promise) result.catch(fail)
    } catch (error) {
      fail(error)
    }
  }
}
