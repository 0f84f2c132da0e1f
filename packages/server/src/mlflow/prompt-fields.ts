import { ClewError, type JsonValue } from '@clew/model'
import { noVersion } from '../prompts/document.ts'
import { IS_PROMPT, PROMPT_TEXT, type Prompt, type PromptVersion } from '../prompts/prompt.ts'
import { checkTagKey, refuseOtherPath } from './tag-key.ts'

/** Characters of a name, as wide as MLflow's column. */
const MAX_NAME = 256
/** Characters of a tag's value, and so of a template. */
const MAX_VALUE = 100_000
const MAX_DESCRIPTION = 5000
/** Tags of one prompt or version, and aliases of one prompt. */
const MAX_ENTRIES = 1000
const MAX_ALIAS = 255

/** MLflow's registered model. @param latest the newest version, if there is one */
export function promptJson(prompt: Prompt, latest: PromptVersion | undefined): JsonValue {
  return {
    name: prompt.name,
    creation_timestamp: prompt.createdMs,
    last_updated_timestamp: prompt.updatedMs,
    ...(prompt.description !== '' && { description: prompt.description }),
    ...(latest !== undefined && { latest_versions: [versionJson(latest, [])] }),
    ...(prompt.tags.size > 0 && { tags: pairs(prompt.tags) }),
    ...(prompt.aliases.size > 0 && {
      aliases: [...prompt.aliases].map(([alias, version]) => ({ alias, version: String(version) })),
    }),
  }
}

/** MLflow's model version. */
export function versionJson(version: PromptVersion, aliases: readonly string[]): JsonValue {
  return {
    name: version.name,
    version: String(version.version),
    creation_timestamp: version.createdMs,
    last_updated_timestamp: version.updatedMs,
    current_stage: 'None',
    description: version.description,
    source: version.source,
    run_id: '',
    status: 'READY',
    ...(version.tags.size > 0 && { tags: pairs(version.tags) }),
    run_link: '',
    ...(aliases.length > 0 && { aliases }),
  }
}

/** Refuses a name in MLflow's words (`_validate_model_name`). */
export function promptName(name: string): string {
  if (name.trim() === '') throw refusal("Missing value for required parameter 'name'.")
  if (/[/:]/.test(name)) throw refusal(`Invalid model name '${name}'. Names cannot contain '/' or ':'.`)
  refuseOtherPath('name', name)
  if (name.length > MAX_NAME) throw tooLong('name', MAX_NAME)
  return name
}

/** The number of a version. One that no version can have is one nobody has. */
export function versionNumber(name: string, version: string): number {
  if (!/^-?\d+$/.test(version)) throw refusal(`Parameter 'version' must be an integer, got '${version.slice(0, 100)}'.`)
  const number = Number(version)
  if (number < 1 || !Number.isSafeInteger(number)) throw noVersion(name, version.slice(0, 100))
  return number
}

/** Refuses an alias in MLflow's words (`_validate_model_alias_name`). */
export function aliasName(alias: string): string {
  if (!/^[\p{L}\p{N}_-]*$/u.test(alias)) {
    const rule = 'Names may only contain alphanumerics, underscores (_), and dashes (-).'
    throw refusal(`Invalid alias name: '${alias.slice(0, MAX_ALIAS)}'. ${rule}`)
  }
  if (alias.length > MAX_ALIAS) throw tooLong('Registered model alias name', MAX_ALIAS)
  return alias
}

/** `latest` always is the newest version, and `v1` the first. */
export function refuseReservedAlias(alias: string): void {
  if (isLatest(alias)) throw refusal("'latest' alias name (case insensitive) is reserved.")
  if (/^v\d+$/i.test(alias)) throw refusal(`Version alias name '${alias}' is reserved.`)
}

export function isLatest(alias: string): boolean {
  return alias.toLowerCase() === 'latest'
}

export function checkDescription(description: string): string {
  if (description.length > MAX_DESCRIPTION) throw tooLong('description', MAX_DESCRIPTION)
  return description
}

/** The old tags and the new ones, each checked as MLflow does. */
export function withTags(
  old: ReadonlyMap<string, string>,
  added: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  for (const [key, value] of added) {
    checkTagKey(key)
    if (value.length <= MAX_VALUE) continue
    if (key === PROMPT_TEXT) throw refusal(`Prompt text exceeds max length of ${MAX_VALUE} characters.`)
    throw tooLong('value', MAX_VALUE)
  }
  return bounded('tags', new Map([...old, ...added]))
}

/** Clients say by a tag that they mean a prompt; without it they mean a model. */
export function requirePrompt(name: string, tags: ReadonlyMap<string, string>): void {
  if (tags.get(IS_PROMPT) === 'true') return
  throw new ClewError('NOT_IMPLEMENTED', `Clew keeps prompts, not models: '${name}' lacks the tag ${IS_PROMPT}.`)
}

/** A tag or an alias that is not there need not be deleted. */
export function without<Value>(entries: ReadonlyMap<string, Value>, key: string): ReadonlyMap<string, Value> {
  const rest = new Map(entries)
  rest.delete(key)
  return rest
}

export function bounded<Value>(what: string, entries: ReadonlyMap<string, Value>): ReadonlyMap<string, Value> {
  if (entries.size <= MAX_ENTRIES) return entries
  throw refusal(`There can be at most ${MAX_ENTRIES} ${what}.`)
}

export function refusal(message: string): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', message)
}

function tooLong(what: string, limit: number): ClewError {
  return refusal(`'${what}' exceeds the maximum length of ${limit} characters`)
}

function pairs(map: ReadonlyMap<string, string>): JsonValue {
  return [...map].map(([key, value]) => ({ key, value }))
}
