import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { buildSpanTree } from './span-tree.ts'
import { findPosition, foldBelow, unfoldTo, visibleIndex, visibleRows } from './visible-rows.ts'

const tree = buildSpanTree(
  drawSkeleton([
    { name: 'agent', start: 0, duration: 100 },
    { name: 'plan', start: 10, duration: 20, parent: 'agent' },
    { name: 'tool', start: 40, duration: 30, parent: 'agent' },
    { name: 'http', start: 45, duration: 20, parent: 'tool', isError: true },
    { name: 'answer', start: 80, duration: 10, parent: 'agent' },
  ]),
)

test('nothing folded shows every position', () => {
  expect([...visibleRows(tree, new Set()).positions]).toEqual([0, 1, 2, 3, 4])
})

test('a folded span hides its subtree and nothing else', () => {
  expect([...visibleRows(tree, new Set(['tool'])).positions]).toEqual([0, 1, 2, 4])
  expect([...visibleRows(tree, new Set(['agent', 'tool'])).positions]).toEqual([0])
})

test('folding a leaf changes nothing', () => {
  expect(visibleRows(tree, new Set(['plan'])).count).toBe(5)
})

test('a hidden position is found under the ancestor that hides it', () => {
  const rows = visibleRows(tree, new Set(['tool']))
  expect(visibleIndex(rows, 3)).toBe(2)
  expect(visibleIndex(rows, 4)).toBe(3)
  expect(visibleIndex(visibleRows(buildSpanTree(drawSkeleton([])), new Set()), 0)).toBe(-1)
})

test('unfolding to a position opens its ancestors only', () => {
  const folded = new Set(['agent', 'tool', 'plan'])
  expect([...unfoldTo(tree, folded, 3)]).toEqual(['plan'])
  expect(unfoldTo(tree, folded, 0)).toBe(folded)
})

test('folding below a depth leaves the levels above open', () => {
  expect([...foldBelow(tree, 0)]).toEqual(['agent', 'tool'])
  expect([...foldBelow(tree, 1)]).toEqual(['tool'])
})

test('the next error is found going round, in both directions', () => {
  const isError = (row: number) => tree.skeleton.status[row] === 2
  expect(findPosition(tree, 4, 1, isError)).toBe(3)
  expect(findPosition(tree, 3, 1, isError)).toBe(3)
  expect(findPosition(tree, 0, -1, isError)).toBe(3)
  expect(findPosition(tree, 0, 1, () => false)).toBeUndefined()
})
