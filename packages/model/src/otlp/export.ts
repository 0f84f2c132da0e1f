import type { Attributes, Span } from '../span.ts'

/** What one OTLP request carried. */
export interface OtlpExport {
  readonly groups: readonly OtlpGroup[]
  /** Spans that were refused alone, the rest of the request being fine; `reason` is the first one's, else empty. */
  readonly rejected: { readonly count: number; readonly reason: string }
}

/** Spans that share a resource and an instrumentation scope. */
export interface OtlpGroup {
  readonly resource: Attributes
  readonly scope: { readonly name: string; readonly version: string }
  readonly spans: readonly Span[]
}

/** A span beyond a limit of its own is refused, and so is every span after the first `maxSpans`. */
export interface OtlpLimits {
  readonly maxSpans: number
  /** Of a span, of each event and link, of a resource, of each object inside a value. */
  readonly maxAttributes: number
  readonly maxEvents: number
  readonly maxLinks: number
  /** Arrays and objects inside each other in one attribute value. */
  readonly maxDepth: number
  /** Bytes of one string or byte sequence. */
  readonly maxValueBytes: number
}

export const defaultOtlpLimits: OtlpLimits = {
  maxSpans: 200_000,
  maxAttributes: 10_000,
  maxEvents: 100_000,
  maxLinks: 10_000,
  maxDepth: 64,
  maxValueBytes: 64 * 1024 * 1024,
}

/** Thrown while one span is read, for a reason that leaves the others readable. */
export class SpanRefused extends Error {}

/** Counts refused spans and remembers why the first one was. */
export class Rejections {
  count = 0
  reason = ''

  add(reason: string): void {
    if (this.count === 0) this.reason = reason
    this.count++
  }
}
