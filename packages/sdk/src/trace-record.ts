import { type Cost, type JsonText, jsonString, type TokenUsage, type TraceState } from '@clew/model'
import type { SpanContext } from './span-context.ts'

/** Span sizes kept for the percentiles; beyond it only count, sum and maximum are exact. */
const MAX_SIZES = 4_096

/** Tokens and money, of one span or of all below it. */
export interface Spending {
  readonly usage: TokenUsage | undefined
  readonly cost: Cost | undefined
}

/**
 * What is gathered about a trace while its spans run, for the trace info sent at the root's end. It is reachable from
 * its live spans only: a trace that is abandoned is collected with them, so no table of open traces has to be bounded
 * and swept.
 */
export class TraceRecord {
  readonly traceId: string
  /** The id as every span carries it. */
  readonly idText: JsonText
  /** Added to counter readings for epoch nanoseconds; one per trace, so its times are monotone. */
  readonly clockOffset: bigint
  /** The span of another process below which this part of a trace stands; that process sends the trace info. */
  readonly origin: SpanContext | undefined
  readonly tags = new Map<string, string>()
  readonly metadata = new Map<string, string>()
  /** Characters of content of each ended span, up to {@link MAX_SIZES} of them. */
  readonly sizes: number[] = []
  clientRequestId: string | undefined = undefined
  requestPreview: string | undefined = undefined
  responsePreview: string | undefined = undefined
  /** Set by the program; otherwise the root's status decides. */
  state: Extract<TraceState, 'OK' | 'ERROR'> | undefined = undefined
  spanCount = 0
  totalSize = 0
  largestSize = 0
  spending: Spending | undefined = undefined
  /** The server has been told of it; what is said of it from now on gets lost. */
  isTold = false
  /** Other processes were told of it and may have added spans; what is gathered here is not all. */
  isShared = false

  constructor(traceId: string, clockOffset: bigint, origin?: SpanContext) {
    this.traceId = traceId
    this.idText = jsonString(traceId)
    this.clockOffset = clockOffset
    this.origin = origin
  }

  addSize(size: number): void {
    this.spanCount += 1
    this.totalSize += size
    if (size > this.largestSize) this.largestSize = size
    if (this.sizes.length < MAX_SIZES) this.sizes.push(size)
  }
}
