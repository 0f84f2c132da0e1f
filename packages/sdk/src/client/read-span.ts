import {
  type Attributes,
  type Cost,
  type JsonValue,
  readAttribute,
  readCost,
  readText,
  readTokenUsage,
  type Span,
  type SpanEvent,
  SpanKey,
  type SpanLink,
  type SpanStatus,
  SpanType,
  type TokenUsage,
} from '@clew/model'

/**
 * A span as it was read from a server. Attributes are JSON texts, so that nothing is lost; the getters parse them when
 * asked: integers beyond 2^53 come as bigint, and objects have no prototype.
 */
export class ReadSpan implements Span {
  readonly traceId: string
  readonly spanId: string
  /** Absent on a root span. */
  readonly parentSpanId: string | undefined
  readonly name: string
  /** Nanoseconds since the Unix epoch. */
  readonly startTimeNs: bigint
  /** Nanoseconds since the Unix epoch; absent while the span runs. */
  readonly endTimeNs: bigint | undefined
  readonly status: SpanStatus
  readonly attributes: Attributes
  /** Their attributes are read with {@link readAttribute}. */
  readonly events: readonly SpanEvent[]
  readonly links: readonly SpanLink[]

  constructor(span: Span) {
    this.traceId = span.traceId
    this.spanId = span.spanId
    this.parentSpanId = span.parentSpanId
    this.name = span.name
    this.startTimeNs = span.startTimeNs
    this.endTimeNs = span.endTimeNs
    this.status = span.status
    this.attributes = span.attributes
    this.events = span.events
    this.links = span.links
  }

  get spanType(): SpanType {
    return readText(this.attributes, SpanKey.type) ?? SpanType.UNKNOWN
  }

  /** `undefined` if there are none. */
  get inputs(): JsonValue | undefined {
    return this.getAttribute(SpanKey.inputs)
  }

  /** `undefined` if there are none. */
  get outputs(): JsonValue | undefined {
    return this.getAttribute(SpanKey.outputs)
  }

  /** `undefined` if there is none of that name. */
  getAttribute(key: string): JsonValue | undefined {
    return readAttribute(this.attributes, key)
  }

  /** Tokens of this call. */
  get tokenUsage(): TokenUsage | undefined {
    return readTokenUsage(this.attributes)
  }

  /** What this call cost, in US dollars. */
  get cost(): Cost | undefined {
    return readCost(this.attributes)
  }
}
