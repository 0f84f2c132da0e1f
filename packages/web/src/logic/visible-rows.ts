import { hasChildren, type SpanTree } from './span-tree.ts'

/** What is on screen when some positions are folded: positions in order, and where each position ended up. */
export interface VisibleRows {
  /** Positions, ascending. */
  readonly positions: Int32Array
  readonly count: number
}

/** Work is in proportion to the rows that stay visible: a folded subtree is skipped in one step. */
export function visibleRows(tree: SpanTree, folded: ReadonlySet<string>): VisibleRows {
  const positions = new Int32Array(tree.count)
  const { spanId } = tree.skeleton
  let count = 0
  for (let position = 0; position < tree.count; ) {
    positions[count++] = position
    const isFolded = folded.size > 0 && hasChildren(tree, position) && folded.has(spanId[tree.rowAt[position]!]!)
    position = isFolded ? tree.end[position]! : position + 1
  }
  return { positions: positions.subarray(0, count), count }
}

/** Index of the row that stands for a position: itself, or the folded ancestor it is hidden under. */
export function visibleIndex(rows: VisibleRows, position: number): number {
  let low = 0
  let high = rows.count - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (rows.positions[middle]! <= position) low = middle
    else high = middle - 1
  }
  return rows.count === 0 ? -1 : low
}

/** `folded` without the ancestors of a position, so that it can be seen. The same set when nothing changes. */
export function unfoldTo(tree: SpanTree, folded: ReadonlySet<string>, position: number): ReadonlySet<string> {
  const open = new Set(folded)
  let row = tree.parentRow[tree.rowAt[position]!]!
  while (row !== -1) {
    open.delete(tree.skeleton.spanId[row]!)
    row = tree.parentRow[row]!
  }
  return open.size === folded.size ? folded : open
}

/** Every span with children, at or below a depth: folding them leaves that many levels open. */
export function foldBelow(tree: SpanTree, depth: number): ReadonlySet<string> {
  const folded = new Set<string>()
  for (let position = 0; position < tree.count; position++) {
    if (tree.depth[position]! >= depth && hasChildren(tree, position)) {
      folded.add(tree.skeleton.spanId[tree.rowAt[position]!]!)
    }
  }
  return folded
}

/** The next position, going round, that a test accepts; `undefined` when none does. Starts beside `from`. */
export function findPosition(
  tree: SpanTree,
  from: number,
  step: 1 | -1,
  accepts: (row: number) => boolean,
): number | undefined {
  for (let walked = 1; walked <= tree.count; walked++) {
    const position = (((from + step * walked) % tree.count) + tree.count) % tree.count
    if (accepts(tree.rowAt[position]!)) return position
  }
  return undefined
}
