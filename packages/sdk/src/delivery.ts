import { type Attributes, encodeOtlpProtobuf, jsonString } from '@clew/model'
import { currentFrame, runInFrame } from './context.ts'
import { watchExit } from './exit-watch.ts'
import { ExperimentResolver } from './experiment.ts'
import { sayOnce } from './notices.ts'
import { readPartialSuccess } from './partial-success.ts'
import { Queue } from './queue.ts'
import type { RecordingSpan } from './recording-span.ts'
import type { Answer, Failure } from './reply-verdict.ts'
import { Sender, unref } from './send.ts'
import type { Settings } from './settings.ts'
import type { Counter, Counters } from './statistics.ts'
import { TraceInfoSender } from './trace-info-sender.ts'
import { version } from './version.ts'

/** Trace infos wait for more of them until there are this many, or nothing else is to be sent. */
const MAX_POSTPONED_TRACES = 256

/** What describes this SDK on every batch (OpenTelemetry resource attributes, as MLflow's client sends them). */
const resource: Attributes = new Map([
  ['telemetry.sdk.language', jsonString('nodejs')],
  ['telemetry.sdk.name', jsonString('clew')],
  ['telemetry.sdk.version', jsonString(version)],
])

/**
 * Takes ended spans and brings them to one server in batches, off the traced code's path: when enough wait, when the
 * oldest waited long enough, on `flush`, and when the process is about to end. One request is under way at a time, so
 * spans leave in the order they ended and a trace's info leaves after its spans.
 */
export class Delivery {
  readonly settings: Settings
  readonly #counters: Counters
  readonly #queue: Queue
  readonly #sender: Sender
  readonly #experiment: ExperimentResolver
  readonly #traceInfos: TraceInfoSender
  readonly #waiters = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #isTimerUrgent = false
  #isRunning = false
  #unwatchExit: (() => void) | undefined
  #isRetired = false
  /** Entries ever added, and those dealt with: sent or given up. */
  #added = 0
  #settled = 0
  /** Entries that are to be dealt with now, not when a batch is full. */
  #wanted = 0

  constructor(settings: Settings, counters: Counters) {
    this.settings = settings
    this.#counters = counters
    this.#queue = new Queue({ maxSpans: settings.maxQueueSpans, maxBytes: settings.maxQueueBytes }, counters)
    this.#sender = new Sender(settings, counters)
    this.#experiment = new ExperimentResolver(this.#sender, settings.experiment)
    this.#traceInfos = new TraceInfoSender(this.#sender)
  }

  addSpan(span: RecordingSpan): void {
    if (this.#queue.addSpan(span)) {
      this.#added += 1
      this.#schedule()
    } else {
      sayOnce('queueFull', `The queue is full; spans are dropped until ${this.settings.trackingUri} takes some.`)
    }
  }

  /** The info of the root's trace is due. */
  addTrace(root: RecordingSpan): void {
    if (!this.#queue.addTrace(root)) return
    this.#added += 1
    this.#schedule()
  }

  /**
   * Sends what was added so far. Never rejects.
   *
   * @returns true when nothing of it waits any more (sent, or given up and counted), false when the time ran out
   */
  async flush(timeoutMs: number): Promise<boolean> {
    const target = this.#added
    if (this.#settled >= target) return true
    this.#wanted = target
    return new Promise((resolve) => {
      const check = () => {
        if (this.#settled < target) return
        clearTimeout(timer)
        this.#waiters.delete(check)
        resolve(true)
      }
      // Keeps the process alive: somebody waits for this.
      const timer = setTimeout(() => {
        this.#waiters.delete(check)
        resolve(false)
      }, timeoutMs)
      this.#waiters.add(check)
      void this.#run()
    })
  }

  /** Sends what waits in the background; nothing more will be added. */
  retire(): void {
    this.#isRetired = true
    this.#wanted = this.#added
    void this.#run()
  }

  /** Sends what it can in the given time, gives up the rest and lets go of the process. */
  async close(timeoutMs: number): Promise<boolean> {
    const isDone = await this.flush(timeoutMs)
    this.#sender.stop()
    if (!isDone) await this.flush(this.settings.requestTimeoutMs)
    this.#unwatchExit?.()
    return isDone
  }

  #schedule(): void {
    this.#unwatchExit ??= watchExit(() => void this.#finishBeforeExit())
    if (this.#isRunning) return
    const isUrgent = this.#queue.spanCount >= this.settings.maxBatchSpans
    if (this.#timer !== undefined && (this.#isTimerUrgent || !isUrgent)) return
    clearTimeout(this.#timer)
    this.#isTimerUrgent = isUrgent
    const start = () => {
      this.#wanted = this.#added
      void this.#run()
    }
    // Outside of any span: a timer keeps the frame it was made in alive.
    const delayMs = isUrgent ? 0 : this.settings.batchIntervalMs
    this.#timer = runInFrame(OUTSIDE, () => unref(setTimeout(start, delayMs)))
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return
    if (currentFrame() !== OUTSIDE) return runInFrame(OUTSIDE, () => this.#run())
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isRunning = true
    /** Taken from the queue since `settled` was last brought up to date. */
    let taken = 0
    const roots: RecordingSpan[] = []
    while (taken > 0 || this.#isMoreWanted(taken)) {
      if (roots.length < MAX_POSTPONED_TRACES && this.#isMoreWanted(taken)) {
        const batch = this.#queue.take(this.settings.maxBatchSpans)
        taken += batch.spans.length + batch.roots.length
        await this.#deliverSpans(batch.spans)
        roots.push(...batch.roots)
      } else {
        await this.#deliverTraces(roots.splice(0))
        this.#settled += taken
        taken = 0
        for (const check of this.#waiters) check()
      }
    }
    this.#isRunning = false
    if (!this.#queue.isEmpty) this.#schedule()
    else if (this.#isRetired) this.#unwatchExit?.()
  }

  #isMoreWanted(taken: number): boolean {
    return this.#settled + taken < this.#wanted || this.#queue.spanCount >= this.settings.maxBatchSpans
  }

  /** Never rejects: whatever happens, all are counted. */
  async #deliverSpans(spans: readonly RecordingSpan[]): Promise<void> {
    if (spans.length === 0) return
    const experiment = await this.#experiment.resolve().catch(failureOf)
    if (experiment.kind === 'found') await this.#postSpans(spans, experiment.id)
    else this.#giveUp(this.#counters.spans, spans.length, experiment)
  }

  /** Never rejects: whatever happens, all are counted. */
  async #deliverTraces(roots: readonly RecordingSpan[]): Promise<void> {
    if (roots.length === 0) return
    const experiment = await this.#experiment.resolve().catch(failureOf)
    if (experiment.kind !== 'found') return this.#giveUp(this.#counters.traces, roots.length, experiment)
    await this.#traceInfos.send(roots, experiment.id, {
      succeed: (count) => this.#counters.traces.succeed(count),
      fail: (count, failure) => this.#giveUp(this.#counters.traces, count, failure),
    })
  }

  async #postSpans(spans: readonly RecordingSpan[], experimentId: string): Promise<void> {
    const answer = await this.#sendSpans(spans, experimentId).catch(failureOf)
    if (answer.kind === 'success') {
      const { rejectedSpans, sentence } = readPartialSuccess(answer.body)
      const rejected = Math.min(rejectedSpans, spans.length)
      this.#counters.spans.succeed(spans.length - rejected)
      if (rejected > 0)
        this.#giveUp(this.#counters.spans, rejected, { kind: 'refused', status: 200, code: '', sentence })
    } else if (answer.kind === 'refused' && answer.status === 413 && spans.length > 1) {
      const half = Math.ceil(spans.length / 2)
      await this.#postSpans(spans.slice(0, half), experimentId)
      await this.#postSpans(spans.slice(half), experimentId)
    } else {
      this.#giveUp(this.#counters.spans, spans.length, answer)
    }
  }

  async #sendSpans(spans: readonly RecordingSpan[], experimentId: string): Promise<Answer> {
    const body = encodeOtlpProtobuf(
      spans.map((span) => span.toSpan()),
      resource,
    )
    const headers = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': experimentId }
    return this.#sender.send({ method: 'POST', path: '/v1/traces', headers, body })
  }

  #giveUp(counter: Counter, count: number, failure: Failure): void {
    if (count === 0) return
    const { trackingUri } = this.settings
    if (failure.kind === 'refused') {
      counter.giveUp(count, 'refused')
      sayOnce(`refused ${failure.status}`, `${trackingUri} refuses traces (${failure.status}): ${failure.sentence}`)
    } else {
      counter.giveUp(count, failure.reason)
      sayOnce(failure.reason, `Traces could not be sent to ${trackingUri} and are dropped: ${failure.sentence}`)
    }
  }

  /**
   * Node is about to end because nothing is left to do. Sends what waits, within `exitTimeoutMs`, and without a second
   * try where the server cannot be reached; what is left is dropped and counted, so this cannot go on for ever.
   */
  async #finishBeforeExit(): Promise<void> {
    if (this.#settled >= this.#added) return
    this.#sender.hurry()
    const isDone = await this.flush(this.settings.exitTimeoutMs)
    if (!isDone) {
      this.#sender.stop()
      await this.flush(this.settings.requestTimeoutMs)
    }
    this.#sender.resume()
  }
}

/** The frame of our own work: in no span, and not to be traced. */
const OUTSIDE = { span: undefined, isSuppressed: true, scope: undefined }

function failureOf(error: unknown): Failure {
  const sentence = error instanceof Error ? error.message : String(error)
  return { kind: 'gaveUp', reason: 'failed', sentence }
}
