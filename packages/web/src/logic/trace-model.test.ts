import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { buildTraceModel, firstSelection, isErrorOrigin, nameOf, toolSpanFor } from './trace-model.ts'

const failed = buildTraceModel(
  drawSkeleton([
    { name: 'agent', start: 0, duration: 100, isError: true },
    { name: 'plan', start: 1, duration: 20, parent: 'agent', type: 'CHAT_MODEL' },
    { name: 'refund', start: 30, duration: 60, parent: 'agent', type: 'TOOL', isError: true },
  ]),
)

test('a span that passes on a child’s error is no error of its own', () => {
  expect(failed.errors).toBe(1)
  expect(Array.from(failed.passedFrom)).toEqual([2, -1, -1])
  expect([0, 1, 2].filter((row) => isErrorOrigin(failed, row))).toEqual([2])
})

test('the reader starts at what failed, else at the root, else nowhere', () => {
  expect(firstSelection(failed)).toBe('refund')
  expect(firstSelection(buildTraceModel(drawSkeleton([{ name: 'a', start: 0, duration: 1 }])))).toBe('a')
  expect(firstSelection(buildTraceModel(drawSkeleton([])))).toBeUndefined()
})

test('a running span ends now, and without a now where the last one ended', () => {
  const skeleton = drawSkeleton([
    { name: 'agent', start: 0, duration: -1 },
    { name: 'plan', start: 10, duration: 20, parent: 'agent' },
  ])
  expect(buildTraceModel(skeleton).endOf[0]).toBe(30e6)
  expect(buildTraceModel(skeleton, Number(skeleton.originNs) + 50e6).wholeNs).toBeCloseTo(50e6, -3)
})

test('a call is joined to the tool span of its name that came after', () => {
  const row = toolSpanFor(failed, 1, 'refund')
  expect(row === undefined ? undefined : nameOf(failed, row)).toBe('refund')
  expect(toolSpanFor(failed, 2, 'plan')).toBeUndefined()
  expect(toolSpanFor(failed, 1, 'unheard of')).toBeUndefined()
})

test('the parts of the path are found by row', () => {
  const { partOffset, partAt, path } = failed
  for (let row = 0; row < 3; row++) {
    for (let at = partOffset[row]!; at < partOffset[row + 1]!; at++) expect(path.row[partAt[at]!]).toBe(row)
  }
  expect(partAt).toHaveLength(path.count)
})
