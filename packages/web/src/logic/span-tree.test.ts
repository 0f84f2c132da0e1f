import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { buildSpanTree, hasChildren } from './span-tree.ts'

const agent = drawSkeleton([
  { name: 'agent', start: 0, duration: 100 },
  { name: 'tool', start: 40, duration: 30, parent: 'agent' },
  { name: 'plan', start: 10, duration: 20, parent: 'agent' },
  { name: 'http', start: 45, duration: 20, parent: 'tool' },
])

test('the order is pre-order, siblings by start', () => {
  const tree = buildSpanTree(agent)
  const names = Array.from(tree.rowAt, (row) => agent.spanId[row])
  expect(names).toEqual(['agent', 'plan', 'tool', 'http'])
  expect([...tree.depth]).toEqual([0, 1, 1, 2])
  expect([...tree.end]).toEqual([4, 2, 4, 4])
  expect([...tree.setSize]).toEqual([1, 2, 2, 1])
  expect([...tree.placeInSet]).toEqual([1, 1, 2, 1])
  expect(tree.maxDepth).toBe(2)
  expect(hasChildren(tree, 1)).toBe(false)
})

test('a span whose parent was not received is drawn as a root and counted', () => {
  const tree = buildSpanTree(
    drawSkeleton([
      { name: 'root', start: 0, duration: 10 },
      { name: 'lost', start: 5, duration: 1, parent: 'missing' },
    ]),
  )
  expect([...tree.depth]).toEqual([0, 0])
  expect(tree.orphans).toBe(1)
})

test('a parent may start after its child', () => {
  const tree = buildSpanTree(
    drawSkeleton([
      { name: 'child', start: 0, duration: 1, parent: 'late parent' },
      { name: 'late parent', start: 5, duration: 1 },
    ]),
  )
  expect([...tree.rowAt]).toEqual([1, 0])
})

test('a cycle is cut once, and every span still appears once', () => {
  const tree = buildSpanTree(
    drawSkeleton([
      { name: 'a', start: 0, duration: 1, parent: 'c' },
      { name: 'b', start: 1, duration: 1, parent: 'a' },
      { name: 'c', start: 2, duration: 1, parent: 'b' },
      { name: 'self', start: 3, duration: 1, parent: 'self' },
    ]),
  )
  expect(tree.cycles).toBe(2)
  expect([...tree.rowAt].sort()).toEqual([0, 1, 2, 3])
})

test('a trace without spans is an empty tree', () => {
  expect(buildSpanTree(drawSkeleton([])).count).toBe(0)
})

test('100,000 spans in one chain are built without recursion', () => {
  const count = 100_000
  const chain = drawSkeleton([{ name: 'x', start: 0, duration: 1 }])
  const column = (value: number) => new Array<number>(count).fill(value)
  const tree = buildSpanTree({
    ...chain,
    count,
    parent: Array.from({ length: count }, (_, row) => row - 1),
    start: column(0),
    spanId: Array.from({ length: count }, (_, row) => String(row)),
  })
  expect(tree.maxDepth).toBe(count - 1)
  expect(tree.end[0]).toBe(count)
})

test('whatever the parents say, each row has one position and subtrees nest', () => {
  const parents = fc.array(fc.integer({ min: -2, max: 30 }), { maxLength: 30 })
  fc.assert(
    fc.property(parents, (parent) => {
      const base = drawSkeleton(parent.map((_, row) => ({ name: String(row), start: row, duration: 1 })))
      const tree = buildSpanTree({ ...base, parent })
      expect([...tree.rowAt].sort((a, b) => a - b)).toEqual(parent.map((_, row) => row))
      for (let position = 0; position < tree.count; position++) {
        const parentRow = tree.parentRow[tree.rowAt[position]!]!
        if (parentRow === -1) continue
        const above = tree.positionOf[parentRow]!
        expect(above).toBeLessThan(position)
        expect(tree.end[above]).toBeGreaterThanOrEqual(tree.end[position]!)
        expect(tree.depth[position]).toBe(tree.depth[above]! + 1)
      }
    }),
  )
})
