import type { Skeleton } from '@clew/model'

/** After so long without a span, a trace that never ended is taken to be left behind by a program that was killed. */
const SILENT_AFTER_NS = 10 * 60e9

/** When the last span of a trace began or ended, in nanoseconds since the epoch; 0 without spans. */
export function lastNewsNs({ originNs, start, duration, count }: Skeleton): number {
  let last = 0
  for (let row = 0; row < count; row++) last = Math.max(last, start[row]! + Math.max(duration[row]!, 0))
  return count === 0 ? 0 : Number(originNs) + last
}

/** Whether a trace that never ended has been silent for so long that nothing more is expected. */
export function isSilent(skeleton: Skeleton, nowNs: number): boolean {
  return nowNs - lastNewsNs(skeleton) > SILENT_AFTER_NS
}

/**
 * Where a trace that has not ended is drawn to, in nanoseconds since the epoch: now, while a span of it is open and
 * there is news; else `undefined`, for its last news. Its bars would shrink to nothing beside the hours of silence.
 */
export function drawnUntilNs(skeleton: Skeleton, nowNs: number): number | undefined {
  return skeleton.duration.includes(-1) && !isSilent(skeleton, nowNs) ? nowNs : undefined
}
