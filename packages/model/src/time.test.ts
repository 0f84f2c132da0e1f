import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatDuration, formatTimestamp, NS_PER_MS, nsToMs, parseDuration, parseTimestamp } from './time.ts'

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

  test('what is written is read back, with whatever digits stand behind it, and read by Date', () => {
    const digits = fc.stringMatching(/^[0-9]{1,6}$/)
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 9_000_000_000_000 }), digits, (ms, rest) => {
        const text = formatTimestamp(ms)
        const ns = BigInt(ms) * NS_PER_MS
        expect(parseTimestamp(text)).toBe(ns)
        expect(Date.parse(text)).toBe(ms)
        const longer = ms % 1000 === 0 ? text.replace('Z', `.000${rest}Z`) : text.replace('Z', `${rest}Z`)
        expect(parseTimestamp(longer)).toBe(ns + BigInt(rest.padEnd(6, '0')))
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
    expect(parseDuration(text)).toBe(BigInt(ms) * NS_PER_MS)
  })

  test('any number of digits up to nine is read', () => {
    expect(parseDuration('0.1s')).toBe(100_000_000n)
    expect(parseDuration('0.017000001s')).toBe(17_000_001n)
  })

  test.each(['1.5', '1,5s', 's', '.5s', '1.s', '1.0000000001s', '1e3s', ''])('%j is refused', (text) => {
    expect(parseDuration(text)).toBeUndefined()
  })
})

test('nanoseconds become milliseconds without passing through a double, rounded towards the past', () => {
  expect(nsToMs(1_750_000_000_123_999_999n)).toBe(1_750_000_000_123)
  expect(nsToMs(-1n)).toBe(-1)
})
