import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  formatDuration,
  formatTimestamp,
  formatTimestampNs,
  msToNs,
  nsToMs,
  parseDuration,
  parseTimestamp,
} from './time.ts'

describe('timestamps', () => {
  test.each([
    ['2025-06-15T14:07:41Z', 1_749_996_461_000_000_000n],
    ['2025-06-15T14:07:41.282Z', 1_749_996_461_282_000_000n],
    ['2025-06-15T14:07:41.282123456Z', 1_749_996_461_282_123_456n],
    ['2025-06-15T16:07:41.5+02:00', 1_749_996_461_500_000_000n],
    ['2025-06-15t10:37:41-03:30', 1_749_996_461_000_000_000n],
    ['1969-12-31T23:59:59.999Z', -1_000_000n],
    ['2024-02-29T00:00:00Z', 1_709_164_800_000_000_000n],
  ])('%s', (text, ns) => {
    expect(parseTimestamp(text)).toBe(ns)
  })

  test.each([
    'yesterday',
    '2025-06-15',
    '2025-06-15T14:07:41',
    '2025-02-30T00:00:00Z',
    '2025-13-01T00:00:00Z',
    '2025-06-15T24:00:00Z',
    '2025-06-15T14:07:41.Z',
    '2025-06-15T14:07:41.1234567890Z',
    '2025-06-15T14:07:41+25:00',
    '9999-01-01T00:00:00Z',
  ])('%s is refused', (text) => {
    expect(parseTimestamp(text)).toBeUndefined()
  })

  test('what is written is read back, to the nanosecond, and read by Date', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n), max: 9n * 10n ** 18n }), (ns) => {
        const text = formatTimestampNs(ns)
        expect(parseTimestamp(text)).toBe(ns)
        expect(Date.parse(text)).toBe(nsToMs(ns))
      }),
    )
  })

  test('milliseconds are written with three digits or none', () => {
    expect(formatTimestamp(0)).toBe('1970-01-01T00:00:00Z')
    expect(formatTimestamp(1_749_996_461_280)).toBe('2025-06-15T14:07:41.280Z')
  })
})

describe('durations', () => {
  test.each([
    [0, '0s'],
    [5, '0.005s'],
    [1234, '1.234s'],
    [100, '0.100s'],
    [60_000, '60s'],
    [-1500, '-1.500s'],
  ])('%d ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text)
    expect(parseDuration(text)).toBe(msToNs(ms))
  })

  test('any number of digits up to nine is read', () => {
    expect(parseDuration('0.1s')).toBe(100_000_000n)
    expect(parseDuration('0.017000001s')).toBe(17_000_001n)
  })

  test.each(['1.5', '1,5s', 's', '.5s', '1.s', '1.0000000001s', '1e3s', ''])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

test('nanoseconds and milliseconds do not meet in a double', () => {
  expect(msToNs(1_750_000_000_123)).toBe(1_750_000_000_123_000_000n)
  expect(msToNs(0.5)).toBe(500_000n)
  expect(nsToMs(1_750_000_000_123_999_999n)).toBe(1_750_000_000_123)
  expect(nsToMs(-1n)).toBe(-1)
})
