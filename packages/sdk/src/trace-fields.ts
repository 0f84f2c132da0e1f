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

/** Adds what a program may set, as text. */
export function addFields(fields: Map<string, string>, added: Readonly<Record<string, unknown>> | undefined): void {
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
