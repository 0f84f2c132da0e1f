import { expect, test } from 'vitest'
import { drawSkeleton } from './draw-skeleton.ts'
import { drawOverview } from './overview.ts'
import { buildTraceModel } from './trace-model.ts'

test('each span fills its time in its lane', () => {
  const model = buildTraceModel(
    drawSkeleton([
      { name: 'a', start: 0, duration: 8, type: 'AGENT' },
      { name: 'b', start: 2, duration: 2, type: 'TOOL', parent: 'a' },
      { name: 'c', start: 6, duration: 2, type: 'TOOL', parent: 'a', isError: true },
    ]),
  )
  const { cells, lanes } = drawOverview(model, 8, 40)
  const lane = (index: number) => [...cells.slice(index * 8, index * 8 + 8)].join('')
  expect(lanes).toBe(3)
  expect([lane(0), lane(1), lane(2)]).toEqual(['22222222', '00330000', '00000011'])
})

test('more spans than lanes share them, and an error is never painted over', () => {
  const spans = Array.from({ length: 1_000 }, (_, index) => ({
    name: String(index),
    start: 0,
    duration: 10,
    isError: index === 500,
  }))
  const { cells, lanes } = drawOverview(buildTraceModel(drawSkeleton(spans)), 10, 40)
  expect(lanes).toBe(40)
  expect([...cells].filter((cell) => cell === 1)).toHaveLength(10)
})
