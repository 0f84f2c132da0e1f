/**
 * Nanoseconds since the Unix epoch that never run backwards within one trace: a monotonic counter, laid on the wall
 * clock when the trace starts. A span's times are counter readings plus the offset its trace holds, so a step of the
 * wall clock cannot make a child end after its parent, or before its own start.
 *
 * Epoch nanoseconds exceed 2^53, so they never pass through a number.
 */
export const readCounter: () => bigint = chooseCounter()

const NS_PER_MS = 1_000_000n
/** Less than this is the resolution of Date.now() and the noise around it, not a step of the clock. */
const TOLERATED_DRIFT_MS = 20
/** How long an offset is trusted without comparing it with the wall clock again. */
const TRUST_MS = 1_000

let offset = measureOffset()
let checkedAtMs = Date.now()

/** What to add to {@link readCounter} for epoch nanoseconds. Follows the wall clock when that is set or the machine slept. */
export function currentOffset(): bigint {
  const nowMs = Date.now()
  if (nowMs - checkedAtMs < TRUST_MS && nowMs >= checkedAtMs) return offset
  checkedAtMs = nowMs
  const clockMs = Number((readCounter() + offset) / NS_PER_MS)
  if (Math.abs(clockMs - nowMs) > TOLERATED_DRIFT_MS) offset = measureOffset()
  return offset
}

/** Nanoseconds since the Unix epoch. */
export function nowNs(): bigint {
  return readCounter() + currentOffset()
}

function measureOffset(): bigint {
  return BigInt(Date.now()) * NS_PER_MS - readCounter()
}

function chooseCounter(): () => bigint {
  const hrtime = typeof process === 'undefined' ? undefined : process.hrtime
  if (typeof hrtime?.bigint === 'function') return hrtime.bigint
  if (typeof performance !== 'undefined') return () => BigInt(Math.round(performance.now() * 1_000)) * 1_000n
  return () => BigInt(Date.now()) * NS_PER_MS
}
