import { suppress } from './context.ts'
import { type Answer, type Failure, type Setback, verdictOn } from './reply-verdict.ts'
import type { Settings } from './settings.ts'
import type { Counters } from './statistics.ts'
import { syncTransport } from './sync-transport.ts'
import { type Outgoing, transport } from './transport.ts'
import { version } from './version.ts'

export interface Request {
  readonly method: Outgoing['method']
  /** Below the tracking URI, with the slash it starts with. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  /** A function makes it when it is needed. */
  readonly body?: Outgoing['body'] | (() => Outgoing['body'])
  /** Attempts after the first; those of the settings if absent. */
  readonly maxRetries?: number
  /** Of a longer answer this much is read; enough for an acknowledgement if absent. */
  readonly maxReplyBytes?: number
}

type Package = Omit<Outgoing, 'signal'>

const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 30_000
const NO_TIME = 'there was no time left'

/**
 * Sends requests, one attempt after another; nothing else in the SDK talks to the network. What may succeed later is
 * tried again (no connection, timeout, 408, 429, 5xx but 501) after an exponentially growing, jittered delay, or after as
 * long as `Retry-After` says. Every request is idempotent on the server, so a repeated one does no harm.
 */
export class Sender {
  readonly #settings: Settings
  readonly #counters: Counters
  readonly #headers: Readonly<Record<string, string>>
  readonly #underWay = new Set<AbortController>()
  readonly #sleepers = new Set<() => void>()
  #mode: 'patient' | 'hurried' | 'stopped' = 'patient'
  /** Why the last attempt got no answer; absent if it got one. */
  #obstacle: string | undefined

  constructor(settings: Settings, counters: Counters) {
    this.#settings = settings
    this.#headers = Object.fromEntries(settings.headers)
    this.#counters = counters
  }

  /** Never rejects. */
  async send(request: Request): Promise<Answer> {
    const { retryTimeoutMs } = this.#settings
    const maxRetries = request.maxRetries ?? this.#settings.maxRetries
    const startMs = performance.now()
    const outgoing = this.#outgoing(request)
    if ('kind' in outgoing) return outgoing
    for (let retries = 0; ; retries += 1) {
      if (this.#mode === 'stopped') return { kind: 'gaveUp', reason: 'exit', sentence: NO_TIME }
      const attempt = await this.#attempt(outgoing)
      if (attempt.kind !== 'setback') return attempt
      const { sentence, refusal } = attempt
      if (this.#isHopeless(attempt)) return { kind: 'gaveUp', reason: 'exit', sentence, refusal }
      const delayMs = attempt.waitMs ?? delayAfter(retries)
      if (retries >= maxRetries || performance.now() - startMs + delayMs > retryTimeoutMs) {
        return { kind: 'gaveUp', reason: 'retriesExhausted', sentence, refusal }
      }
      await this.#sleep(delayMs)
      this.#counters.retried += 1
    }
  }

  /**
   * How to send when the process ends now: one attempt per request, while the process stands still, and none any more
   * once there was no answer. All of them together may take `timeoutMs`.
   */
  sendingNow(timeoutMs: number): (request: Request) => Answer {
    let sentence = this.#obstacle ?? (timeoutMs > 0 ? undefined : NO_TIME)
    const exchange = sentence === undefined ? syncTransport() : undefined
    const endMs = performance.now() + timeoutMs
    return (request) => {
      if (exchange === undefined || sentence !== undefined) {
        return { kind: 'gaveUp', reason: 'exit', sentence: sentence ?? 'the process did not wait' }
      }
      const outgoing = this.#outgoing(request)
      if ('kind' in outgoing) return outgoing
      try {
        const reply = exchange(outgoing, Math.max(0, endMs - performance.now()))
        const verdict = reply === undefined ? undefined : verdictOn(reply)
        if (verdict !== undefined && verdict.kind !== 'setback') return verdict
        sentence = verdict?.sentence ?? NO_TIME
      } catch (error) {
        sentence = reasonOf(error)
      }
      return { kind: 'gaveUp', reason: 'exit', sentence }
    }
  }

  /** The process is about to end: no waiting for a server that cannot be reached, and for a busy one while it lasts. */
  hurry(): void {
    this.#mode = 'hurried'
    for (const wake of this.#sleepers) wake()
  }

  /** Gives up what is under way and all that comes. */
  stop(): void {
    this.#mode = 'stopped'
    for (const wake of this.#sleepers) wake()
    for (const controller of this.#underWay) controller.abort()
  }

  /** Back to normal, should the process go on after all. */
  resume(): void {
    this.#mode = 'patient'
  }

  #isHopeless({ isReachable }: Setback): boolean {
    if (this.#mode === 'hurried' && !isReachable) this.#mode = 'stopped'
    return this.#mode === 'stopped'
  }

  #outgoing({ method, path, headers, body, maxReplyBytes }: Request): Package | Failure {
    try {
      return {
        url: this.#settings.trackingUri + path,
        method,
        headers: { 'user-agent': `clew-tracing/${version}`, ...this.#headers, ...headers },
        body: typeof body === 'function' ? body() : body,
        maxReplyBytes,
      }
    } catch (error) {
      return { kind: 'gaveUp', reason: 'failed', sentence: reasonOf(error) }
    }
  }

  async #attempt(outgoing: Package): Promise<Answer | Setback> {
    const controller = new AbortController()
    const { requestTimeoutMs } = this.#settings
    const timer = unref(setTimeout(() => controller.abort(), requestTimeoutMs))
    this.#underWay.add(controller)
    try {
      const reply = await suppress(() => transport({ ...outgoing, signal: controller.signal }))
      this.#obstacle = undefined
      return verdictOn(reply)
    } catch (error) {
      const sentence = controller.signal.aborted ? `no answer within ${requestTimeoutMs} ms` : reasonOf(error)
      this.#obstacle = sentence
      return {
        kind: 'setback',
        isReachable: false,
        sentence: this.#mode === 'stopped' ? NO_TIME : sentence,
        waitMs: undefined,
      }
    } finally {
      clearTimeout(timer)
      this.#underWay.delete(controller)
    }
  }

  /** In a hurry the timer keeps the process alive: nothing else does any more. */
  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#sleepers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, delayMs)
      if (this.#mode === 'patient') unref(timer)
      this.#sleepers.add(wake)
    })
  }
}

/** Lets the process end while the timer runs; browsers know no such thing, and need none. */
export function unref<T>(timer: T): T {
  if (typeof timer === 'object' && timer !== null && 'unref' in timer && typeof timer.unref === 'function')
    timer.unref()
  return timer
}

/** Half of it is chance, so that clients that failed together do not come back together. */
function delayAfter(retries: number): number {
  return Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** retries) * (0.5 + Math.random() / 2)
}

/** fetch says "fetch failed", with the reason as the cause; a name with several addresses fails once for each. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error
  const reason = cause instanceof AggregateError ? cause.errors[0] : cause
  return reason instanceof Error ? reason.message : String(reason)
}
