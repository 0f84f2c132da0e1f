import { isFunction, patchMethod, type Replacement } from './patch.ts'
import { isHolder } from './read.ts'
import { attempt } from './steps.ts'

/** Told what comes of a promise, before the caller knows. May be told several times. Must not throw. */
export interface PromiseObserver {
  /** The library has an answer, which may never be parsed. */
  responded(): void
  /** The parsed value. */
  value(value: unknown): void
  error(error: unknown): void
  /** The caller took the unparsed response, and nothing has been parsed. */
  raw(): void
  /** The value can be read through this object too. */
  reader(promise: object): void
}

/** True for promises and everything else that can be awaited. */
export function isThenable(value: unknown): value is object {
  return isHolder(value) && isFunction(Reflect.get(value, 'then'))
}

/**
 * Watches a promise without settling it, starting it, or taking part in whether its rejection counts as handled.
 *
 * Attaching a handler on the side would break that last promise: a rejection nobody handles would no longer be reported
 * (or would be reported twice). So each kind is watched where its value passes anyway:
 *
 *  - **Rich promises** (the `APIPromise` of the Stainless SDKs: parses lazily, offers `asResponse`, `withResponse`,
 *    `_thenUnwrap`) hold the inner promise and the parser in properties; those are replaced, the object stays.
 *  - **Plain native promises** have nothing to replace, as `await` uses no property of theirs. The caller receives a
 *    promise derived from it: the returned {@link Replacement}.
 *  - **Other thenables** are watched at `then`, which is called by whoever wants the value, and only then.
 */
export function watchPromise(promise: object, observer: PromiseObserver): Replacement | undefined {
  if (isRichPromise(promise)) {
    watchRichPromise(promise, observer)
    return undefined
  }
  if (isPlainPromise(promise)) return { value: derived(promise, observer) }
  watchThen(promise, observer)
  return undefined
}

/** `APIPromise` of openai 4–7 and its sisters; both properties are own and writable in all of them. */
interface RichPromise {
  responsePromise: Promise<unknown>
  parseResponse: (...args: unknown[]) => unknown
}

function isRichPromise(value: object): value is RichPromise {
  return Reflect.get(value, 'responsePromise') instanceof Promise && isFunction(Reflect.get(value, 'parseResponse'))
}

/** Found out before anything is attached: a promise derived and then not put in place would be left unhandled. */
function mustBeWritable(promise: RichPromise): void {
  if (Object.getOwnPropertyDescriptor(promise, 'responsePromise')?.writable !== true) {
    throw new TypeError('the inner promise cannot be replaced')
  }
}

function isPlainPromise(value: object): value is Promise<unknown> {
  return Object.getPrototypeOf(value) === Promise.prototype && Reflect.ownKeys(value).length === 0
}

function watchRichPromise(promise: RichPromise, observer: PromiseObserver): void {
  mustBeWritable(promise)
  let hasResponse = false
  let wantsRaw = false
  const isUnparsed = (): boolean => Reflect.get(promise, 'parsedPromise') === undefined
  // Replaced, not followed: the library and the caller go on from ours, and the original has us as its only handler.
  promise.responsePromise = promise.responsePromise.then(
    (response) => {
      hasResponse = true
      observer.responded()
      if (wantsRaw && isUnparsed()) observer.raw()
      return response
    },
    (error: unknown) => {
      observer.error(error)
      throw error
    },
  )
  patchMethod(promise, 'parseResponse', (call) => {
    const outcome = call.run()
    if (outcome.kind === 'threw') observer.error(outcome.error)
    else if (outcome.value instanceof Promise) return { value: derived(outcome.value, observer) }
    else observer.value(outcome.value)
    return undefined
  })
  patchMethod(promise, 'asResponse', (call) => {
    // `withResponse` comes through here too, but starts to parse first.
    wantsRaw = isUnparsed()
    call.run()
    if (wantsRaw && hasResponse) observer.raw()
    return undefined
  })
  watchUnwrapping(promise, observer)
  observer.reader(promise)
}

/**
 * In openai ≥ 7 `_thenUnwrap` is an own closure over the request and the parser, and so passes by both properties
 * replaced above; `parse()` and the stream helpers are built on it. Earlier it is a method that uses them.
 */
function watchUnwrapping(promise: RichPromise, observer: PromiseObserver): void {
  if (!Object.hasOwn(promise, '_thenUnwrap')) return
  const unwrap: unknown = Reflect.get(promise, '_thenUnwrap')
  if (!isFunction(unwrap)) return
  const watched = (transform: (...args: unknown[]) => unknown, ...rest: unknown[]): unknown => {
    const transformed = (value: unknown, ...more: unknown[]): unknown => {
      observer.value(value)
      return transform(value, ...more)
    }
    const result = Reflect.apply(unwrap, promise, [transformed, ...rest])
    attempt('promise.watch', () => {
      if (!isHolder(result) || !isRichPromise(result)) return
      // The result goes on from the library's own inner promise. Ours, now without a reader, must not be reported as
      // unhandled beside it; whether the result's rejection is handled stays up to the caller.
      promise.responsePromise.catch(() => undefined)
      watchRichPromise(result, observer)
    })
    return result
  }
  Reflect.set(promise, '_thenUnwrap', watched)
}

function watchThen(promise: object, observer: PromiseObserver): void {
  const then: unknown = Reflect.get(promise, 'then')
  if (!isFunction(then)) return
  const watched = function (this: unknown, onValue?: unknown, onError?: unknown): unknown {
    const value = (result: unknown): unknown => {
      observer.value(result)
      return isFunction(onValue) ? onValue(result) : result
    }
    const error = (reason: unknown): unknown => {
      observer.error(reason)
      if (isFunction(onError)) return onError(reason)
      throw reason
    }
    return Reflect.apply(then, this, [value, error])
  }
  Object.defineProperty(promise, 'then', { value: watched, writable: true, configurable: true })
  observer.reader(promise)
}

function derived(promise: Promise<unknown>, observer: PromiseObserver): Promise<unknown> {
  return promise.then(
    (value) => {
      observer.value(value)
      return value
    },
    (error: unknown) => {
      observer.error(error)
      throw error
    },
  )
}
