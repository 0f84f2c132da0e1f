import { expect, test } from 'vitest'
import {
  exactDuration,
  formatAge,
  formatCost,
  formatDuration,
  formatShare,
  formatSize,
  formatTime,
  formatTokens,
  plural,
} from './format.ts'

test.each([
  [undefined, '–'],
  [0, '0 ms'],
  [0.2, '< 1 ms'],
  [90.4, '90 ms'],
  [999.4, '999 ms'],
  [999.6, '1.0 s'],
  [1_500, '1.5 s'],
  [14_849, '14.8 s'],
  [59_949, '59.9 s'],
  [59_951, '1 m 00 s'],
  [124_000, '2 m 04 s'],
  [3_599_600, '1 h 00 m'],
  [11_100_000, '3 h 05 m'],
])('a duration of %s ms reads %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test('the exact duration keeps microseconds', () => {
  expect(exactDuration(1_204.5678)).toBe('1,204.568 ms')
  expect(exactDuration(undefined)).toBeUndefined()
})

test.each([
  [undefined, '–'],
  [0, '0'],
  [9_999, '9,999'],
  [12_449, '12.4k'],
  [999_951, '1.0M'],
  [19_600_000, '19.6M'],
])('%s tokens read %s', (count, text) => {
  expect(formatTokens(count)).toBe(text)
})

test.each([
  [undefined, '–'],
  [0, '$0'],
  [0.00001, '< $0.0001'],
  [0.0031, '$0.0031'],
  [0.99999, '$1.00'],
  [61.08, '$61.08'],
  [1_812.4, '$1,812.40'],
])('a cost of %s reads %s', (dollars, text) => {
  expect(formatCost(dollars)).toBe(text)
})

test('sizes step at a thousand', () => {
  expect(formatSize(214)).toBe('214 B')
  expect(formatSize(41_300)).toBe('41.3 kB')
  expect(formatSize(999_960)).toBe('1.0 MB')
})

test('a share that is not nought never reads as nought, nor as all', () => {
  expect(formatShare(0, 10)).toBe('0 %')
  expect(formatShare(1, 100_000)).toBe('< 0.1 %')
  expect(formatShare(23, 1_000)).toBe('2.3 %')
  expect(formatShare(99_999, 100_000)).toBe('99.9 %')
  expect(formatShare(0, 0)).toBe('–')
})

test('a time in a list shortens with age', () => {
  const now = new Date(2026, 10, 23, 14, 3, 22).getTime()
  expect(formatTime(new Date(2026, 10, 23, 14, 2, 11).getTime(), now)).toBe('14:02:11')
  expect(formatTime(new Date(2026, 10, 22, 14, 2, 11).getTime(), now)).toBe('Sun 14:02')
  expect(formatTime(new Date(2026, 10, 12).getTime(), now)).toBe('12 Nov')
  expect(formatTime(new Date(2025, 0, 2).getTime(), now)).toBe('2 Jan 2025')
})

test('an age is coarse, and a clock that runs ahead is now', () => {
  expect(formatAge(100_000, 115_900)).toBe('15 s ago')
  expect(formatAge(0, 3 * 86_400_000)).toBe('3 days ago')
  expect(formatAge(50_000, 0)).toBe('just now')
})

test('one is singular', () => {
  expect([plural(1, 'span'), plural(1_204, 'span'), plural(0, 'span')]).toEqual(['1 span', '1,204 spans', '0 spans'])
})
