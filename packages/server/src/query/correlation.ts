import type { Filter, TraceStore } from '@clew/model'

/** How two filters go together over the same traces. */
export interface Correlation {
  /**
   * Normalised pointwise mutual information: 1 when the filters only match together, 0 when they have nothing to do with
   * each other, -1 when they never match together. `undefined` when one of them matches nothing.
   */
  readonly npmi: number | undefined
  /** The same with half a trace added to each of the four cases, so that few traces do not shout. */
  readonly npmiSmoothed: number | undefined
  readonly first: number
  readonly second: number
  readonly joint: number
  readonly total: number
}

export interface CorrelationQuery {
  readonly experimentIds: readonly string[]
  readonly first: Filter | undefined
  readonly second: Filter | undefined
  /** Holds for every trace that is counted. */
  readonly base: Filter | undefined
}

/** Counts the four numbers and correlates them, as MLflow's `calculate-filter-correlation` does. */
export async function correlate(store: TraceStore, query: CorrelationQuery): Promise<Correlation> {
  const { experimentIds, first, second, base } = query
  const count = (...filters: (Filter | undefined)[]) =>
    store.countTraces({ experimentIds, filter: all([base, ...filters]) }, Number.MAX_SAFE_INTEGER)
  const [total, firstCount, secondCount, joint] = await Promise.all([
    count(),
    count(first),
    count(second),
    count(first, second),
  ])
  const counts = { first: firstCount, second: secondCount, joint, total }
  // Nothing can be said about a filter without matches, smoothed or not.
  const isDefined = firstCount > 0 && secondCount > 0
  return {
    ...counts,
    npmi: isDefined ? npmiOf(counts, 0) : undefined,
    npmiSmoothed: isDefined ? npmiOf(counts, JEFFREYS_PRIOR) : undefined,
  }
}

const JEFFREYS_PRIOR = 0.5

/** @param prior added to each of the four cases: both, first only, second only, neither */
export function npmiOf(counts: Pick<Correlation, 'first' | 'second' | 'joint' | 'total'>, prior: number): number {
  const joint = counts.joint + prior
  if (joint === 0) return -1
  const first = counts.first + 2 * prior
  const second = counts.second + 2 * prior
  const total = counts.total + 4 * prior
  if (joint === total) return 1
  const npmi = Math.log((joint * total) / (first * second)) / -Math.log(joint / total)
  return Math.min(1, Math.max(-1, npmi))
}

function all(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const operands = filters.filter((filter) => filter !== undefined)
  return operands.length > 1 ? { type: 'and', operands } : operands[0]
}
