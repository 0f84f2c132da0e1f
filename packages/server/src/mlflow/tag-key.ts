import { posix } from 'node:path'
import { ClewError, TraceTagKey } from '@clew/model'
import { MAX_TAG_KEY, TAG_KEY } from '../ingest/resource-tags.ts'

/** Refuses a tag key in MLflow's words (`_validate_tag_name`). */
export function checkTagKey(key: string): void {
  if (key.length > MAX_TAG_KEY) {
    throw new ClewError('INVALID_PARAMETER_VALUE', `'key' exceeds the maximum length of ${MAX_TAG_KEY} characters`)
  }
  if (!TAG_KEY.test(key)) {
    throw new ClewError(
      'INVALID_PARAMETER_VALUE',
      `Invalid value ${JSON.stringify(key)} for parameter 'key' supplied: Names may only contain alphanumerics, underscores (_), dashes (-), periods (.), spaces ( ), colon(:) and slashes (/).`,
    )
  }
  refuseOtherPath('key', key)
}

/** Refuses a name that is another path when it is taken for one, in MLflow's words (`path_not_unique`). */
export function refuseOtherPath(parameter: string, name: string): void {
  const resolved = posix.normalize(name)
  if (resolved === name && name !== '.' && !name.startsWith('/') && !name.startsWith('..')) return
  throw new ClewError(
    'INVALID_PARAMETER_VALUE',
    `Invalid value ${JSON.stringify(name)} for parameter '${parameter}' supplied: Names may be treated as files in certain cases, and must not resolve to other names when treated as such. This name would resolve to '${resolved}'`,
  )
}

/** Tags that say where the server keeps things. MLflow guards all but the first; a foreign value there loses artifacts. */
const RESERVED = new Set<string>([
  TraceTagKey.artifactLocation,
  TraceTagKey.spansLocation,
  TraceTagKey.archiveLocation,
  TraceTagKey.archivalFailure,
])

export function refuseReservedTag(key: string): void {
  if (RESERVED.has(key)) {
    throw new ClewError('INVALID_PARAMETER_VALUE', `Tag '${key}' is immutable and cannot be set on a trace.`)
  }
}

/** A client that copies a trace sends its tags too; what they say of the copied trace is not true of the copy. */
export function withoutReservedTags(tags: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...tags].filter(([key]) => !RESERVED.has(key)))
}
