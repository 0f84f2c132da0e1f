import { ClewSpanKey } from '@clew/model'
import { nowNs } from '../clock.ts'
import type { LiveSpan } from '../span.ts'
import { writeError, writeResponse } from './capture.ts'
import type { CaptureOptions, ResponseFields, TracedMethod } from './integration.ts'
import { attempt } from './steps.ts'
import { heldCalls } from './sweep.ts'

/** See {@link ClewSpanKey}. */
export type Outcome = 'stopped' | 'aborted' | 'raw' | 'unread'

/**
 * One observed call, from the moment its span has started. Ends the span exactly once, whichever comes first.
 * Keeps no reference to the promise or stream of the host: those must stay collectable, which is how an unread one is
 * noticed.
 */
export class OpenCall {
  readonly method: TracedMethod
  readonly capture: CaptureOptions
  readonly span: LiveSpan
  #isEnded = false
  #isDelivered = false
  #isOpened = false
  #lastSeenNs = nowNs()
  /** Reads of a stream that the library has not answered yet: as long as there is one, the call is not idle. */
  #pendingReads = 0
  #fieldsSoFar: (() => ResponseFields) | undefined

  constructor(span: LiveSpan, method: TracedMethod, capture: CaptureOptions) {
    this.span = span
    this.method = method
    this.capture = capture
  }

  get isEnded(): boolean {
    return this.#isEnded
  }

  /** Nanoseconds since the Unix epoch of the last sign of life, or `undefined` while the library is at work. */
  get idleSinceNs(): bigint | undefined {
    return this.#pendingReads > 0 ? undefined : this.#lastSeenNs
  }

  get isOpened(): boolean {
    return this.#isOpened
  }

  /** True the first time: the library may hand over one result in several ways. */
  claimDelivery(): boolean {
    const isFirst = !this.#isDelivered
    this.#isDelivered = true
    return isFirst
  }

  /** The response is there, but nobody has read it yet. */
  responded(): void {
    this.#lastSeenNs = nowNs()
    if (!this.#isEnded) attempt('call.hold', () => heldCalls.add(this))
  }

  /** From now on the call is read as a stream, which can be summed up at any time. */
  reading(fieldsSoFar: () => ResponseFields): void {
    this.#fieldsSoFar = fieldsSoFar
    this.responded()
  }

  readStart(): void {
    this.#isOpened = true
    this.#pendingReads++
  }

  readEnd(): void {
    this.#pendingReads = Math.max(0, this.#pendingReads - 1)
    this.#lastSeenNs = nowNs()
  }

  /** The call succeeded with this result. */
  succeed(response: unknown): void {
    this.#end(() => this.#write(() => this.method.end(response)))
  }

  /** The stream ended, or was left. */
  streamEnded(outcome: Outcome | undefined): void {
    this.#end(() => this.#writeStream(outcome))
  }

  /** The call, or the reading of its stream, failed. What the stream brought until then is kept. */
  fail(error: unknown): void {
    this.#end(() => {
      this.#writeStream(undefined)
      attempt('error.write', () => writeError(this.span, error, this.capture))
    })
  }

  /** Nothing more will be seen of the call. It ended when it was last seen, not now. */
  giveUp(outcome: Outcome): void {
    this.#end(() => this.#writeStream(outcome), this.#lastSeenNs)
  }

  #end(write: () => void, endTimeNs?: bigint): void {
    if (this.#isEnded) return
    this.#isEnded = true
    heldCalls.delete(this)
    write()
    this.#fieldsSoFar = undefined
    attempt('span.end', () => this.span.end({ endTimeNs }))
  }

  #writeStream(outcome: Outcome | undefined): void {
    const fieldsSoFar = this.#fieldsSoFar
    if (fieldsSoFar) this.#write(fieldsSoFar, 'stream.finish')
    if (outcome) attempt('response.write', () => this.span.setAttribute(ClewSpanKey.outcome, outcome))
  }

  #write(read: () => ResponseFields, step: 'response.map' | 'stream.finish' = 'response.map'): void {
    const fields = attempt(step, read)
    if (fields)
      attempt('response.write', () =>
        writeResponse(this.span, fields, { capture: this.capture, echoes: this.method.echoes }),
      )
  }
}
