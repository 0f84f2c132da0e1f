import { TRACE_INFOS_PATH, traceReportToJson } from '@clew/model'
import { ask, type Dialogue } from './dialogue.ts'
import { readJsonObject } from './json-answer.ts'
import type { RecordingSpan } from './recording-span.ts'
import type { Failure } from './reply-verdict.ts'
import type { Request } from './send.ts'
import { traceInfoOf } from './trace-info.ts'

/** Requests with one trace info each that are under way at a time. */
const PARALLEL = 8
/** Trace infos in one request at most, whatever the server offers. */
const MAX_PER_REQUEST = 256

/** Told what became of each of the given roots' traces, once. */
export interface TraceInfoOutcome {
  succeed(count: number): void
  fail(count: number, failure: Failure): void
}

/**
 * Tells a server about traces: one by one, as MLflow takes them, or many in a request where the server says it can (see
 * `TRACE_INFOS_PATH` of the model). The server is asked when there is more than one to tell of, and the answer kept.
 */
export class TraceInfos {
  /** How many the server takes in one request; absent until it was asked. */
  #perRequest: number | undefined;

  *tell(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Dialogue<void> {
    const perRequest = roots.length > 1 ? yield* this.#limit() : 1
    if (perRequest <= 1) return yield* tellEach(roots, experimentId, outcome)
    for (let start = 0; start < roots.length; start += perRequest) {
      yield* this.#tellTogether(roots.slice(start, start + perRequest), experimentId, outcome)
    }
  }

  *#limit(): Dialogue<number> {
    if (this.#perRequest !== undefined) return this.#perRequest
    const answer = yield* ask({ method: 'GET', path: '/api/3.0/mlflow/server-info', maxRetries: 0 })
    // Nobody there: asked again next time.
    if (answer.kind === 'gaveUp') return 1
    const offered = answer.kind === 'success' ? readJsonObject(answer.body, 'clew')?.['max_trace_infos'] : undefined
    this.#perRequest = typeof offered === 'number' && offered >= 1 ? Math.min(Math.floor(offered), MAX_PER_REQUEST) : 1
    return this.#perRequest
  }

  *#tellTogether(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Dialogue<void> {
    const answer = yield* ask(
      post(TRACE_INFOS_PATH, () => {
        return `{"trace_infos":[${roots.map((root) => infoJson(root, experimentId)).join(',')}]}`
      }),
    )
    if (answer.kind === 'success') return settle(roots.length, answer.body, outcome)
    if (answer.kind === 'gaveUp') return outcome.fail(roots.length, answer)
    // The server has changed its mind, or one info spoils the rest: the way that works everywhere.
    this.#perRequest = 1
    yield* tellEach(roots, experimentId, outcome)
  }
}

function* tellEach(roots: readonly RecordingSpan[], experimentId: string, outcome: TraceInfoOutcome): Dialogue<void> {
  for (let start = 0; start < roots.length; start += PARALLEL) {
    const answers = yield roots.slice(start, start + PARALLEL).map((root) => {
      return post('/api/3.0/mlflow/traces', () => `{"trace":{"trace_info":${infoJson(root, experimentId)}}}`)
    })
    for (const answer of answers) {
      if (answer.kind === 'success') outcome.succeed(1)
      else outcome.fail(1, answer)
    }
  }
}

function post(path: string, body: () => string): Request {
  return { method: 'POST', path, headers: { 'content-type': 'application/json' }, body }
}

function infoJson(root: RecordingSpan, experimentId: string): string {
  root.trace.isTold = true
  return traceReportToJson(traceInfoOf(root, experimentId))
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
