import type { TraceState } from '../trace.ts'
import type { SpanSummary } from './digest.ts'

/** What a row of a list shows beside the trace's info: what kind of trace it is, and what went wrong. */
export interface TraceHeadline {
  /** Type of the first root, `UNKNOWN` when it says none; absent while there is no root. Cut to 250 characters. */
  readonly rootType: string | undefined
  /**
   * Of a trace whose state is `ERROR`: what its first root says of the failure, else what the first failed span that says
   * something does; see `failureOf`. Absent otherwise, although a span may have failed on the way to a good end.
   */
  readonly failure: string | undefined
}

/** The headline of a trace, from the state its info has and from its spans. */
export function headlineOf(state: TraceState, spans: SpanSummary): TraceHeadline {
  return { rootType: spans.root?.type, failure: state === 'ERROR' ? spans.failure : undefined }
}
