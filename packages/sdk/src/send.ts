import { suppress } from './context.ts'
import type { Settings } from './settings.ts'
import type { Counters, DropReason } from './statistics.ts'
import { version } from './version.ts'

export interface Request {
  readonly method: 'GET' | 'POST'
  /** Below the tracking URI, with the slash it starts with. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Uint8Array | string
  /** Attempts after the first; those of the settings if absent. */
  readonly maxRetries?: number
}

/** How a request ended, after all retries. */
export type Answer =
  | { readonly kind: 'success'; readonly body: Uint8Array }
  /** The server will not take this, however often it is asked. */
  | { readonly kind: 'refused'; readonly status: number; readonly code: string; readonly sentence: string }
  | { readonly kind: 'gaveUp'; readonly reason: DropReason; readonly sentence: string }

export type Failure = Exclude<Answer, { kind: 'success' }>

type Attempt = Answer | Setback

/** It may work later. */
interface Setback {
  readonly kind: 'setback'
  /** Whether the server answered at all. */
  readonly isReachable: boolean
  readonly sentence: string
  /** What the server asked for. */
  readonly waitMs: number | undefined
}

/** Of an answer no more is read. */
const MAX_ANSWER_BYTES = 65_536
const MAX_SENTENCE_LENGTH = 300
const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 30_000
/** A server may ask for more patience; then it gets this much. */
const MAX_RETRY_AFTER_MS = 60_000

/**
 * Sends requests, one attempt after another: the only place that talks to the network. What may succeed later is tried
 * again (no connection, timeout, 408, 429, 5xx but 501) after an exponentially growing, jittered delay, or as
 * long as `Retry-After` says. Every request is idempotent on the server, so a repeated one does no harm.
 */
export class Sender {
  readonly #settings: Settings
  readonly #counters: Counters
  readonly #underWay = new Set<AbortController>()
  readonly #sleepers = new Set<() => void>()
  #mode: 'patient' | 'hurried' | 'stopped' = 'patient'

  constructor(settings: Settings, counters: Counters) {
    this.#settings = settings
    this.#counters = counters
  }

  /** Never rejects. */
  async send(request: Request): Promise<Answer> {
    const { retryTimeoutMs } = this.#settings
    const maxRetries = request.maxRetries ?? this.#settings.maxRetries
    const startMs = performance.now()
    for (let retries = 0; ; retries += 1) {
      if (this.#mode === 'stopped') return { kind: 'gaveUp', reason: 'exit', sentence: 'there was no time left' }
      const attempt = await this.#attempt(request)
      if (attempt.kind !== 'setback') return attempt
      const { sentence } = attempt
      if (this.#isHopeless(attempt)) return { kind: 'gaveUp', reason: 'exit', sentence }
      const delayMs = attempt.waitMs ?? delayAfter(retries)
      if (retries >= maxRetries || performance.now() - startMs + delayMs > retryTimeoutMs) {
        return { kind: 'gaveUp', reason: 'retriesExhausted', sentence }
      }
      await this.#sleep(delayMs)
      this.#counters.retried += 1
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

  async #attempt(request: Request): Promise<Attempt> {
    const controller = new AbortController()
    const { trackingUri, requestTimeoutMs } = this.#settings
    const timer = unref(setTimeout(() => controller.abort(), requestTimeoutMs))
    this.#underWay.add(controller)
    try {
      const response = await suppress(() =>
        fetch(trackingUri + request.path, {
          method: request.method,
          headers: { 'user-agent': `clew-tracing/${version}`, ...this.#headers(), ...request.headers },
          // A redirected POST would arrive as a GET without its body, and be answered with 200.
          redirect: 'manual',
          signal: controller.signal,
          // Never shared memory, the one thing fetch's type does not take.
          ...(request.body === undefined ? {} : { body: request.body as RequestInit['body'] & {} }),
        }),
      )
      const body = await readBounded(response)
      return judge(response, body)
    } catch (error) {
      const sentence = controller.signal.aborted ? `no answer within ${requestTimeoutMs} ms` : reasonOf(error)
      return { kind: 'setback', isReachable: false, sentence, waitMs: undefined }
    } finally {
      clearTimeout(timer)
      this.#underWay.delete(controller)
    }
  }

  #headers(): Record<string, string> {
    return Object.fromEntries(this.#settings.headers)
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

function judge(response: Response, body: Uint8Array): Attempt {
  const { status } = response
  if (response.ok) {
    const isPage = response.headers.get('content-type')?.startsWith('text/html') === true
    if (!isPage) return { kind: 'success', body }
    return { kind: 'refused', status, code: '', sentence: 'the answer is a web page; this is no MLflow server' }
  }
  const { code, sentence } = readError(response, body)
  const isBusy = status === 408 || status === 429 || (status >= 500 && status !== 501)
  if (!isBusy) return { kind: 'refused', status, code, sentence }
  const waitMs = readRetryAfter(response.headers.get('retry-after'))
  return { kind: 'setback', isReachable: true, sentence: `${status}: ${sentence}`, waitMs }
}

/** The two forms MLflow answers errors in: `{ error_code, message }`, and FastAPI's `{ detail }`. */
function readError(response: Response, body: Uint8Array): { code: string; sentence: string } {
  const location = response.headers.get('location')
  if (location !== null) return { code: '', sentence: `moved to ${location}; set the tracking URI to where it is now` }
  const text = new TextDecoder().decode(body)
  try {
    const { error_code: code, message, detail } = JSON.parse(text)
    const sentence = typeof message === 'string' ? message : JSON.stringify(detail ?? text)
    return { code: typeof code === 'string' ? code : '', sentence: sentence.slice(0, MAX_SENTENCE_LENGTH) }
  } catch {
    return { code: '', sentence: text.slice(0, MAX_SENTENCE_LENGTH) || response.statusText || 'no explanation' }
  }
}

function readRetryAfter(header: string | null): number | undefined {
  if (header === null) return undefined
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : undefined
}

async function readBounded(response: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  while (reader !== undefined && length < MAX_ANSWER_BYTES) {
    const { done, value } = await reader.read()
    if (done) return join(chunks, length)
    chunks.push(value)
    length += value.length
  }
  // More than anybody needs: not worth waiting for, and not worth failing for.
  reader?.cancel().catch(() => undefined)
  return join(chunks, length)
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let position = 0
  for (const chunk of chunks) {
    all.set(chunk, position)
    position += chunk.length
  }
  return all
}

/** fetch says "fetch failed"; what failed is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0].message
  return cause instanceof Error && cause.message !== '' ? cause.message : error.message
}
