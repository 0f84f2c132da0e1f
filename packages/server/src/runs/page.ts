import { ClewError, parseJson } from '@clew/model'
import type { Run, RunPage } from './run.ts'

/** Where a page of runs ended: newest first, then by id. */
export interface RunCursor {
  readonly startTimeMs: number
  readonly runId: string
}

/** A page of at most `limit` runs from a list that was asked for one more. */
export function pageOf(runs: readonly Run[], limit: number): RunPage {
  const page = runs.slice(0, limit)
  const last = page.at(-1)
  const isLast = runs.length <= limit || last === undefined
  return { runs: page, cursor: isLast ? undefined : writeCursor(last) }
}

export function readCursor(text: string | undefined): RunCursor | undefined {
  if (text === undefined) return undefined
  try {
    const value = parseJson(Buffer.from(text, 'base64url').toString())
    if (Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'string') {
      return { startTimeMs: value[0], runId: value[1] }
    }
  } catch {
    // Not JSON: refused below, like every other text that was not made here.
  }
  throw new ClewError('INVALID_PARAMETER_VALUE', 'Invalid page token: it was not given out by this search.')
}

function writeCursor({ startTimeMs, runId }: RunCursor): string {
  return Buffer.from(JSON.stringify([startTimeMs, runId])).toString('base64url')
}

export function noRun(runId: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Run with id=${runId} not found`)
}
