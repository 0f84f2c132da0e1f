import type { SpanTree } from './span-tree.ts'

/**
 * What the reader waited for: the chain of spans without which the trace would have ended sooner, in order of time.
 * Times are nanoseconds after the skeleton's origin.
 */
export interface CriticalPath {
  readonly count: number
  /** Row of each part. */
  readonly row: Int32Array
  readonly from: Float64Array
  readonly to: Float64Array
  /** By row: sum of its own parts, 0 when it is not on the path. */
  readonly totalOf: Float64Array
  /** By row: the stretch of the path its subtree explains; an empty one when it is not on the path. */
  readonly coverFrom: Float64Array
  readonly coverTo: Float64Array
}

/**
 * Walks back from the end of each root: of the children begun before the moment in hand and over by then, the one
 * that ended last was waited for; the time after it is the span's own; then the same from that child's start. A
 * child that outlives its parent counts up to the parent's end, one begun before it from the parent's start.
 *
 * @param endOf end of each row, with running spans ended at "now".
 */
export function criticalPath(tree: SpanTree, endOf: Float64Array): CriticalPath {
  const { start } = tree.skeleton
  const children = childrenByEnd(tree, endOf)
  const parts = new Parts(tree.count)
  /** By row: up to where its time is explained, and where the explaining began. */
  const cursor = new Float64Array(tree.count)
  const limit = new Float64Array(tree.count)
  /** By row: its start, or its parent's where clocks disagree and it claims to have begun before. */
  const floor = Float64Array.from(start)
  const next = Int32Array.from(children.offset.subarray(0, tree.count))
  for (const root of longestRoot(tree, endOf)) {
    const stack = [root]
    cursor[root] = limit[root] = endOf[root]!
    while (stack.length > 0) {
      const row = stack.at(-1)!
      const moment = cursor[row]!
      const child = nextChild(children, next, row, { moment, limit: limit[row]!, floor: floor[row]!, start, endOf })
      if (child === -1) {
        parts.add(row, floor[row]!, moment)
        stack.pop()
        const parent = stack.at(-1)
        if (parent !== undefined) cursor[parent] = Math.min(cursor[parent]!, floor[row]!)
        continue
      }
      const childEnd = Math.min(endOf[child]!, moment)
      parts.add(row, childEnd, moment)
      cursor[row] = childEnd
      floor[child] = Math.max(start[child]!, floor[row]!)
      cursor[child] = limit[child] = childEnd
      stack.push(child)
    }
  }
  return { ...parts.inOrder(), coverFrom: floor, coverTo: limit.map((to, row) => Math.max(to, floor[row]!)) }
}

/** Adds up the parts of the path by a name for each row, largest first. */
export function sumPath<T>(path: CriticalPath, nameOf: (row: number) => T): readonly (readonly [T, number])[] {
  const sums = new Map<T, number>()
  for (let part = 0; part < path.count; part++) {
    const name = nameOf(path.row[part]!)
    sums.set(name, (sums.get(name) ?? 0) + path.to[part]! - path.from[part]!)
  }
  return [...sums].filter(([, sum]) => sum > 0).sort((a, b) => b[1] - a[1])
}

interface Children {
  readonly offset: Int32Array
  /** Rows, grouped by parent, the last to end first. */
  readonly rows: Int32Array
}

function nextChild(
  children: Children,
  next: Int32Array,
  row: number,
  at: { moment: number; limit: number; floor: number; start: readonly number[]; endOf: Float64Array },
): number {
  while (next[row]! < children.offset[row + 1]!) {
    const child = children.rows[next[row]!]!
    next[row] = next[row]! + 1
    const isClipped = at.moment === at.limit && at.endOf[child]! > at.moment
    if (at.start[child]! < at.moment && at.endOf[child]! > at.floor && (at.endOf[child]! <= at.moment || isClipped))
      return child
  }
  return -1
}

function childrenByEnd(tree: SpanTree, endOf: Float64Array): Children {
  const offset = new Int32Array(tree.count + 1)
  for (const parent of tree.parentRow) if (parent !== -1) offset[parent + 1] = offset[parent + 1]! + 1
  for (let row = 0; row < tree.count; row++) offset[row + 1] = offset[row + 1]! + offset[row]!
  const rows = new Int32Array(offset[tree.count]!)
  const filled = Int32Array.from(offset)
  for (let row = 0; row < tree.count; row++) {
    const parent = tree.parentRow[row]!
    if (parent !== -1) {
      rows[filled[parent]!] = row
      filled[parent] = filled[parent]! + 1
    }
  }
  for (let row = 0; row < tree.count; row++) {
    if (offset[row + 1]! - offset[row]! > 1) {
      rows.subarray(offset[row]!, offset[row + 1]!).sort((a, b) => endOf[b]! - endOf[a]!)
    }
  }
  return { offset, rows }
}

/** Of several roots the one that ends last; a trace has one path. */
function longestRoot(tree: SpanTree, endOf: Float64Array): readonly number[] {
  let longest = -1
  for (let position = 0; position < tree.count; position = tree.end[position]!) {
    const row = tree.rowAt[position]!
    if (longest === -1 || endOf[row]! > endOf[longest]!) longest = row
  }
  return longest === -1 ? [] : [longest]
}

/** Parts as they are found, from the last to the first. */
class Parts {
  readonly #rows: number[] = []
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #totalOf: Float64Array

  constructor(rowCount: number) {
    this.#totalOf = new Float64Array(rowCount)
  }

  add(row: number, from: number, to: number): void {
    if (to <= from) return
    this.#rows.push(row)
    this.#from.push(from)
    this.#to.push(to)
    this.#totalOf[row] = this.#totalOf[row]! + to - from
  }

  inOrder(): Omit<CriticalPath, 'coverFrom' | 'coverTo'> {
    return {
      count: this.#rows.length,
      row: Int32Array.from(this.#rows).reverse(),
      from: Float64Array.from(this.#from).reverse(),
      to: Float64Array.from(this.#to).reverse(),
      totalOf: this.#totalOf,
    }
  }
}
