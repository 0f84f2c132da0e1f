import { currentFrame, runInFrame, type Scope } from './context.ts'
import { sayFailure } from './notices.ts'
import { readRatio } from './sampling.ts'
import { addLabels, type TraceLabels } from './trace-fields.ts'

/** What traces that start in a scope begin with. */
export interface ContextOptions extends TraceLabels {
  /** False: nothing is recorded in the scope; true: recorded again in a scope inside. Absent: as outside. */
  readonly enabled?: boolean | undefined
  /** The share of traces starting in the scope that is recorded, 0 to 1. Absent: as outside. */
  readonly samplingRatio?: number | undefined
}

/**
 * Runs `body`; every trace that starts in it gets these tags and metadata. Scopes nest, the inner one wins. A trace
 * that is already running is not changed: that is `updateCurrentTrace`. What cannot be used is said once and left out.
 */
export function context<T>(options: ContextOptions, body: () => T): T {
  const frame = currentFrame()
  const scope = readScope(options, frame?.scope)
  return runInFrame({ span: frame?.span, isSuppressed: frame?.isSuppressed === true, scope }, body)
}

function readScope(options: ContextOptions, outer: Scope | undefined): Scope | undefined {
  try {
    return scopeOf(options, outer)
  } catch (error) {
    sayFailure('context', 'context() could not use what it was given', error)
    return outer
  }
}

function scopeOf(options: ContextOptions, outer: Scope | undefined): Scope {
  const tags = new Map(outer?.tags)
  const metadata = new Map(outer?.metadata)
  addLabels({ tags, metadata }, options ?? {})
  const samplingRatio = readRatio(options?.samplingRatio) ?? outer?.samplingRatio
  return { tags, metadata, isEnabled: options?.enabled ?? outer?.isEnabled ?? true, samplingRatio }
}
