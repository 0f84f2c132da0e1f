import { hasChildren } from './span-tree.ts'
import type { TraceModel } from './trace-model.ts'
import { type VisibleRows, visibleIndex } from './visible-rows.ts'

export type TreeMove =
  | { readonly type: 'select'; readonly position: number }
  | { readonly type: 'toggle'; readonly position: number }

export interface TreeState {
  readonly model: TraceModel
  readonly rows: VisibleRows
  /** Position, -1 for none. */
  readonly selected: number
  readonly folded: ReadonlySet<string>
  /** Rows that fit the view. */
  readonly page: number
}

/** What a key does in a tree grid (WAI-ARIA authoring practices); `undefined` when it does nothing there. */
export function treeMove(key: string, state: TreeState): TreeMove | undefined {
  const { model, rows, selected, folded, page } = state
  if (rows.count === 0) return undefined
  const { tree, skeleton } = model
  const index = selected === -1 ? -1 : visibleIndex(rows, selected)
  const at = (wanted: number): TreeMove => {
    return { type: 'select', position: rows.positions[Math.max(0, Math.min(wanted, rows.count - 1))]! }
  }
  const row = tree.rowAt[selected] ?? -1
  const isParent = selected !== -1 && hasChildren(tree, selected)
  const isFolded = isParent && folded.has(skeleton.spanId[row]!)
  switch (key) {
    case 'ArrowDown':
      return at(index + 1)
    case 'ArrowUp':
      return at(index - 1)
    case 'Home':
      return at(0)
    case 'End':
      return at(rows.count - 1)
    case 'PageDown':
      return at(index + page)
    case 'PageUp':
      return at(index - page)
    case 'ArrowRight':
      if (!isParent) return undefined
      return isFolded ? { type: 'toggle', position: selected } : at(index + 1)
    case 'ArrowLeft': {
      if (isParent && !isFolded) return { type: 'toggle', position: selected }
      const parent = tree.parentRow[row] ?? -1
      return parent === -1 ? undefined : { type: 'select', position: tree.positionOf[parent]! }
    }
    default:
      return undefined
  }
}
