import { ChunkEvent, encodeJson, type JsonText, jsonString } from '@clew/model'
import { runWithSpan } from './context.ts'
import { sayFailure } from './notices.ts'
import type { LiveSpan } from './span.ts'
import { isRecordingSpan } from './start-span.ts'
import { runUnrecorded } from './with-span.ts'

/** Yielded values are recorded up to this many, and this much of their text together; the rest is left out. */
const MAX_CHUNKS = 5_000
const MAX_CHUNK_LENGTH = 2_000_000

export interface IteratorTracing {
  /** Called at the first `next`. */
  readonly start: () => LiveSpan
  readonly captureOutputs: boolean
  readonly outputReducer: ((chunks: readonly unknown[]) => unknown) | undefined
}

const GeneratorFunction: unknown = Object.getPrototypeOf(function* () {}).constructor
const AsyncGeneratorFunction: unknown = Object.getPrototypeOf(async function* () {}).constructor

export function isGeneratorFunction(fn: unknown): boolean {
  const isKind = (kind: unknown) => typeof kind === 'function' && fn instanceof kind
  return isKind(GeneratorFunction) || isKind(AsyncGeneratorFunction)
}

type Step = (this: unknown, value?: unknown) => unknown

/**
 * Records what a generator, or an async generator, does, from its first `next` until it is exhausted, throws, or is left
 * early. The object stays the one the function made: its three methods are shadowed, so whatever iterates it passes
 * through here. The span is current while the body runs, and never for the consumer between two steps.
 */
export function traceIterator(iterator: unknown, tracing: IteratorTracing): unknown {
  const recording = new IteratorRecording(tracing)
  const methods = iterator as Record<'next' | 'return' | 'throw', Step>
  for (const method of ['next', 'return', 'throw'] as const) {
    const original = methods[method]
    const value = function (this: unknown, ...args: unknown[]) {
      // A generator that is left before it started has run nothing.
      if (method === 'next') recording.start()
      return recording.step(() => Reflect.apply(original, this, args))
    }
    Object.defineProperty(iterator, method, { value, writable: true, configurable: true, enumerable: false })
  }
  return iterator
}

class IteratorRecording {
  readonly #tracing: IteratorTracing
  readonly #texts: JsonText[] = []
  /** Kept only for a reducer. */
  readonly #chunks: unknown[] = []
  #length = 0
  #count = 0
  #span: LiveSpan | undefined

  constructor(tracing: IteratorTracing) {
    this.#tracing = tracing
  }

  start(): void {
    this.#span ??= this.#tracing.start()
  }

  step(run: () => unknown): unknown {
    const span = this.#span
    if (span === undefined) return run()
    if (!span.isRecording) return runUnrecorded(span, run)
    let result: unknown
    try {
      result = runWithSpan(span, run)
    } catch (thrown) {
      this.#fail(span, thrown)
      throw thrown
    }
    return result instanceof Promise ? this.#watch(span, result) : this.#note(span, result)
  }

  /** A derived promise in place of the one of an async generator's step; see `observeResult`. */
  async #watch(span: LiveSpan, step: Promise<unknown>): Promise<unknown> {
    try {
      return this.#note(span, await step)
    } catch (thrown) {
      this.#fail(span, thrown)
      throw thrown
    }
  }

  #note(span: LiveSpan, result: unknown): unknown {
    try {
      const { done, value } = result as IteratorResult<unknown>
      if (done !== true) this.#addChunk(span, value)
      else this.#finish(span)
    } catch (error) {
      sayFailure('generator', 'A step of a generator could not be recorded', error)
    }
    return result
  }

  #addChunk(span: LiveSpan, chunk: unknown): void {
    if (!this.#tracing.captureOutputs) return
    const index = this.#count
    this.#count += 1
    if (index >= MAX_CHUNKS || this.#length > MAX_CHUNK_LENGTH || !isRecordingSpan(span)) return
    const text = encodeJson(chunk)
    this.#length += text.length
    this.#texts.push(text)
    if (this.#tracing.outputReducer !== undefined) this.#chunks.push(chunk)
    span.pushEvent(`${ChunkEvent.prefix}${index}`, undefined, new Map([[ChunkEvent.value, jsonString(text)]]))
  }

  #finish(span: LiveSpan): void {
    if (this.#tracing.captureOutputs) this.#setOutputs(span)
    span.end()
  }

  #setOutputs(span: LiveSpan): void {
    const { outputReducer } = this.#tracing
    if (outputReducer !== undefined) {
      try {
        span.setOutputs(outputReducer(this.#chunks))
        return
      } catch (error) {
        sayFailure('reducer', 'An outputReducer failed; the list of chunks is recorded', error)
      }
    }
    if (isRecordingSpan(span)) span.setOutputsText(`[${this.#texts.join(',')}]` as JsonText)
  }

  #fail(span: LiveSpan, thrown: unknown): void {
    span.recordException(thrown)
    span.end()
  }
}
