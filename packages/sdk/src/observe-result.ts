/** Told once how a call ended. Must not throw. */
export interface ResultObserver {
  succeed(value: unknown): void
  fail(thrown: unknown): void
}

/**
 * Watches how a result turns out, without changing what its caller can see.
 *
 * - **No promise**: the observer is told at once, and the result is returned.
 * - **A plain promise** (one that `async` functions return): a promise derived from it is returned, which settles alike
 *   one turn later. Attaching a side handler and returning the original would be worse: the handler either marks
 *   the rejection as handled, hiding an `unhandledRejection` the program had, or rejects itself and adds one. With the
 *   derived promise there is exactly one event, for the same reason, if and only if the caller handles nothing. (A
 *   handler the function itself attached before it returned the promise belongs to the original and counts no more.)
 *   Own properties of the promise (`promise.cancel`, …) are carried over.
 * - **Anything else with a `then`** (subclasses of Promise, lazy query builders): the very same object is returned, with
 *   a `then` of its own that lets the observer listen in when the program asks for the value. `then` is never
 *   called from here: it may be what starts the work. One that cannot be extended counts as a value.
 */
export function observeResult<T>(result: T, observer: ResultObserver): T {
  const then = readThen(result)
  if (then !== undefined && isPlainPromise(result)) return carryOver(result, watchPromise(result, observer))
  if (then === undefined || !listenIn(result as object, then, observer)) observer.succeed(result)
  return result
}

type Then = (this: unknown, onFulfilled?: unknown, onRejected?: unknown) => unknown

function isPlainPromise<T>(value: T): value is T & Promise<unknown> {
  try {
    return Object.getPrototypeOf(value) === Promise.prototype && !Object.hasOwn(value as object, 'then')
  } catch {
    return false // a proxy that does not let itself be asked
  }
}

async function watchPromise(promise: Promise<unknown>, observer: ResultObserver): Promise<unknown> {
  try {
    const value = await promise
    observer.succeed(value)
    return value
  } catch (thrown) {
    observer.fail(thrown)
    throw thrown
  }
}

/** The derived promise in the place, and of the type, of the original. */
function carryOver<T>(original: T, derived: Promise<unknown>): T {
  if (Reflect.ownKeys(original as object).length > 0) {
    Object.defineProperties(derived, Object.getOwnPropertyDescriptors(original))
  }
  return derived as T
}

function readThen(value: unknown): Then | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  try {
    const then: unknown = Reflect.get(value, 'then')
    return typeof then === 'function' ? (then as Then) : undefined
  } catch {
    return undefined
  }
}

/** Returns false if the object does not take a `then` of its own. */
function listenIn(thenable: object, then: Then, observer: ResultObserver): boolean {
  const observingThen: Then = function (onFulfilled, onRejected) {
    const fulfilled = (value: unknown) => {
      observer.succeed(value)
      return typeof onFulfilled === 'function' ? onFulfilled(value) : value
    }
    const rejected = (thrown: unknown) => {
      observer.fail(thrown)
      if (typeof onRejected === 'function') return onRejected(thrown)
      throw thrown
    }
    return then.call(this, fulfilled, rejected)
  }
  try {
    const own = Reflect.getOwnPropertyDescriptor(thenable, 'then')
    const { enumerable = false, configurable = true } = own ?? {}
    return Reflect.defineProperty(thenable, 'then', { value: observingThen, writable: true, configurable, enumerable })
  } catch {
    return false
  }
}
