import { TRACE_INFOS_PATH, traceInfoToJson } from '@clew/model'
import { readJsonObject } from './json-answer.ts'
import type { RecordingSpan } from './recording-span.ts'
import type { Answer, Failure } from './reply-verdict.ts'
import type { Sender } from './send.ts'
import { traceInfoOf } from './trace-info.ts'

/** Requests with one trace info each that are under way at a time. */
const PARALLEL = 8
/** Trace infos in one request at most, whatever the server offers. */
const MAX_PER_REQUEST = 256

const json = { 'content-type': 'application/json' }

/** Told what became of each of the given roots' traces, once. */
export interface TraceInfoOutcome {
  succeed(count: number): void
  fail(count: number, failure: Failure): void
}

/**
 * Sends trace infos: one by one, as MLflow takes them, or many in a request where the server says it can (see
 * `TRACE_INFOS_PATH` of the model). The server is asked when there is more than one to send, and the answer kept.
 */
export class TraceInfoSender {
  readonly #sender: Sender
  /** How many the server takes in one request; absent until it was asked. */
  #perRequest: number | undefined

  constructor(sender: Sender) {
    this.#sender = sender
  }

  /** Never rejects. */
  async send(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Promise<void> {
    const perRequest = roots.length > 1 ? await this.#limit() : 1
    if (perRequest <= 1) return this.#sendEach(roots, experimentId, outcome)
    for (let start = 0; start < roots.length; start += perRequest) {
      await this.#sendTogether(roots.slice(start, start + perRequest), experimentId, outcome)
    }
  }

  async #limit(): Promise<number> {
    if (this.#perRequest !== undefined) return this.#perRequest
    const answer = await this.#sender.send({ method: 'GET', path: '/api/3.0/mlflow/server-info', maxRetries: 0 })
    // Nobody there: asked again next time.
    if (answer.kind === 'gaveUp') return 1
    const offered = answer.kind === 'success' ? readJsonObject(answer.body, 'clew')?.['max_trace_infos'] : undefined
    this.#perRequest = typeof offered === 'number' && offered >= 1 ? Math.min(Math.floor(offered), MAX_PER_REQUEST) : 1
    return this.#perRequest
  }

  async #sendTogether(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Promise<void> {
    const answer = await this.#post(TRACE_INFOS_PATH, () => {
      return `{"trace_infos":[${roots.map((root) => traceInfoToJson(traceInfoOf(root, experimentId))).join(',')}]}`
    })
    if (answer.kind === 'success') return settle(roots.length, answer.body, outcome)
    if (answer.kind === 'gaveUp') return outcome.fail(roots.length, answer)
    // The server has changed its mind, or one info spoils the rest: the way that works everywhere.
    this.#perRequest = 1
    await this.#sendEach(roots, experimentId, outcome)
  }

  async #sendEach(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Promise<void> {
    const waiting = roots.values()
    const worker = async () => {
      for (const root of waiting) {
        const answer = await this.#post('/api/3.0/mlflow/traces', () => {
          return `{"trace":{"trace_info":${traceInfoToJson(traceInfoOf(root, experimentId))}}}`
        })
        if (answer.kind === 'success') outcome.succeed(1)
        else outcome.fail(1, answer)
      }
    }
    await Promise.all(Array.from({ length: Math.min(PARALLEL, roots.length) }, worker))
  }

  async #post(path: string, makeBody: () => string): Promise<Answer> {
    try {
      return await this.#sender.send({ method: 'POST', path, headers: json, body: makeBody() })
    } catch (error) {
      return { kind: 'gaveUp', reason: 'failed', sentence: String(error) }
    }
  }
}

/** @param body a `TraceInfosAnswer`; anything else refuses nothing */
function settle(count: number, body: Uint8Array, outcome: TraceInfoOutcome): void {
  const refused = readJsonObject(body)?.['refused']
  const refusals: unknown[] = Array.isArray(refused) ? refused.slice(0, count) : []
  outcome.succeed(count - refusals.length)
  if (refusals.length === 0) return
  const message: unknown = Object(refusals[0])['message']
  outcome.fail(refusals.length, { kind: 'refused', status: 200, code: '', sentence: String(message) })
}
