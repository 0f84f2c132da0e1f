import type { DropReason } from './statistics.ts'
import type { Reply } from './transport.ts'

/** How a request ended, after all retries. */
export type Answer =
  | { readonly kind: 'success'; readonly body: Uint8Array; readonly isCut: boolean }
  /** The server will not take this, however often it is asked. */
  | ({ readonly kind: 'refused' } & Refusal)
  | {
      readonly kind: 'gaveUp'
      readonly reason: DropReason
      readonly sentence: string
      /** What the server said last, if it said anything. */
      readonly refusal?: Refusal | undefined
    }

/** A server's words for not doing what it is asked. */
export interface Refusal {
  readonly status: number
  /** MLflow's error code; empty if the answer has none. */
  readonly code: string
  readonly sentence: string
  /** What to do next; of Clew's servers. */
  readonly help?: string | undefined
  /** Under which the server's log has the request; of Clew's servers. */
  readonly requestId?: string | undefined
}

export type Failure = Exclude<Answer, { kind: 'success' }>

/** It may work later. */
export interface Setback {
  readonly kind: 'setback'
  /** Whether the server answered at all. */
  readonly isReachable: boolean
  readonly sentence: string
  /** Absent when there was no answer. */
  readonly refusal?: Refusal
  /** What the server asked for. */
  readonly waitMs: number | undefined
}

const MAX_SENTENCE_LENGTH = 1_000
/** A server may ask for more patience; then it gets this much. */
const MAX_RETRY_AFTER_MS = 60_000

/** What an answer of the server means for the request. */
export function verdictOn(reply: Reply): Answer | Setback {
  const { status } = reply
  if (status >= 200 && status < 300) {
    const isPage = reply.header('content-type')?.startsWith('text/html') === true
    if (!isPage) return { kind: 'success', body: reply.body, isCut: reply.isCut }
    return { kind: 'refused', status, code: '', sentence: 'the answer is a web page; this is no MLflow server' }
  }
  const refusal = { status, ...readError(reply) }
  const isBusy = status === 408 || status === 429 || (status >= 500 && status !== 501)
  if (!isBusy) return { kind: 'refused', ...refusal }
  const waitMs = readRetryAfter(reply.header('retry-after'))
  return { kind: 'setback', isReachable: true, sentence: `${status}: ${refusal.sentence}`, refusal, waitMs }
}

/** The two forms MLflow answers errors in: `{ error_code, message }`, and FastAPI's `{ detail }`. */
function readError(reply: Reply): Omit<Refusal, 'status'> {
  const location = reply.header('location')
  if (location !== undefined) {
    return { code: '', sentence: `moved to ${location}; set the tracking URI to where it is now` }
  }
  const text = new TextDecoder().decode(reply.body)
  try {
    const { error_code: code, message, detail, help, request_id: requestId } = JSON.parse(text)
    const sentence = typeof message === 'string' ? message : JSON.stringify(detail ?? text)
    return {
      code: shortText(code) ?? '',
      sentence: sentence.slice(0, MAX_SENTENCE_LENGTH),
      help: shortText(help),
      requestId: shortText(requestId),
    }
  } catch {
    return { code: '', sentence: text.slice(0, MAX_SENTENCE_LENGTH) || reply.statusText || 'no explanation' }
  }
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_SENTENCE_LENGTH) : undefined
}

/** Seconds, or a date. */
function readRetryAfter(header: string | undefined): number | undefined {
  if (header === undefined) return undefined
  const waitMs = /^\d+$/.test(header) ? Number(header) * 1_000 : Date.parse(header) - Date.now()
  return Number.isFinite(waitMs) ? Math.min(Math.max(waitMs, 0), MAX_RETRY_AFTER_MS) : undefined
}
