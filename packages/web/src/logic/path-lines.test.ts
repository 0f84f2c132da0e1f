import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { pathLines } from './path-lines.ts'
import { buildTraceModel } from './trace-model.ts'
import { visibleRows } from './visible-rows.ts'

const model = buildTraceModel(
  drawSkeleton([
    { name: 'agent', start: 0, duration: 100 },
    { name: 'plan', start: 0, duration: 40, parent: 'agent' },
    { name: 'http', start: 0, duration: 40, parent: 'plan' },
    { name: 'answer', start: 40, duration: 60, parent: 'agent' },
  ]),
)
const whole = { from: 0, to: model.wholeNs }

test('consecutive parts are joined, row to row', () => {
  expect(pathLines(model, visibleRows(model.tree, new Set()), whole)).toEqual([
    { fromPercent: 40, fromIndex: 2, toPercent: 40, toIndex: 3 },
  ])
})

test('a part under a fold starts at the row that hides it', () => {
  expect(pathLines(model, visibleRows(model.tree, new Set(['plan'])), whole)[0]).toMatchObject({ fromIndex: 1 })
  expect(pathLines(model, visibleRows(model.tree, new Set(['agent'])), whole)).toEqual([])
})

test('parts outside the window are not drawn', () => {
  expect(pathLines(model, visibleRows(model.tree, new Set()), { from: 50e6, to: 100e6 })).toEqual([])
})
