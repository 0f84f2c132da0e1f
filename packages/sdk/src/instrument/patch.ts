import { attempt } from './steps.ts'

/**
 * Replacing a function of somebody else's library, with these guarantees. They are kept here, whatever the observer
 * does, and each has a test in `patch.test.ts`.
 *
 *  1. The original is called exactly once per call of the patched function, with the same `this` and the same
 *     arguments, even if the observer throws before or after it, or never gets to it.
 *  2. The caller receives the original's return value, the same object. The one exception is asked for explicitly: the
 *     observer may put another value in its place (needed for plain native promises, see `promise.ts`).
 *  3. If the original throws, the same error object reaches the caller.
 *  4. The patched function has the original's name, length, own properties and prototype, and can be constructed if the
 *     original could; the property that holds it keeps its descriptor (enumerable, writable, configurable).
 *  5. Patching twice patches once, however many copies of Clew are loaded: a patched function is marked with a symbol
 *     of the global registry, and is left alone.
 *  6. A patch can be taken back. If somebody else has wrapped our function since, theirs is left in place and ours
 *     becomes a plain passage to the original.
 *  7. What cannot be replaced safely (an accessor, a frozen property) is not patched.
 */
export interface Patch {
  /** Puts the original back. Doing so twice does nothing. */
  undo(): void
}

/** A call of a patched function, on its way to the original. */
export interface PatchedCall {
  readonly self: unknown
  readonly args: readonly unknown[]
  /** Calls the original or, if that has happened, returns what came of it. Never throws. */
  run(): CallOutcome
}

export type CallOutcome =
  | { readonly kind: 'returned'; readonly value: unknown }
  | { readonly kind: 'threw'; readonly error: unknown }

/** @returns what the caller shall receive instead of the original's value, or `undefined` to leave that alone */
export type CallObserver = (call: PatchedCall) => Replacement | undefined

export interface Replacement {
  readonly value: unknown
}

type AnyFunction = (...args: unknown[]) => unknown

/** The number is the version of what the mark yields: the original function. */
const PATCHED = Symbol.for('@clew/tracing/patched/1')

/** Classes may inherit from classes; nobody inherits this deep, and a proxy could pretend to for ever. */
const MAX_INHERITANCE = 32

/**
 * Patches `holder[key]`, own or inherited (then an own property is added, so only this holder is affected).
 *
 * @param mode `once` leaves a patched function alone; `replace` observes the original beneath an existing patch
 *   instead of the patch, so that a call is still observed once
 * @returns undefined if there is nothing to patch, or it is patched already, or cannot be patched
 */
export function patchMethod(
  holder: object,
  key: PropertyKey,
  observer: CallObserver,
  mode: 'once' | 'replace' = 'once',
): Patch | undefined {
  const found = findDescriptor(holder, key)
  if (!found || !isFunction(found.value)) return undefined
  const beneath = originalOf(found.value)
  if (beneath && mode === 'once') return undefined
  const state = { isActive: true }
  const patched = observed(beneath ?? found.value, observer, state)
  const own = Object.getOwnPropertyDescriptor(holder, key)
  const shape = own ?? { enumerable: false, writable: true, configurable: true }
  if (!Reflect.defineProperty(holder, key, { ...shape, value: patched })) return undefined
  return {
    undo() {
      state.isActive = false
      if (Object.getOwnPropertyDescriptor(holder, key)?.value !== patched) return
      if (own) Reflect.defineProperty(holder, key, own)
      else Reflect.deleteProperty(holder, key)
    },
  }
}

/** The function beneath a patch, or `undefined` if `value` is not a patched function. */
export function originalOf(value: unknown): AnyFunction | undefined {
  if (!isFunction(value)) return undefined
  const original: unknown = Reflect.get(value, PATCHED)
  return isFunction(original) ? original : undefined
}

export function isFunction(value: unknown): value is AnyFunction {
  return typeof value === 'function'
}

function findDescriptor(holder: object, key: PropertyKey): PropertyDescriptor | undefined {
  let current: object | null = holder
  for (let depth = 0; current && depth < MAX_INHERITANCE; depth++) {
    const descriptor = Object.getOwnPropertyDescriptor(current, key)
    if (descriptor) return descriptor
    current = Object.getPrototypeOf(current)
  }
  return undefined
}

function observed(original: AnyFunction, observer: CallObserver, state: { readonly isActive: boolean }): AnyFunction {
  // A proxy keeps name, length, own properties and constructability without copying any of them.
  return new Proxy(original, {
    apply(target, self: unknown, args: unknown[]) {
      if (!state.isActive) return Reflect.apply(target, self, args)
      return passThrough(target, observer, { self, args })
    },
    get: (target, key) => (key === PATCHED ? target : Reflect.get(target, key)),
  })
}

function passThrough(
  original: AnyFunction,
  observer: CallObserver,
  call: { readonly self: unknown; readonly args: unknown[] },
): unknown {
  let outcome: CallOutcome | undefined
  const run = (): CallOutcome => {
    outcome ??= outcomeOf(original, call)
    return outcome
  }
  const replacement = attempt('call.observe', () => observer({ self: call.self, args: call.args, run }))
  const result = run()
  if (result.kind === 'threw') throw result.error
  return replacement ? replacement.value : result.value
}

function outcomeOf(original: AnyFunction, call: { readonly self: unknown; readonly args: unknown[] }): CallOutcome {
  try {
    return { kind: 'returned', value: Reflect.apply(original, call.self, call.args) }
  } catch (error) {
    return { kind: 'threw', error }
  }
}
