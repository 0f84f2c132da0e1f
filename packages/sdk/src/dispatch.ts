import { type Attributes, encodeOtlpProtobuf, jsonString } from '@clew/model'
import { ask, type Dialogue } from './dialogue.ts'
import { ExperimentResolver } from './experiment.ts'
import { sayOnce } from './notices.ts'
import { readPartialSuccess } from './partial-success.ts'
import type { RecordingSpan } from './recording-span.ts'
import type { Failure } from './reply-verdict.ts'
import type { Request } from './send.ts'
import type { Settings } from './settings.ts'
import type { Counter, Counters } from './statistics.ts'
import { TraceInfos } from './trace-infos.ts'
import { version } from './version.ts'

/** What describes this SDK on every batch (OpenTelemetry resource attributes, as MLflow's client sends them). */
const resource: Attributes = new Map([
  ['telemetry.sdk.language', jsonString('nodejs')],
  ['telemetry.sdk.name', jsonString('clew')],
  ['telemetry.sdk.version', jsonString(version)],
])

/** What is said to one server about spans and traces that have ended. Whatever comes of them, all are counted. */
export class Dispatch {
  readonly #settings: Settings
  readonly #counters: Counters
  readonly #experiment: ExperimentResolver
  readonly #traceInfos = new TraceInfos()

  constructor(settings: Settings, counters: Counters) {
    this.#settings = settings
    this.#counters = counters
    this.#experiment = new ExperimentResolver(settings.experiment)
  }

  *spans(spans: readonly RecordingSpan[]): Dialogue<void> {
    if (spans.length === 0) return
    const experiment = yield* this.#experiment.resolve()
    if (experiment.kind === 'found') yield* this.#batch(spans, experiment.id)
    else this.#giveUp(this.#counters.spans, spans.length, experiment)
  }

  *traces(roots: readonly RecordingSpan[]): Dialogue<void> {
    if (roots.length === 0) return
    const experiment = yield* this.#experiment.resolve()
    if (experiment.kind !== 'found') return this.#giveUp(this.#counters.traces, roots.length, experiment)
    yield* this.#traceInfos.tell(roots, experiment.id, {
      succeed: (count) => this.#counters.traces.succeed(count),
      fail: (count, failure) => this.#giveUp(this.#counters.traces, count, failure),
    })
  }

  *#batch(spans: readonly RecordingSpan[], experimentId: string): Dialogue<void> {
    const answer = yield* ask(exportRequest(spans, experimentId))
    if (answer.kind === 'success') {
      const { rejectedSpans, sentence } = readPartialSuccess(answer.body)
      const rejected = Math.min(rejectedSpans, spans.length)
      this.#counters.spans.succeed(spans.length - rejected)
      this.#giveUp(this.#counters.spans, rejected, { kind: 'refused', status: 200, code: '', sentence })
    } else if (answer.kind === 'refused' && answer.status === 413 && spans.length > 1) {
      const half = Math.ceil(spans.length / 2)
      yield* this.#batch(spans.slice(0, half), experimentId)
      yield* this.#batch(spans.slice(half), experimentId)
    } else {
      this.#giveUp(this.#counters.spans, spans.length, answer)
    }
  }

  #giveUp(counter: Counter, count: number, failure: Failure): void {
    if (count === 0) return
    const { trackingUri } = this.#settings
    if (failure.kind === 'refused') {
      counter.giveUp(count, 'refused')
      sayOnce(`refused ${failure.status}`, `${trackingUri} refuses traces (${failure.status}): ${failure.sentence}`)
    } else {
      counter.giveUp(count, failure.reason)
      sayOnce(failure.reason, `Traces could not be sent to ${trackingUri} and are dropped: ${failure.sentence}`)
    }
  }
}

function exportRequest(spans: readonly RecordingSpan[], experimentId: string): Request {
  return {
    method: 'POST',
    path: '/v1/traces',
    headers: { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': experimentId },
    body: () =>
      encodeOtlpProtobuf(
        spans.map((span) => span.toSpan()),
        resource,
      ),
  }
}
