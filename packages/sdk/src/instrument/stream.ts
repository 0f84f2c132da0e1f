import { type CallObserver, isFunction, patchMethod } from './patch.ts'
import { isHolder, readField } from './read.ts'
import { attempt } from './steps.ts'

/** Told what happens to a stream, while it happens and before the consumer knows. Must not throw. */
export interface StreamObserver {
  /** The stream is being read through this object. Once. */
  opened(iterator: object): void
  readStart(): void
  readEnd(): void
  chunk(chunk: unknown): void
  /** No more chunks: `stopped` by the consumer, `aborted` through the stream's controller, or at its natural end. */
  ended(outcome: 'stopped' | 'aborted' | undefined): void
  failed(error: unknown): void
}

/**
 * True for what can be read chunk by chunk: the streams of the Stainless SDKs, async generators, other async iterables.
 * Never `instanceof`: the CommonJS and the ESM build of a library have unrelated classes.
 */
export function isStream(value: unknown): value is object {
  return isHolder(value) && isFunction(Reflect.get(value, Symbol.asyncIterator))
}

/**
 * Watches a stream in place: the host keeps the same object, and pulls every chunk itself. Nothing is read ahead,
 * buffered or teed, so back-pressure, `break` (which aborts the request) and errors stay as they are.
 *
 * The streams of the Stainless SDKs have a function `iterator` through which `for await`, `tee()` and
 * `toReadableStream()` all go, so that is the place to watch; other async iterables are watched at
 * `[Symbol.asyncIterator]`, iterators at `next`, `return` and `throw`.
 *
 * @returns false if the stream cannot be watched
 */
export function watchStream(stream: object, observer: StreamObserver): boolean {
  // Only the signal: a reference to the stream would keep an unread one from being collected.
  const signal = readField(readField(stream, 'controller'), 'signal')
  if (isFunction(Reflect.get(stream, 'iterator'))) return watchOpening(stream, 'iterator', { signal, observer })
  if (isFunction(Reflect.get(stream, 'next'))) return watchIterator(stream, { signal, observer })
  return watchOpening(stream, Symbol.asyncIterator, { signal, observer })
}

interface Watch {
  readonly signal: unknown
  readonly observer: StreamObserver
}

function watchOpening(stream: object, key: PropertyKey, watch: Watch): boolean {
  let isOpened = false
  const patch = patchMethod(stream, key, (call) => {
    const outcome = call.run()
    // A second reader of a stream that can be read once gets the library's error; that is no end of the first.
    if (isOpened || outcome.kind === 'threw' || !isHolder(outcome.value)) return undefined
    isOpened = true
    const iterator = outcome.value
    attempt('stream.open', () => watchIterator(iterator, watch))
    return undefined
  })
  return patch !== undefined
}

function watchIterator(iterator: object, watch: Watch): boolean {
  const { observer } = watch
  if (!patchMethod(iterator, 'next', (call) => followRead(call, watch))) return false
  const stop: CallObserver = (call) => {
    observer.ended('stopped')
    call.run()
    return undefined
  }
  patchMethod(iterator, 'return', stop)
  patchMethod(iterator, 'throw', stop)
  observer.opened(iterator)
  return true
}

function followRead(call: Parameters<CallObserver>[0], { signal, observer }: Watch): ReturnType<CallObserver> {
  observer.readStart()
  const outcome = call.run()
  const see = (result: unknown): void => {
    observer.readEnd()
    if (readField(result, 'done') !== true) observer.chunk(readField(result, 'value'))
    // The SDKs end an aborted stream quietly, as if it were complete.
    else observer.ended(readField(signal, 'aborted') === true ? 'aborted' : undefined)
  }
  const seeError = (error: unknown): void => {
    observer.readEnd()
    observer.failed(error)
  }
  if (outcome.kind === 'threw') {
    seeError(outcome.error)
    return undefined
  }
  if (!(outcome.value instanceof Promise)) {
    see(outcome.value)
    return undefined
  }
  // The caller gets the derived promise, so whether a rejection is handled stays up to the caller.
  const followed = outcome.value.then(
    (result: unknown) => {
      see(result)
      return result
    },
    (error: unknown) => {
      seeError(error)
      throw error
    },
  )
  return { value: followed }
}
