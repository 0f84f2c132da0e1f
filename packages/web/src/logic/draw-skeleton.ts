import type { Skeleton } from '@clew/model'

export interface DrawnSpan {
  readonly name: string
  /** Milliseconds after the origin. */
  readonly start: number
  /** Milliseconds; -1 while running. */
  readonly duration: number
  /** Name of the parent; absent for a root, `missing` for one that was not received. */
  readonly parent?: string
  readonly type?: string
  readonly isError?: boolean
}

/** A skeleton from a drawing, for tests: spans are known by their names, which must differ. */
export function drawSkeleton(spans: readonly DrawnSpan[]): Skeleton {
  const sorted = [...spans].sort((a, b) => a.start - b.start)
  const rowOf = new Map(sorted.map((span, row) => [span.name, row]))
  const types = [...new Set(sorted.map((span) => span.type ?? 'UNKNOWN'))]
  const parentOf = (span: DrawnSpan) => (span.parent === undefined ? -1 : (rowOf.get(span.parent) ?? -2))
  const unknown = sorted.map(() => -1)
  return {
    traceId: 'tr-0123456789abcdef0123456789abcdef',
    count: sorted.length,
    originNs: '1700000000000000000',
    spanId: sorted.map((span) => span.name),
    parent: sorted.map(parentOf),
    name: sorted.map((_, row) => row),
    names: sorted.map((span) => span.name),
    type: sorted.map((span) => types.indexOf(span.type ?? 'UNKNOWN')),
    types,
    status: sorted.map((span) => (span.isError ? 2 : 1)),
    start: sorted.map((span) => span.start * 1e6),
    duration: sorted.map((span) => (span.duration < 0 ? -1 : span.duration * 1e6)),
    model: unknown,
    models: [],
    inputTokens: unknown,
    outputTokens: unknown,
    cost: unknown,
    exceptions: sorted.map((span) => (span.isError ? 1 : 0)),
  }
}
