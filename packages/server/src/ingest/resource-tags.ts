import { type Attributes, parseJson } from '@clew/model'

/** Characters of a tag's key, and the characters it may have (MLflow, `validate_tag_name`). */
export const MAX_TAG_KEY = 250
export const TAG_KEY = /^[/\w.\- :]*$/

/** Characters of a tag's value that MLflow stores; longer ones are cut, not refused. */
export const MAX_TAG_VALUE = 8000

/** Tags taken from one resource, at most. */
const MAX_TAGS = 100

/**
 * The trace tags a resource implies, as MLflow 3.17.2 derives them: every attribute but `telemetry.sdk.*` and
 * `mlflow.*`; strings as they are, anything else as JSON text; keys that are no valid tag keys are left out.
 */
export function resourceTags(resource: Attributes): ReadonlyMap<string, string> {
  const tags = new Map<string, string>()
  for (const [key, json] of resource) {
    if (tags.size === MAX_TAGS) break
    if (!isTagKey(key) || key.startsWith('telemetry.sdk.') || key.startsWith('mlflow.')) continue
    tags.set(key, plainText(json).slice(0, MAX_TAG_VALUE))
  }
  return tags
}

function isTagKey(key: string): boolean {
  return key.length > 0 && key.length <= MAX_TAG_KEY && TAG_KEY.test(key)
}

function plainText(json: string): string {
  if (!json.startsWith('"')) return json
  const value = parseJson(json)
  return typeof value === 'string' ? value : json
}
