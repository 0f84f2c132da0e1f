import { sweepAtFlush, sweepUnreadCalls } from './instrument/sweep.ts'
import { runtime } from './runtime.ts'
import { type InitOptions, resolveSettings } from './settings.ts'
import type { Statistics } from './statistics.ts'

const DEFAULT_FLUSH_MS = 30_000

/** How long to wait. */
export interface WaitOptions {
  /** Milliseconds; default 30 000. */
  readonly timeoutMs?: number | undefined
}

/**
 * Says where traces go. Optional: without it the `MLFLOW_…` environment variables decide, and without those
 * traces go to `http://127.0.0.1:5000`, experiment `Default`. Nothing is sent before the first span has ended, and
 * no address or experiment is looked up here. May be called again: later spans go to the new place. Also switches
 * tracing on again after `disable` or `shutdown`.
 *
 * Errors: `TypeError` naming the option or environment variable that cannot be used. This is the only function of the
 * SDK that throws.
 */
export function init(options: InitOptions = {}): void {
  runtime.configure(resolveSettings(options))
}

/**
 * Sends everything that has ended so far, and resolves when it has arrived or was given up, or when the time is over.
 * Never rejects. Call it at the end of a serverless request, and where a signal is about to kill the process. One that
 * ends by itself, by `process.exit()` or by an error nobody caught sends what waits on its own.
 *
 * @returns true when nothing of it waits any more, false when the time ran out
 */
export async function flush(options: WaitOptions = {}): Promise<boolean> {
  sweepAtFlush()
  return runtime.flush(timeoutOf(options))
}

/**
 * Stops recording, sends what waits within the given time, and drops (and counts) the rest. Never rejects. `init` starts
 * anew.
 *
 * @returns true when everything was dealt with, false when the time ran out
 */
export async function shutdown(options: WaitOptions = {}): Promise<boolean> {
  sweepUnreadCalls(0)
  return runtime.close(timeoutOf(options))
}

/** Spans that start from now on record nothing. What was recorded is still sent. */
export function disable(): void {
  runtime.isEnabled = false
}

/** Undoes `disable`. */
export function enable(): void {
  runtime.isEnabled = true
}

/** What became of what was recorded, since the process started. A snapshot. */
export function getStatistics(): Statistics {
  return runtime.counters.read()
}

/** Neither function may fail, whatever it is given. */
function timeoutOf(options: WaitOptions): number {
  try {
    const { timeoutMs } = options
    return typeof timeoutMs === 'number' ? timeoutMs : DEFAULT_FLUSH_MS
  } catch {
    return DEFAULT_FLUSH_MS
  }
}
