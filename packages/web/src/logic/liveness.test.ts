import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { drawnUntilNs, isSilent, lastNewsNs } from './liveness.ts'

const MINUTE_NS = 60e9
const open = drawSkeleton([
  { name: 'agent', start: 0, duration: -1 },
  { name: 'plan', start: 10, duration: 20, parent: 'agent' },
])
const originNs = Number(open.originNs)

test('the last news is the last begin or end of a span', () => {
  expect(lastNewsNs(open) - originNs).toBeCloseTo(30e6, -3)
  expect(lastNewsNs(drawSkeleton([]))).toBe(0)
})

test('a trace with an open span is drawn until now, and once it is silent until its last news', () => {
  expect(drawnUntilNs(open, originNs + 9 * MINUTE_NS)).toBe(originNs + 9 * MINUTE_NS)
  expect(drawnUntilNs(open, originNs + 11 * MINUTE_NS)).toBeUndefined()
  expect(isSilent(open, originNs + 9 * MINUTE_NS)).toBe(false)
  expect(isSilent(open, originNs + 11 * MINUTE_NS)).toBe(true)
})

test('a trace whose root never came, but whose spans have ended, is drawn as long as they took', () => {
  const ended = drawSkeleton([{ name: 'orphan', start: 0, duration: 100 }])
  expect(drawnUntilNs(ended, originNs + 1e9)).toBeUndefined()
})
