import type { Cost, TokenUsage } from '../usage.ts'
import type { RootFacts, SpanFacts } from './facts.ts'
import { RollUp } from './roll-up.ts'
import { addCost, addTokenUsage } from './usage.ts'

/** What the spans of one trace say about it together. */
export interface SpanSummary {
  /** How many spans there are. */
  readonly count: number
  /** Of the root. `undefined` while no root has ended. */
  readonly state: 'OK' | 'ERROR' | undefined
  /** Start of the earliest span, milliseconds since the epoch, rounded down; absent without spans. */
  readonly startMs: number | undefined
  /** From the earliest start to the latest end, milliseconds; absent while nothing has ended. */
  readonly durationMs: number | undefined
  /** The root that started first. */
  readonly root: RootFacts | undefined
  /** What the root says of its failure, else the first span that says something of its own. */
  readonly failure: string | undefined
  readonly usage: TokenUsage | undefined
  readonly cost: Cost | undefined
  readonly sessionId: string | undefined
  readonly userId: string | undefined
}

/**
 * Sums up a trace as its spans come in. The summary depends on the set of spans alone: not on their order, not on
 * how they were batched, not on how often one was written. Adding costs constant time on average and so does reading,
 * but for spans that carry usage or cost, which are added up again, and for a span that was changed in more than being
 * completed, after which everything is.
 *
 * A store keeps one per trace that is being written, and makes a new one from stored {@link SpanFacts} when it has
 * none.
 */
export class SpanDigest {
  readonly #spans = new Map<string, SpanFacts>()
  #parts = new Parts()
  #isStale = false

  /** Adds a span, or replaces the one with the same id. */
  add(facts: SpanFacts): void {
    const old = this.#spans.get(facts.spanId)
    this.#spans.set(facts.spanId, facts)
    if (old !== undefined && !isCompletion(old, facts)) this.#isStale = true
    if (!this.#isStale) this.#parts.add(facts)
  }

  has(spanId: string): boolean {
    return this.#spans.has(spanId)
  }

  get count(): number {
    return this.#spans.size
  }

  read(): SpanSummary {
    if (this.#isStale) {
      this.#parts = new Parts()
      for (const facts of this.#spans.values()) this.#parts.add(facts)
      this.#isStale = false
    }
    return this.#parts.read(this.#spans.size)
  }
}

/** What grows with each span and never shrinks. */
class Parts {
  #start: bigint | undefined
  #end: bigint | undefined
  #root: SpanFacts | undefined
  #session: SpanFacts | undefined
  #user: SpanFacts | undefined
  #failed: SpanFacts | undefined
  readonly #usage = new RollUp<TokenUsage>()
  readonly #cost = new RollUp<Cost>()

  add(facts: SpanFacts): void {
    const { startTimeNs: start, endTimeNs: end } = facts
    if (this.#start === undefined || start < this.#start) this.#start = start
    if (end !== undefined && (this.#end === undefined || end > this.#end)) this.#end = end
    if (facts.root !== undefined) this.#root = earlier(this.#root, facts)
    if (facts.sessionId !== undefined) this.#session = earlier(this.#session, facts)
    if (facts.userId !== undefined) this.#user = earlier(this.#user, facts)
    if (facts.failure !== undefined) this.#failed = earlier(this.#failed, facts)
    this.#usage.add(facts.spanId, facts.parentSpanId, facts.usage)
    this.#cost.add(facts.spanId, facts.parentSpanId, facts.cost)
  }

  read(count: number): SpanSummary {
    const startMs = this.#start === undefined ? undefined : milliseconds(this.#start)
    const endMs = this.#end === undefined ? undefined : milliseconds(this.#end)
    const root = this.#root?.root
    return {
      count,
      state: root === undefined || this.#root?.endTimeNs === undefined ? undefined : stateOf(root),
      startMs,
      durationMs: startMs === undefined || endMs === undefined ? undefined : Math.max(0, endMs - startMs),
      root,
      failure: this.#root?.failure ?? this.#failed?.failure,
      usage: addTokenUsage(this.#usage.counted()),
      cost: addCost(this.#cost.counted()),
      sessionId: this.#session?.sessionId,
      userId: this.#user?.userId,
    }
  }
}

/** The one that started first, the smaller id if both did; of the same span, the newer version. */
function earlier(a: SpanFacts | undefined, b: SpanFacts): SpanFacts {
  if (a === undefined || a.spanId === b.spanId || b.startTimeNs < a.startTimeNs) return b
  return b.startTimeNs === a.startTimeNs && b.spanId < a.spanId ? b : a
}

/** Whether nothing the old version added has to be taken back: it is the same span, or a running one that went on. */
function isCompletion(old: SpanFacts, facts: SpanFacts): boolean {
  return (
    old.startTimeNs === facts.startTimeNs &&
    old.parentSpanId === facts.parentSpanId &&
    (old.endTimeNs === undefined || old.endTimeNs === facts.endTimeNs) &&
    (old.sessionId === undefined || old.sessionId === facts.sessionId) &&
    (old.userId === undefined || old.userId === facts.userId) &&
    (old.failure === undefined || old.failure === facts.failure) &&
    (old.usage === undefined || isSame(old.usage, facts.usage)) &&
    (old.cost === undefined || isSame(old.cost, facts.cost))
  )
}

function isSame<Amount extends TokenUsage | Cost>(a: Amount, b: Amount | undefined): boolean {
  return b !== undefined && Object.entries(a).every(([key, value]) => b[key as keyof Amount] === value)
}

function stateOf(root: RootFacts): 'OK' | 'ERROR' {
  return root.status === 'ERROR' ? 'ERROR' : 'OK'
}

const NS_PER_MS = 1_000_000n

function milliseconds(ns: bigint): number {
  return Number(ns / NS_PER_MS)
}
