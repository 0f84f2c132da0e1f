/** Longest wait before a thread is started again: a store that broke for a reason that goes away comes back by itself. */
export const LONGEST_PAUSE_MS = 10_000

/** A thread that lived this long was well; its end is not counted with those before. */
export const STEADY_MS = 60_000

const SECOND_PAUSE_MS = 100

/**
 * How long to wait before a thread is started again. The first time hardly at all, then ever longer, so that one that dies
 * of what it is given, or cannot start, does not keep the machine busy with starting it.
 *
 * @param deaths how often it died in a row, 1 or more
 */
export function restartPauseMs(deaths: number): number {
  return deaths <= 1 ? 0 : Math.min(LONGEST_PAUSE_MS, SECOND_PAUSE_MS * 2 ** (deaths - 2))
}
