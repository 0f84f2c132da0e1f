import type { JsonText, Span, SpanBatch } from '@clew/model'

/** Spans for tests of this folder, told by numbers. */
export function traceId(n: number): string {
  return `tr-${(n + 1).toString(16).padStart(32, '0')}`
}

export function spanId(n: number): string {
  return (n + 1).toString(16).padStart(16, '0')
}

export function json(value: unknown): JsonText {
  return JSON.stringify(value) as JsonText
}

export interface SpanSketch extends Partial<Omit<Span, 'spanId' | 'traceId' | 'parentSpanId'>> {
  readonly trace: number
  readonly id: number
  /** Absent: a root. */
  readonly parent?: number
}

export function span({ trace, id, parent, ...rest }: SpanSketch): Span {
  return {
    traceId: traceId(trace),
    spanId: spanId(id),
    parentSpanId: parent === undefined ? undefined : spanId(parent),
    name: `step ${id}`,
    startTimeNs: 1_760_000_000_000_000_000n + BigInt(trace) * 1_000_000_000n + BigInt(id),
    endTimeNs: 1_760_000_000_500_000_000n + BigInt(trace) * 1_000_000_000n + BigInt(id),
    status: { code: 'OK', message: '' },
    attributes: new Map([['mlflow.spanInputs', json({ question: `q${id}` })]]),
    events: [],
    links: [],
    ...rest,
  }
}

export function batch(spans: readonly Span[], rest: Partial<SpanBatch> = {}): SpanBatch {
  return { experimentId: '0', spans, traceTags: new Map(), runId: undefined, ...rest }
}

/** Batch `n`: a trace of its own of eight spans, and four more spans of a trace all batches share. */
export function numberedBatch(n: number): SpanBatch {
  const own = Array.from({ length: 8 }, (_, i) => span({ trace: n + 1, id: i, ...(i === 0 ? {} : { parent: 0 }) }))
  const shared = Array.from({ length: 4 }, (_, i) => span({ trace: 0, id: n * 4 + i, parent: 1_000_000 }))
  return batch([...own, ...shared])
}
