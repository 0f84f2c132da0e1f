import { afterEach, expect, test, vi } from 'vitest'
import { nowNs } from '../clock.ts'
import { type HeldCall, heldCalls, IDLE_LIMIT_MS, MAX_HELD_CALLS, sweepAtFlush, sweepUnreadCalls } from './sweep.ts'

class Held implements HeldCall {
  isEnded = false
  isOpened = false
  idleSinceNs: bigint | undefined

  constructor(idleMs: number | undefined) {
    this.idleSinceNs = idleMs === undefined ? undefined : nowNs() - BigInt(idleMs) * 1_000_000n
    heldCalls.add(this)
  }

  giveUp(): void {
    this.isEnded = true
    heldCalls.delete(this)
  }
}

afterEach(() => {
  vi.useRealTimers()
  sweepUnreadCalls(0)
})

test('calls idle for longer than the limit are given up, the others wait', () => {
  const old = new Held(5_000)
  const fresh = new Held(10)
  expect(sweepUnreadCalls(1_000)).toBe(1)
  expect([old.isEnded, fresh.isEnded]).toEqual([true, false])
})

test('a call the library is at work on is never given up', () => {
  const busy = new Held(undefined)
  expect(sweepUnreadCalls(0)).toBe(0)
  expect(busy.isEnded).toBe(false)
  busy.giveUp()
})

test('a flush spares what has just come and what is being read', () => {
  const forgotten = new Held(10_000)
  const fresh = new Held(10)
  const slow = new Held(10_000)
  slow.isOpened = true
  expect(sweepAtFlush()).toBe(1)
  expect([forgotten.isEnded, fresh.isEnded, slow.isEnded]).toEqual([true, false, false])
})

test('however many results nobody reads, only so many are held, and the oldest goes first', () => {
  const first = new Held(10)
  const rest = Array.from({ length: MAX_HELD_CALLS }, () => new Held(10))
  expect(first.isEnded).toBe(true)
  expect(heldCalls.size).toBe(MAX_HELD_CALLS)
  expect(rest.some((call) => call.isEnded)).toBe(false)
})

test('idle calls are given up by a timer that runs only while there are any', () => {
  vi.useFakeTimers()
  const call = new Held(IDLE_LIMIT_MS + 1)
  expect(vi.getTimerCount()).toBe(1)
  vi.advanceTimersByTime(60_000)
  expect(call.isEnded).toBe(true)
  expect(vi.getTimerCount()).toBe(0)
})
