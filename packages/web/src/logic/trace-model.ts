import type { Skeleton } from '@clew/model'
import { type CriticalPath, criticalPath } from './critical-path.ts'
import { isModelCall } from './span-kind.ts'
import { buildSpanTree, type SpanTree } from './span-tree.ts'

/** Everything about one trace's structure that the screens read, worked out once per skeleton. Times as in there. */
export interface TraceModel {
  readonly skeleton: Skeleton
  readonly tree: SpanTree
  /** By row; a running span ends "now". */
  readonly endOf: Float64Array
  readonly wholeNs: number
  readonly path: CriticalPath
  /** Parts of the path by row: those of row `r` are `partAt[partOffset[r]]` up to `partOffset[r + 1]`. */
  readonly partOffset: Int32Array
  readonly partAt: Int32Array
  /** By row: the failed child whose error it passes on, -1 for none. */
  readonly passedFrom: Int32Array
  /** How many spans failed by themselves, not through a child. */
  readonly errors: number
}

const ERROR = 2

/**
 * @param nowNs nanoseconds since the epoch, for spans that have not ended; the end of the last one that has, when absent
 */
export function buildTraceModel(skeleton: Skeleton, nowNs?: number): TraceModel {
  const tree = buildSpanTree(skeleton)
  const { endOf, wholeNs } = readEnds(skeleton, nowNs === undefined ? undefined : nowNs - Number(skeleton.originNs))
  const path = criticalPath(tree, endOf)
  const passedFrom = new Int32Array(skeleton.count).fill(-1)
  for (let row = 0; row < skeleton.count; row++) {
    const parent = tree.parentRow[row]!
    if (parent !== -1 && skeleton.status[row] === ERROR && skeleton.status[parent] === ERROR) passedFrom[parent] = row
  }
  const errors = skeleton.status.reduce(
    (sum, status, row) => sum + (status === ERROR && passedFrom[row] === -1 ? 1 : 0),
    0,
  )
  return { skeleton, tree, endOf, wholeNs, path, ...groupParts(path, skeleton.count), passedFrom, errors }
}

export function isFailed(model: TraceModel, row: number): boolean {
  return model.skeleton.status[row] === ERROR
}

/** Whether a span failed by itself: what "next error" goes to. */
export function isErrorOrigin(model: TraceModel, row: number): boolean {
  return isFailed(model, row) && model.passedFrom[row] === -1
}

export function isRunning(model: TraceModel, row: number): boolean {
  return model.skeleton.duration[row] === -1
}

export function nameOf({ skeleton }: TraceModel, row: number): string {
  return skeleton.names[skeleton.name[row]!] ?? ''
}

export function typeOf({ skeleton }: TraceModel, row: number): string {
  return skeleton.types[skeleton.type[row]!] ?? ''
}

export function modelOf({ skeleton }: TraceModel, row: number): string | undefined {
  return skeleton.models[skeleton.model[row]!]
}

export function durationMsOf(model: TraceModel, row: number): number {
  return (model.endOf[row]! - model.skeleton.start[row]!) / 1e6
}

/** Input and output together; `undefined` when neither is known. */
export function tokensOf({ skeleton }: TraceModel, row: number): number | undefined {
  const [input, output] = [skeleton.inputTokens[row]!, skeleton.outputTokens[row]!]
  return input < 0 && output < 0 ? undefined : Math.max(input, 0) + Math.max(output, 0)
}

/** Where a reader starts: at what failed, else at the first root. */
export function firstSelection(model: TraceModel): string | undefined {
  const { tree, skeleton } = model
  if (tree.count === 0) return undefined
  const failed = model.errors > 0 ? tree.rowAt.find((row) => isErrorOrigin(model, row)) : undefined
  return skeleton.spanId[failed ?? tree.rowAt[0]!]
}

/**
 * The tool span that ran a call a model asked for: the first of that name, after the model's span began, that is not
 * inside it. Names only: frameworks keep no id that joins the two.
 */
export function toolSpanFor(model: TraceModel, modelRow: number, toolName: string): number | undefined {
  const { skeleton, tree } = model
  const nameIndex = skeleton.names.indexOf(toolName)
  if (nameIndex === -1) return undefined
  const inside = tree.positionOf[modelRow]!
  for (let row = modelRow + 1; row < skeleton.count; row++) {
    const position = tree.positionOf[row]!
    const isInside = position > inside && position < tree.end[inside]!
    if (skeleton.name[row] === nameIndex && !isInside && !isModelCall(typeOf(model, row))) return row
  }
  return undefined
}

function readEnds(skeleton: Skeleton, nowNs: number | undefined): { endOf: Float64Array; wholeNs: number } {
  const endOf = new Float64Array(skeleton.count)
  let lastNs = nowNs ?? 0
  for (let row = 0; row < skeleton.count; row++) {
    const end = skeleton.start[row]! + Math.max(skeleton.duration[row]!, 0)
    endOf[row] = end
    if (end > lastNs) lastNs = end
  }
  for (let row = 0; row < skeleton.count; row++) if (skeleton.duration[row] === -1) endOf[row] = lastNs
  return { endOf, wholeNs: Math.max(lastNs, 1) }
}

function groupParts(path: CriticalPath, rows: number): { partOffset: Int32Array; partAt: Int32Array } {
  const partOffset = new Int32Array(rows + 1)
  for (const row of path.row) partOffset[row + 1] = partOffset[row + 1]! + 1
  for (let row = 0; row < rows; row++) partOffset[row + 1] = partOffset[row + 1]! + partOffset[row]!
  const partAt = new Int32Array(path.count)
  const filled = Int32Array.from(partOffset)
  for (let part = 0; part < path.count; part++) {
    const row = path.row[part]!
    partAt[filled[row]!] = part
    filled[row] = filled[row]! + 1
  }
  return { partOffset, partAt }
}
