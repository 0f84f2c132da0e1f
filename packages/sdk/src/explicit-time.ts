import { sayOnce } from './notices.ts'

/** 1973 in nanoseconds; in any coarser unit, times of our days are smaller. */
const SMALLEST_PLAUSIBLE_NS = 100_000_000_000_000_000n

/**
 * A time the program gives: nanoseconds since the Unix epoch as a bigint. What cannot be one is said once and ignored:
 * a number has lost the last digits of a nanosecond time. What is probably another unit is said once and kept.
 */
export function readTimeNs(time: unknown): bigint | undefined {
  if (time === undefined) return undefined
  if (typeof time !== 'bigint' || time < 0n) {
    sayOnce('time', 'A time must be a bigint, nanoseconds since the Unix epoch; another value is ignored.')
    return undefined
  }
  if (time < SMALLEST_PLAUSIBLE_NS) {
    sayOnce('unit', `The time ${time} is before 1973; times are nanoseconds, not milliseconds or microseconds.`)
  }
  return time
}
