import { expect, test } from 'vitest'
import { clampWindow, placeBar, timeTicks } from './timeline.ts'

const labels = (from: number, to: number) => timeTicks({ from, to }, 9).map(({ label }) => label)

test('marks are round, in one unit, and leave room for the end', () => {
  expect(labels(0, 14.8e9)).toEqual(['0', '2 s', '4 s', '6 s', '8 s', '10 s', '12 s'])
  expect(labels(0, 11.8e9)).toEqual(['0', '2 s', '4 s', '6 s', '8 s'])
  expect(labels(4.2e9, 11.8e9)).toEqual(['5 s', '6 s', '7 s', '8 s', '9 s', '10 s'])
  expect(labels(0, 1.4e9)).toEqual(['0', '200 ms', '400 ms', '600 ms', '800 ms', '1 s'])
  expect(labels(0, 700_000)).toEqual(['0', '100 µs', '200 µs', '300 µs', '400 µs', '500 µs'])
  expect(labels(0, 125e9)).toEqual(['0', '20 s', '40 s', '1 m 00 s', '1 m 20 s', '1 m 40 s'])
  expect(labels(0, 600e9)).toEqual(['0', '2 m', '4 m', '6 m', '8 m'])
})

test('a window of nothing has one mark', () => {
  expect(timeTicks({ from: 0, to: 0 }, 9)).toEqual([{ percent: 0, label: '0' }])
})

test('a bar is cut to the window, and one outside says how far', () => {
  const window = { from: 100, to: 200 }
  expect(placeBar(50, 150, window)).toEqual({ type: 'bar', left: 0, width: 50 })
  expect(placeBar(120, 130, window)).toEqual({ type: 'bar', left: 20, width: 10 })
  expect(placeBar(0, 40, window)).toEqual({ type: 'outside', side: 'before', distanceNs: 60 })
  expect(placeBar(250, 260, window)).toEqual({ type: 'outside', side: 'after', distanceNs: 50 })
})

test('a window stays inside the whole, the right way round', () => {
  expect(clampWindow({ from: 800, to: -5 }, 1_000)).toEqual({ from: 0, to: 800 })
  expect(clampWindow({ from: 900, to: 5_000 }, 1_000)).toEqual({ from: 900, to: 1_000 })
  const small = clampWindow({ from: 1_000_000, to: 1_000_000 }, 1_000_000)
  expect(small.to - small.from).toBe(10)
})
