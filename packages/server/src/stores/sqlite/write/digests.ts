import { SpanDigest, type SpanFacts, spanFacts } from '@clew/model'
import { readSpan, SPAN_COLUMNS } from '../rows/span-row.ts'
import { bigintOf, optionalBigint, optionalText, type Row, type Sql, textOf } from '../sql.ts'

/** Spans that kept digests may hold together; a digest holds half a kilobyte for each. */
const MAX_SPANS = 200_000

/**
 * The digests of the traces written last, so that a trace that comes in a hundred batches is not read a hundred times.
 * The least recently used go first, but the last one stays, however large. One that is not here is made from the file.
 */
export class Digests {
  readonly #sql: Sql
  readonly #kept = new Map<number, SpanDigest>()
  readonly #touched = new Set<number>()
  readonly #maxSpans: number
  #spans = 0

  constructor(sql: Sql, { maxSpans = MAX_SPANS }: { maxSpans?: number } = {}) {
    this.#sql = sql
    this.#maxSpans = maxSpans
  }

  /** The digest to add spans to; {@link keep} has to follow. */
  take(trace: number, traceId: string): SpanDigest {
    const kept = this.#kept.get(trace)
    this.#touched.add(trace)
    if (kept === undefined) return this.#rebuild(trace, traceId)
    this.forget(trace)
    return kept
  }

  /** A digest for a trace that has no spans yet; {@link keep} has to follow. */
  create(trace: number): SpanDigest {
    this.#touched.add(trace)
    return new SpanDigest()
  }

  keep(trace: number, digest: SpanDigest): void {
    this.#kept.set(trace, digest)
    this.#spans += digest.count
    for (const oldest of this.#kept.keys()) {
      if (this.#spans <= this.#maxSpans || oldest === trace) break
      this.forget(oldest)
    }
  }

  forget(trace: number): void {
    this.#spans -= this.#kept.get(trace)?.count ?? 0
    this.#kept.delete(trace)
  }

  /** The write that touched digests is in the transaction for good. */
  confirm(): void {
    this.#touched.clear()
  }

  /** The write that touched digests was undone, so they hold spans the file does not. */
  undo(): void {
    for (const trace of this.#touched) this.forget(trace)
    this.#touched.clear()
  }

  /** The whole transaction was undone. */
  clear(): void {
    this.#kept.clear()
    this.#touched.clear()
    this.#spans = 0
  }

  /** Only spans that say something of their trace have their payload read. */
  #rebuild(trace: number, traceId: string): SpanDigest {
    const digest = new SpanDigest()
    const plain = this.#sql.prepare(
      'SELECT span_id, parent_id, start_ns, duration_ns FROM spans WHERE trace = ? AND is_notable = 0',
    )
    plain.setReadBigInts(true)
    for (const row of plain.iterate(trace)) digest.add(plainFacts(row))
    const notable = this.#sql.prepare(
      `SELECT ${SPAN_COLUMNS} FROM spans s JOIN payloads p ON p.id = s.payload WHERE s.trace = ? AND s.is_notable = 1`,
    )
    notable.setReadBigInts(true)
    for (const row of notable.iterate(trace)) digest.add(spanFacts(readSpan(traceId, row)))
    return digest
  }
}

function plainFacts(row: Row): SpanFacts {
  const startTimeNs = bigintOf(row, 'start_ns')
  const duration = optionalBigint(row, 'duration_ns')
  return {
    spanId: textOf(row, 'span_id'),
    parentSpanId: optionalText(row, 'parent_id'),
    startTimeNs,
    endTimeNs: duration === undefined ? undefined : startTimeNs + duration,
    usage: undefined,
    cost: undefined,
    sessionId: undefined,
    userId: undefined,
    failure: undefined,
    root: undefined,
  }
}
