import { afterEach, describe, expect, test, vi } from 'vitest'
import { currentOffset, nowNs, readCounter } from './clock.ts'

afterEach(() => vi.restoreAllMocks())

describe('the clock', () => {
  test('tells epoch nanoseconds within a few milliseconds of the wall clock', () => {
    const difference = Number(nowNs() / 1_000_000n) - Date.now()
    expect(Math.abs(difference)).toBeLessThan(25)
  })

  test('never runs backwards under one offset, though the wall clock does', () => {
    const offset = currentOffset()
    const before = readCounter() + offset
    vi.spyOn(Date, 'now').mockReturnValue(0)
    expect(readCounter() + offset).toBeGreaterThanOrEqual(before)
  })

  test('follows the wall clock when that is set, for traces that start afterwards', () => {
    const now = Date.now()
    const before = currentOffset()
    vi.spyOn(Date, 'now').mockReturnValue(now + 3_600_000)
    const ahead = currentOffset()
    expect(Number((ahead - before) / 1_000_000n)).toBeCloseTo(3_600_000, -2)
    vi.restoreAllMocks()
    expect(Number((currentOffset() - before) / 1_000_000n)).toBeCloseTo(0, -2)
  })
})
