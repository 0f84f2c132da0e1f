import { nowNs } from '../clock.ts'
import { watchExit } from '../exit-watch.ts'
import { shared } from './shared.ts'
import { attempt } from './steps.ts'

/** A call whose response is there while its result may never be read. */
export interface HeldCall {
  readonly isEnded: boolean
  readonly idleSinceNs: bigint | undefined
  /** Somebody has begun to read. */
  readonly isOpened: boolean
  giveUp(outcome: 'unread'): void
}

/** Beyond this many unread results the oldest is given up, so that a host that never reads does not grow. */
export const MAX_HELD_CALLS = 10_000
/** A result nobody has touched for this long is given up. */
export const IDLE_LIMIT_MS = 10 * 60_000
const FLUSH_IDLE_LIMIT_MS = 5_000
const SWEEP_INTERVAL_MS = 60_000
const NS_PER_MS = 1_000_000n

/** Calls that wait for somebody to read their result, oldest first. */
class HeldCalls {
  readonly #calls = new Set<HeldCall>()
  #timer: ReturnType<typeof setInterval> | undefined
  #isWatchingExit = false

  get size(): number {
    return this.#calls.size
  }

  has(call: HeldCall): boolean {
    return this.#calls.has(call)
  }

  add(call: HeldCall): void {
    this.#calls.add(call)
    if (this.#calls.size > MAX_HELD_CALLS) {
      for (const oldest of this.#calls) {
        oldest.giveUp('unread')
        break
      }
    }
    this.#timer ??= startTimer(() => this.sweep(IDLE_LIMIT_MS))
    this.#watchExit()
  }

  delete(call: HeldCall): void {
    this.#calls.delete(call)
    if (this.#calls.size > 0 || this.#timer === undefined) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** A process that is about to end has read all it will ever read. */
  #watchExit(): void {
    if (this.#isWatchingExit) return
    this.#isWatchingExit = true
    const sweepAll = () => void this.sweep(0)
    watchExit({ finish: sweepAll, finishNow: sweepAll }, 'first')
  }

  sweep(idleMs: number, isConcerned: (call: HeldCall) => boolean = () => true): number {
    const limitNs = nowNs() - BigInt(Math.max(0, Math.round(idleMs))) * NS_PER_MS
    let count = 0
    for (const call of [...this.#calls]) {
      if (call.idleSinceNs === undefined || call.idleSinceNs > limitNs || !isConcerned(call)) continue
      call.giveUp('unread')
      count++
    }
    return count
  }
}

export const heldCalls: HeldCalls = shared('held-calls/1', () => new HeldCalls())

/**
 * Ends the spans of calls whose result (a stream, a promise) nobody has touched for `idleMs`. Called with ten minutes by
 * a timer, and with zero at shutdown and exit. Calls the library still works on are left alone.
 *
 * @returns how many spans it ended
 */
export function sweepUnreadCalls(idleMs: number): number {
  return heldCalls.sweep(idleMs)
}

/** `flush()` is no end: a result that has just come, or is being read slowly, is waited for. */
export function sweepAtFlush(): number {
  return heldCalls.sweep(FLUSH_IDLE_LIMIT_MS, (call) => !call.isOpened)
}

/**
 * Gives the call up when every object through which its result could be read has been collected. Says nothing about
 * when: that is up to the runtime.
 */
export function watchCollection(call: HeldCall, reader: object): void {
  attempt('call.hold', () => {
    readersOf.set(call, (readersOf.get(call) ?? 0) + 1)
    collected?.register(reader, call)
  })
}

const readersOf = new WeakMap<HeldCall, number>()

const collected =
  typeof FinalizationRegistry === 'undefined'
    ? undefined
    : new FinalizationRegistry<HeldCall>((call) => {
        const left = (readersOf.get(call) ?? 1) - 1
        readersOf.set(call, left)
        // A call the library still works on ends by itself.
        if (left === 0 && heldCalls.has(call)) call.giveUp('unread')
      })

function startTimer(run: () => void): ReturnType<typeof setInterval> {
  const timer = setInterval(run, SWEEP_INTERVAL_MS)
  // Never keeps the host's process alive.
  if (typeof timer === 'object' && 'unref' in timer) timer.unref()
  return timer
}
