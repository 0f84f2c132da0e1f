import { type LiveSpan, NO_OP_SPAN } from './span.ts'
import type { SpanContext } from './span-context.ts'

/**
 * A span that records nothing and keeps the place of one: of a span of another process, below which spans are recorded
 * if that one is, or of a span that is not sampled, below which there are none.
 */
export interface StandIn extends LiveSpan {
  context: SpanContext
}

export function standInFor(context: SpanContext): StandIn {
  // Everything but the context is inherited, so one costs no more than its two ids.
  const span: StandIn = Object.create(NO_OP_SPAN)
  span.context = context
  return span
}

/** Spans of another copy of this module count too, so no class can be asked. */
export function isStandIn(span: LiveSpan | undefined): span is StandIn {
  return span !== undefined && 'context' in span && typeof span.context === 'object'
}
