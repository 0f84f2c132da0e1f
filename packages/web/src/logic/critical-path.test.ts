import fc from 'fast-check'
import { expect, test } from 'vitest'
import { criticalPath, sumPath } from './critical-path.ts'
import { type DrawnSpan, drawSkeleton } from './draw-skeleton.ts'
import { buildSpanTree } from './span-tree.ts'

function pathOf(spans: readonly DrawnSpan[]): string[] {
  const tree = buildSpanTree(drawSkeleton(spans))
  const { start, duration, spanId } = tree.skeleton
  const path = criticalPath(
    tree,
    Float64Array.from(start, (from, row) => from + duration[row]!),
  )
  return Array.from(path.row, (row, part) => `${spanId[row]} ${path.from[part]! / 1e6}-${path.to[part]! / 1e6}`)
}

test('a span alone is its own path', () => {
  expect(pathOf([{ name: 'a', start: 0, duration: 10 }])).toEqual(['a 0-10'])
})

test('children in a row take their time, the gaps are the parent’s', () => {
  expect(
    pathOf([
      { name: 'a', start: 0, duration: 10 },
      { name: 'b', start: 1, duration: 3, parent: 'a' },
      { name: 'c', start: 5, duration: 4, parent: 'a' },
    ]),
  ).toEqual(['a 0-1', 'b 1-4', 'a 4-5', 'c 5-9', 'a 9-10'])
})

test('of two in parallel only the one that ended last was waited for', () => {
  expect(
    pathOf([
      { name: 'a', start: 0, duration: 10 },
      { name: 'short', start: 0, duration: 6, parent: 'a' },
      { name: 'long', start: 0, duration: 10, parent: 'a' },
    ]),
  ).toEqual(['long 0-10'])
})

test('a child that outlives its parent counts to the parent’s end', () => {
  expect(
    pathOf([
      { name: 'a', start: 0, duration: 10 },
      { name: 'late', start: 4, duration: 20, parent: 'a' },
    ]),
  ).toEqual(['a 0-4', 'late 4-10'])
})

test('of several roots the one that ends last has the path', () => {
  expect(
    pathOf([
      { name: 'a', start: 0, duration: 3 },
      { name: 'b', start: 1, duration: 5 },
    ]),
  ).toEqual(['b 1-6'])
})

test('the parts follow each other, and add up to the root, for children of any shape', () => {
  const child = fc.record({
    start: fc.integer({ min: 0, max: 99 }),
    duration: fc.integer({ min: 0, max: 150 }),
    parent: fc.nat({ max: 8 }),
  })
  fc.assert(
    fc.property(fc.array(child, { maxLength: 8 }), (children) => {
      const spans: DrawnSpan[] = [
        { name: '0', start: 0, duration: 100 },
        ...children.map(({ start, duration, parent }, index) => ({
          name: String(index + 1),
          start,
          duration,
          parent: String(Math.min(parent, index)),
        })),
      ]
      const tree = buildSpanTree(drawSkeleton(spans))
      const { start, duration } = tree.skeleton
      const root = { ...tree, skeleton: tree.skeleton }
      const path = criticalPath(
        root,
        Float64Array.from(start, (from, row) => from + duration[row]!),
      )
      for (let part = 1; part < path.count; part++) expect(path.from[part]).toBeGreaterThanOrEqual(path.to[part - 1]!)
      const total = path.to.reduce((sum, to, part) => sum + to - path.from[part]!, 0)
      expect(total).toBeLessThanOrEqual(100e6)
    }),
  )
})

test('the path adds up by name, largest first', () => {
  const tree = buildSpanTree(
    drawSkeleton([
      { name: 'a', start: 0, duration: 10 },
      { name: 'b', start: 1, duration: 8, parent: 'a' },
    ]),
  )
  const path = criticalPath(tree, Float64Array.of(10e6, 9e6))
  expect(sumPath(path, (row) => tree.skeleton.names[row]!)).toEqual([
    ['b', 8e6],
    ['a', 2e6],
  ])
})
