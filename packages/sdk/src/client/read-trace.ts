import {
  type Cost,
  parseCost,
  parseTokenUsage,
  type TokenUsage,
  type Trace,
  type TraceInfo,
  TraceMetadataKey,
} from '@clew/model'
import type { ReadSpan } from './read-span.ts'

/** What spans to look for; all that is given must be so. */
export interface SpanSelection {
  /** The whole name, or a pattern found in it. */
  readonly name?: string | RegExp | undefined
  readonly spanType?: string | undefined
  readonly spanId?: string | undefined
}

/** A trace as it was read from a server. */
export class ReadTrace implements Trace {
  readonly info: TraceInfo
  readonly data: { readonly spans: readonly ReadSpan[] }

  constructor(info: TraceInfo, spans: readonly ReadSpan[]) {
    this.info = info
    this.data = { spans }
  }

  /** The first span without a parent; absent if the trace was read without spans. */
  get root(): ReadSpan | undefined {
    return this.data.spans.find((span) => span.parentSpanId === undefined)
  }

  /** As `Trace.search_spans` of MLflow's Python client: in the order of the trace. */
  searchSpans({ name, spanType, spanId }: SpanSelection = {}): ReadSpan[] {
    return this.data.spans.filter(
      (span) =>
        (name === undefined || (typeof name === 'string' ? span.name === name : span.name.search(name) >= 0)) &&
        (spanType === undefined || span.spanType === spanType) &&
        (spanId === undefined || span.spanId === spanId),
    )
  }

  /** Tokens of the whole trace. */
  get tokenUsage(): TokenUsage | undefined {
    return parseTokenUsage(this.info.traceMetadata.get(TraceMetadataKey.tokenUsage))
  }

  /** What the whole trace cost, in US dollars. */
  get cost(): Cost | undefined {
    return parseCost(this.info.traceMetadata.get(TraceMetadataKey.cost))
  }
}
