import type { Skeleton } from '@clew/model'

/**
 * The spans of a trace in the order of the tree, in typed arrays: a *row* is an index into the skeleton's columns, a
 * *position* an index into this order (pre-order, siblings by start time). The subtree of position `p` is the
 * positions `p` to `end[p] - 1`, so that a fold is one jump.
 */
export interface SpanTree {
  readonly skeleton: Skeleton
  readonly count: number
  /** Row at each position. */
  readonly rowAt: Int32Array
  /** Position of each row. */
  readonly positionOf: Int32Array
  /** Row of the parent as drawn; -1 for what is drawn as a root. */
  readonly parentRow: Int32Array
  /** By position: 0 for a root. */
  readonly depth: Int32Array
  /** By position: one past the last position of the subtree. */
  readonly end: Int32Array
  /** By position: how many siblings, itself included, and which of them it is, from 1. */
  readonly setSize: Int32Array
  readonly placeInSet: Int32Array
  readonly maxDepth: number
  /** How many spans name a parent that was not received. */
  readonly orphans: number
  /** How many spans were their own ancestor and are drawn as roots. */
  readonly cycles: number
}

const NO_ROW = -1

/** Iterative throughout: real traces are thousands of spans deep. */
export function buildSpanTree(skeleton: Skeleton): SpanTree {
  const count = skeleton.count
  const parentRow = Int32Array.from(skeleton.parent, (row) => (row >= 0 && row < count ? row : NO_ROW))
  const cycles = cutCycles(parentRow)
  const { firstChild, nextSibling, firstRoot } = linkSiblings(parentRow)
  const rowAt = new Int32Array(count)
  const positionOf = new Int32Array(count)
  const depth = new Int32Array(count)
  const end = new Int32Array(count)
  let maxDepth = 0
  let level = 0
  let row = firstRoot
  for (let position = 0; row !== NO_ROW; position++) {
    rowAt[position] = row
    positionOf[row] = position
    depth[position] = level
    if (level > maxDepth) maxDepth = level
    if (firstChild[row]! !== NO_ROW) {
      row = firstChild[row]!
      level++
      continue
    }
    while (row !== NO_ROW) {
      end[positionOf[row]!] = position + 1
      if (nextSibling[row]! !== NO_ROW) {
        row = nextSibling[row]!
        break
      }
      row = parentRow[row]!
      level--
    }
  }
  const orphans = skeleton.parent.reduce((sum, parent) => (parent === -2 ? sum + 1 : sum), 0)
  const sets = numberSiblings(parentRow, rowAt)
  return { skeleton, count, rowAt, positionOf, parentRow, depth, end, ...sets, maxDepth, orphans, cycles }
}

export function hasChildren(tree: SpanTree, position: number): boolean {
  return tree.end[position]! > position + 1
}

/** Makes a root of one span of each cycle; returns how many. */
function cutCycles(parentRow: Int32Array): number {
  const seen = new Int32Array(parentRow.length)
  let cycles = 0
  for (let start = 0; start < parentRow.length; start++) {
    const mark = start + 1
    let row = start
    while (row !== NO_ROW && seen[row] === 0) {
      seen[row] = mark
      row = parentRow[row]!
    }
    if (row !== NO_ROW && seen[row] === mark) {
      parentRow[row] = NO_ROW
      cycles++
    }
  }
  return cycles
}

/** Rows are in order of start time, so linking them from the last to the first leaves siblings in that order. */
function linkSiblings(parentRow: Int32Array) {
  const firstChild = new Int32Array(parentRow.length).fill(NO_ROW)
  const nextSibling = new Int32Array(parentRow.length).fill(NO_ROW)
  let firstRoot = NO_ROW
  for (let row = parentRow.length - 1; row >= 0; row--) {
    const parent = parentRow[row]!
    if (parent === NO_ROW) {
      nextSibling[row] = firstRoot
      firstRoot = row
    } else {
      nextSibling[row] = firstChild[parent]!
      firstChild[parent] = row
    }
  }
  return { firstChild, nextSibling, firstRoot }
}

function numberSiblings(parentRow: Int32Array, rowAt: Int32Array) {
  const count = rowAt.length
  /** By parent row, roots at index `count`. */
  const seen = new Int32Array(count + 1)
  const placeInSet = new Int32Array(count)
  const setSize = new Int32Array(count)
  for (let position = 0; position < count; position++) {
    const parent = parentRow[rowAt[position]!]!
    const slot = parent === NO_ROW ? count : parent
    seen[slot] = seen[slot]! + 1
    placeInSet[position] = seen[slot]!
  }
  for (let position = 0; position < count; position++) {
    const parent = parentRow[rowAt[position]!]!
    setSize[position] = seen[parent === NO_ROW ? count : parent]!
  }
  return { setSize, placeInSet }
}
