import { currentFrame, runInFrame } from './context.ts'
import { converse, converseNow } from './dialogue.ts'
import { Dispatch } from './dispatch.ts'
import { watchExit } from './exit-watch.ts'
import { sayOnce } from './notices.ts'
import { Queue } from './queue.ts'
import type { RecordingSpan } from './recording-span.ts'
import { type Request, Sender, unref } from './send.ts'
import type { Settings } from './settings.ts'
import type { Counters } from './statistics.ts'

/** Trace infos wait for more of them until there are this many, or nothing else is to be sent. */
const MAX_POSTPONED_TRACES = 256
/** A process that ends now stands still for no longer: its server may be one that it runs itself, and stands still too. */
const MAX_STANDSTILL_MS = 2_000

/**
 * Takes ended spans and brings them to one server in batches, off the traced code's path: when enough wait, when the
 * oldest waited long enough, on `flush`, and when the process is about to end. One request is under way at a time, so
 * spans leave in the order they ended and a trace's info leaves after its spans.
 */
export class Delivery {
  readonly settings: Settings
  readonly #queue: Queue
  readonly #sender: Sender
  readonly #dispatch: Dispatch
  readonly #waiters = new Set<() => void>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #isTimerUrgent = false
  #isRunning = false
  #unwatchExit: (() => void) | undefined
  /** Present once nothing more will be added. */
  #onRetired: (() => void) | undefined
  /** Entries ever added, and those dealt with: sent or given up. */
  #added = 0
  #settled = 0
  /** Entries that are to be dealt with now, not when a batch is full. */
  #wanted = 0
  /** Taken from the queue and not dealt with. */
  #spansUnderWay: readonly RecordingSpan[] = []
  #rootsUnderWay: RecordingSpan[] = []

  constructor(settings: Settings, counters: Counters) {
    this.settings = settings
    this.#queue = new Queue({ maxSpans: settings.maxQueueSpans, maxBytes: settings.maxQueueBytes }, counters)
    this.#sender = new Sender(settings, counters)
    this.#dispatch = new Dispatch(settings, counters)
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

  /** Sends what waits in the background, and calls `done` then; nothing more will be added. */
  retire(done: () => void): void {
    this.#onRetired = done
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
    const watcher = { finish: () => void this.#finish(), finishNow: () => this.#finishNow() }
    this.#unwatchExit ??= watchExit(watcher, 'last')
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
    const send = (request: Request) => this.#sender.send(request)
    while (taken > 0 || this.#isMoreWanted(taken)) {
      if (this.#rootsUnderWay.length < MAX_POSTPONED_TRACES && this.#isMoreWanted(taken)) {
        const batch = this.#queue.take(this.settings.maxBatchSpans)
        taken += batch.spans.length + batch.roots.length
        this.#spansUnderWay = batch.spans
        this.#rootsUnderWay.push(...batch.roots)
        await converse(this.#dispatch.spans(batch.spans), send)
        this.#spansUnderWay = []
      } else {
        await converse(this.#dispatch.traces(this.#rootsUnderWay), send)
        this.#rootsUnderWay = []
        this.#settled += taken
        taken = 0
        for (const check of this.#waiters) check()
      }
    }
    this.#isRunning = false
    if (!this.#queue.isEmpty) this.#schedule()
    else if (this.#onRetired !== undefined) this.#leave(this.#onRetired)
  }

  #leave(done: () => void): void {
    this.#unwatchExit?.()
    done()
  }

  #isMoreWanted(taken: number): boolean {
    return this.#settled + taken < this.#wanted || this.#queue.spanCount >= this.settings.maxBatchSpans
  }

  /**
   * Node is about to end because nothing is left to do. Sends what waits, within `exitTimeoutMs`, and without a second
   * try where the server cannot be reached; what is left is dropped and counted, so this cannot go on for ever.
   */
  async #finish(): Promise<void> {
    if (this.#settled >= this.#added) return
    this.#sender.hurry()
    const isDone = await this.flush(this.settings.exitTimeoutMs)
    if (!isDone) {
      this.#sender.stop()
      await this.flush(this.settings.requestTimeoutMs)
    }
    this.#sender.resume()
  }

  /**
   * The process ends now. Sends what waits, and once more what is under way, while the process stands still; what cannot
   * be sent so is dropped and counted.
   */
  #finishNow(): void {
    if (this.#settled >= this.#added) return
    const send = this.#sender.sendingNow(Math.min(this.settings.exitTimeoutMs, MAX_STANDSTILL_MS))
    const roots = this.#rootsUnderWay
    let spans = this.#spansUnderWay
    do {
      converseNow(this.#dispatch.spans(spans), send)
      const batch = this.#queue.take(this.settings.maxBatchSpans)
      spans = batch.spans
      roots.push(...batch.roots)
    } while (spans.length > 0)
    converseNow(this.#dispatch.traces(roots), send)
    this.#settled = this.#added
  }
}

/** The frame of our own work: in no span, and not to be traced. */
const OUTSIDE = { span: undefined, isSuppressed: true, scope: undefined }
