import { TraceMetadataKey, TraceTagKey } from '@clew/model'
import { sayOnce } from './notices.ts'

/** Keys that the SDK or the server decides. */
const immutable: ReadonlySet<string> = new Set([
  TraceTagKey.artifactLocation,
  TraceTagKey.spansLocation,
  TraceMetadataKey.environmentUser,
  TraceMetadataKey.schemaVersion,
])

/** Tags, or metadata, that one trace takes. */
const MAX_FIELDS = 1_000

/** What a program says about a trace, in a scope or in the trace. Merged with what was said before. */
export interface TraceLabels {
  /** May be changed later. */
  readonly tags?: Readonly<Record<string, string>> | undefined
  /** Written once. */
  readonly metadata?: Readonly<Record<string, string>> | undefined
  /** Groups traces into a session: metadata `mlflow.trace.session`. */
  readonly sessionId?: string | undefined
  /** Metadata `mlflow.trace.user`. */
  readonly user?: string | undefined
}

export function addLabels(
  trace: { readonly tags: Map<string, string>; readonly metadata: Map<string, string> },
  { tags, metadata, sessionId, user }: TraceLabels,
): void {
  addFields(trace.tags, tags)
  addFields(trace.metadata, metadata)
  if (sessionId !== undefined) trace.metadata.set(TraceMetadataKey.session, toText(sessionId))
  if (user !== undefined) trace.metadata.set(TraceMetadataKey.user, toText(user))
}

/** Adds what a program may set, as text. */
function addFields(fields: Map<string, string>, added: Readonly<Record<string, unknown>> | undefined): void {
  for (const [key, value] of Object.entries(added ?? {})) {
    if (!isWritableKey(key)) continue
    if (fields.has(key) || fields.size < MAX_FIELDS) fields.set(key, toText(value))
    else sayOnce('fields', `A trace takes ${MAX_FIELDS} tags and as many metadata; more are left out.`)
  }
}

/** False, and said once, for tags and metadata a program cannot set (MLflow's immutable keys). */
function isWritableKey(key: string): boolean {
  if (!immutable.has(key)) return true
  sayOnce(`immutable ${key}`, `"${key}" cannot be set by a program and is ignored.`)
  return false
}

/** Tags and metadata are text; anything else is turned into it, and that is said once, as in MLflow. */
export function toText(value: unknown): string {
  if (typeof value === 'string') return value
  sayOnce('not text', 'A trace tag, metadata value or id is not a string and is converted to one.')
  try {
    return String(value)
  } catch {
    return ''
  }
}
