import { Delivery } from './delivery.ts'
import { sayFailure, sayOnce, setLogger } from './notices.ts'
import { runProcessors, type SpanProcessor } from './processors.ts'
import type { RecordingSpan } from './recording-span.ts'
import { resolveSettings, type Settings } from './settings.ts'
import type { SpanSink } from './span-sink.ts'
import { rollUpSpending } from './spending.ts'
import { Counters } from './statistics.ts'
import { version } from './version.ts'

/** What all of the process shares: the switch, the processors, the counters, and where ended spans go. */
export class Runtime implements SpanSink {
  isEnabled = true
  lastTraceId: string | undefined = undefined
  readonly counters = new Counters()
  #processors: readonly SpanProcessor[] = []
  /** Where ended spans go; absent before the first one. */
  #delivery: Delivery | 'unusable' | undefined = undefined
  /** Those of earlier settings that have not sent everything yet. */
  readonly #retiring = new Set<Delivery>()

  /** The share of traces that is recorded, where neither function nor scope says another. */
  get samplingRatio(): number {
    return this.#deliver()?.settings.samplingRatio ?? 1
  }

  /** From now on spans go where these settings say. What waits for the old place is sent there in the background. */
  configure(settings: Settings): void {
    const before = this.#usable()
    setLogger(settings.logger)
    this.#processors = settings.spanProcessors
    this.#delivery = new Delivery(settings, this.counters)
    this.isEnabled = true
    if (before === undefined) return
    this.#retiring.add(before)
    before.retire(() => this.#retiring.delete(before))
  }

  /** See `flush` of control.ts. */
  async flush(timeoutMs: number): Promise<boolean> {
    return this.#all((delivery) => delivery.flush(timeoutMs))
  }

  /** Stops recording. See `shutdown` of control.ts. */
  async close(timeoutMs: number): Promise<boolean> {
    this.isEnabled = false
    return this.#all((delivery) => delivery.close(timeoutMs))
  }

  async #all(act: (delivery: Delivery) => Promise<boolean>): Promise<boolean> {
    const current = this.#usable()
    const deliveries = current === undefined ? this.#retiring : [...this.#retiring, current]
    const results = await Promise.all(Array.from(deliveries, act))
    return results.every((isDone) => isDone)
  }

  ending(span: RecordingSpan): void {
    if (this.#processors.length > 0) runProcessors(this.#processors, span)
  }

  ended(span: RecordingSpan): void {
    try {
      this.#queue(span)
    } catch (error) {
      sayFailure('failed', 'A span could not be queued', error)
      this.counters.spans.dropped.failed += 1
    }
  }

  #queue(span: RecordingSpan): void {
    const isRoot = span.parentId === undefined
    rollUpSpending(span)
    span.trace.addSize(span.contentSize)
    if (isRoot) this.lastTraceId = span.traceId
    const delivery = this.#deliver()
    if (delivery === undefined) {
      this.counters.spans.dropped.notConfigured += 1
      if (isRoot) this.counters.traces.dropped.notConfigured += 1
      return
    }
    delivery.addSpan(span)
    if (isRoot) delivery.addTrace(span)
  }

  /** Without `init` the environment says where to. */
  #deliver(): Delivery | undefined {
    this.#delivery ??= this.#deliveryOfEnvironment()
    return this.#usable()
  }

  /** Absent too when the settings cannot be used. */
  #usable(): Delivery | undefined {
    return this.#delivery === 'unusable' ? undefined : this.#delivery
  }

  /** Variables that cannot be used must not throw into the code that ended a span. */
  #deliveryOfEnvironment(): Delivery | 'unusable' {
    try {
      return new Delivery(resolveSettings({}), this.counters)
    } catch (error) {
      sayOnce('notConfigured', `${error instanceof Error ? error.message : String(error)}. Nothing is sent.`)
      return 'unusable'
    }
  }
}

/** One for all copies of this version in the process: an ESM and a CommonJS copy share queue and counters. */
export const runtime: Runtime = sharedRuntime()

function sharedRuntime(): Runtime {
  const key = Symbol.for(`@clew/tracing/runtime/${version}`)
  const holder = globalThis as unknown as Record<symbol, Runtime | undefined>
  holder[key] ??= new Runtime()
  return holder[key]
}
