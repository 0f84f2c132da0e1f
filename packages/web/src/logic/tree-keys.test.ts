import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { buildTraceModel } from './trace-model.ts'
import { treeMove } from './tree-keys.ts'
import { visibleRows } from './visible-rows.ts'

const model = buildTraceModel(
  drawSkeleton([
    { name: 'agent', start: 0, duration: 100 },
    { name: 'tool', start: 10, duration: 20, parent: 'agent' },
    { name: 'http', start: 11, duration: 5, parent: 'tool' },
    { name: 'answer', start: 80, duration: 10, parent: 'agent' },
  ]),
)
const press = (key: string, selected: number, folded: ReadonlySet<string> = new Set()) =>
  treeMove(key, { model, rows: visibleRows(model.tree, folded), selected, folded, page: 2 })

test('up, down, home, end and the page keys stay on the rows in sight', () => {
  expect(press('ArrowDown', 1, new Set(['tool']))).toEqual({ type: 'select', position: 3 })
  expect(press('ArrowDown', 3)).toEqual({ type: 'select', position: 3 })
  expect(press('ArrowUp', 0)).toEqual({ type: 'select', position: 0 })
  expect(press('End', 0)).toEqual({ type: 'select', position: 3 })
  expect(press('PageDown', 0)).toEqual({ type: 'select', position: 2 })
  expect(press('ArrowDown', -1)).toEqual({ type: 'select', position: 0 })
})

test('right opens, then goes to the first child; left closes, then goes to the parent', () => {
  expect(press('ArrowRight', 1, new Set(['tool']))).toEqual({ type: 'toggle', position: 1 })
  expect(press('ArrowRight', 1)).toEqual({ type: 'select', position: 2 })
  expect(press('ArrowRight', 2)).toBeUndefined()
  expect(press('ArrowLeft', 1)).toEqual({ type: 'toggle', position: 1 })
  expect(press('ArrowLeft', 2)).toEqual({ type: 'select', position: 1 })
  expect(press('ArrowLeft', 0, new Set(['agent']))).toBeUndefined()
})

test('other keys are left alone', () => {
  expect(press('e', 0)).toBeUndefined()
})
