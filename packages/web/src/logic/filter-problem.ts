import { FilterError, parseFilter } from '@clew/model'

/** Why a filter cannot be used, and where in it. */
export interface FilterProblem {
  readonly message: string
  /** Character offsets; the whole text when the server did not say. */
  readonly start: number
  readonly end: number
}

/** What is wrong with a filter; `undefined` when nothing is. The same grammar the server uses, so it answers at once. */
export function filterProblem(text: string): FilterProblem | undefined {
  try {
    parseFilter(text)
    return undefined
  } catch (error) {
    if (!(error instanceof FilterError)) throw error
    const start = Math.min(error.position.start, text.length)
    return { message: error.message, start, end: Math.max(start, Math.min(error.position.end, text.length)) }
  }
}
