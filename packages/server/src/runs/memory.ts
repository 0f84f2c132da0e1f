import { noRun, pageOf, type RunCursor, readCursor } from './page.ts'
import type { Run, RunStore } from './run.ts'

/** Runs that end with the process. */
export function memoryRuns(): RunStore {
  const runs = new Map<string, Run>()
  return {
    async create(run) {
      runs.set(run.runId, run)
    },
    async get(runId) {
      return runs.get(runId)
    },
    async update(runId, change) {
      const run = runs.get(runId)
      if (run === undefined) throw noRun(runId)
      const changed = change(run)
      runs.set(runId, changed)
      return changed
    },
    async search({ experimentIds, runIds, stages, limit, cursor }) {
      const after = readCursor(cursor)
      const found = [...runs.values()].filter(
        (run) =>
          experimentIds.includes(run.experimentId) &&
          (runIds === undefined || runIds.includes(run.runId)) &&
          stages.includes(run.stage) &&
          (after === undefined || order(after, run) < 0),
      )
      return pageOf(found.sort(order), limit)
    },
    async close() {},
  }
}

function order(a: RunCursor, b: RunCursor): number {
  if (a.startTimeMs !== b.startTimeMs) return b.startTimeMs - a.startTimeMs
  return a.runId < b.runId ? -1 : a.runId > b.runId ? 1 : 0
}
