import type { TraceSelection } from '@clew/model'

/** Traces one transaction deletes; other writes get their turn between two. */
const STEP = 100

/**
 * Deletes a selection in steps, each its own transaction, so that a large one does not keep other writers waiting. One
 * that is cut short (by a crash) has deleted some traces, each of them whole.
 */
export async function deleteInSteps(
  selection: TraceSelection,
  deleteSome: (step: TraceSelection, limit: number) => Promise<number>,
): Promise<number> {
  let deleted = 0
  if ('traceIds' in selection) {
    for (let at = 0; at < selection.traceIds.length; at += STEP) {
      deleted += await deleteSome({ ...selection, traceIds: selection.traceIds.slice(at, at + STEP) }, STEP)
    }
    return deleted
  }
  for (;;) {
    const limit = Math.min(STEP, (selection.limit ?? Number.POSITIVE_INFINITY) - deleted)
    const count = limit > 0 ? await deleteSome(selection, limit) : 0
    deleted += count
    if (count < limit || count === 0) return deleted
  }
}
