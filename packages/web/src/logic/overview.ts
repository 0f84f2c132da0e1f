import type { TraceModel } from './trace-model.ts'

/** A picture of all spans in a fixed number of cells, however many spans there are. */
export interface Overview {
  readonly columns: number
  readonly lanes: number
  /** By lane, then column: 0 empty, 1 error, else index into the skeleton's `types` plus 2. */
  readonly cells: Uint16Array
}

export const EMPTY_CELL = 0
export const ERROR_CELL = 1
export const FIRST_TYPE_CELL = 2

/**
 * Spans in tree order, top to bottom; where several share a lane a failed one wins, then the later, so that an error
 * among 100,000 spans is seen.
 */
export function drawOverview(model: TraceModel, columns: number, lanes: number): Overview {
  const { tree, skeleton, endOf, wholeNs } = model
  const used = Math.max(1, Math.min(lanes, tree.count))
  const cells = new Uint16Array(columns * used)
  const perNs = columns / wholeNs
  for (const wantsErrors of model.errors > 0 ? [false, true] : [false]) {
    for (let position = 0; position < tree.count; position++) {
      const row = tree.rowAt[position]!
      const isError = skeleton.status[row] === 2 && model.passedFrom[row] === -1
      if (isError !== wantsErrors) continue
      const lane = Math.floor((position * used) / tree.count) * columns
      const from = Math.min(columns - 1, Math.floor(skeleton.start[row]! * perNs))
      const to = Math.max(from + 1, Math.min(columns, Math.round(endOf[row]! * perNs)))
      cells.fill(isError ? ERROR_CELL : skeleton.type[row]! + FIRST_TYPE_CELL, lane + from, lane + to)
    }
  }
  return { columns, lanes: used, cells }
}
