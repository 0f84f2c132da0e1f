import { sayOnce } from './notices.ts'
import type { LiveSpan } from './span.ts'

/**
 * Where the running code stands: which span is current, and whether tracing is suppressed here. Immutable; entering a
 * span or a scope makes a new frame.
 */
export interface Frame {
  readonly span: LiveSpan | undefined
  readonly isSuppressed: boolean
  /** What `context()` put in scope for traces that start here. */
  readonly scope: Scope | undefined
}

/** What traces that start inside `context()` begin with. */
export interface Scope {
  readonly tags: ReadonlyMap<string, string>
  readonly metadata: ReadonlyMap<string, string>
  /** False: spans started here do nothing. */
  readonly isEnabled: boolean
  /** The share of traces that are recorded, 0 to 1; absent where `init` decides. */
  readonly samplingRatio: number | undefined
}

/** The part of AsyncLocalStorage that every runtime has (Workers lack `enterWith`, which leaks anyway). */
interface FrameStorage {
  getStore(): Frame | undefined
  run<T>(frame: Frame, body: () => T): T
}

/**
 * The storage belongs to the process, not to this copy of the module, so that an ESM and a CommonJS copy loaded
 * side by side see each other's spans. The number is the version of {@link Frame}.
 */
const STORAGE_KEY = Symbol.for('@clew/tracing/context/1')

const storage = sharedStorage()

/** The frame of the running code; keep it and hand it to {@link runInFrame} to come back here from elsewhere. */
export function currentFrame(): Frame | undefined {
  return storage.getStore()
}

/** Runs `body` as if it had been called where `frame` was current. */
export function runInFrame<T>(frame: Frame, body: () => T): T {
  return storage.run(frame, body)
}

/** The span new spans become children of. May be a no-op span: then new spans are no-op spans too. */
export function activeSpan(): LiveSpan | undefined {
  return storage.getStore()?.span
}

/** Runs `body`, and everything it starts, with `span` as the current span. */
export function runWithSpan<T>(span: LiveSpan, body: () => T): T {
  const outer = storage.getStore()
  return storage.run({ span, isSuppressed: outer?.isSuppressed === true, scope: outer?.scope }, body)
}

/** True inside {@link suppress} and in a scope that is switched off: nothing here is to be traced. */
export function isSuppressed(): boolean {
  return isSilent(storage.getStore())
}

export function isSilent(frame: Frame | undefined): boolean {
  return frame !== undefined && (frame.isSuppressed || frame.scope?.isEnabled === false)
}

/** Runs `body`, and everything it starts, without tracing: our own requests, or a call already traced further out. */
export function suppress<T>(body: () => T): T {
  const outer = storage.getStore()
  return storage.run({ span: outer?.span, isSuppressed: true, scope: outer?.scope }, body)
}

function sharedStorage(): FrameStorage {
  const holder = globalThis as unknown as Record<symbol, FrameStorage | undefined>
  holder[STORAGE_KEY] ??= createStorage()
  return holder[STORAGE_KEY]
}

/**
 * No static `node:` import, so that browsers and bundlers can load this file. Node ≥ 20.16, Bun, Deno and Workers with
 * `nodejs_compat` have `getBuiltinModule`; elsewhere the current span is known to synchronous code only, and a parent
 * must be handed on explicitly after an `await`.
 */
function createStorage(): FrameStorage {
  const builtin = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('node:async_hooks')
  if (builtin?.AsyncLocalStorage !== undefined) return new builtin.AsyncLocalStorage<Frame>()
  if (typeof process !== 'undefined' && process.versions?.node !== undefined) {
    sayOnce('context', 'Spans lose their parents after an await: Node 20.16, 22.3 or later is needed.')
  }
  return createSynchronousStorage()
}

/** Exported for its test: the storage of a runtime without AsyncLocalStorage. */
export function createSynchronousStorage(): FrameStorage {
  let current: Frame | undefined
  return {
    getStore: () => current,
    run(frame, body) {
      const outer = current
      current = frame
      try {
        return body()
      } finally {
        current = outer
      }
    },
  }
}
