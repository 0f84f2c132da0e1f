import { ClewError } from '@clew/model'
import type { DocumentKind } from '../documents/document.ts'
import type { Prompt, PromptVersion } from './prompt.ts'

/** Prompts by name. */
export const promptKind: DocumentKind<Prompt> = {
  name: 'prompt',
  keyOf: (prompt) => prompt.name,
  groupOf: () => ALL_PROMPTS,
  placeOf: () => 0,
  write: (prompt) => JSON.stringify({ ...prompt, tags: [...prompt.tags], aliases: [...prompt.aliases] }),
  read(text) {
    const document = JSON.parse(text) as PromptDocument
    return { ...document, tags: new Map(document.tags), aliases: new Map(document.aliases) }
  },
  missing: (name) => new ClewError('RESOURCE_DOES_NOT_EXIST', `Registered Model with name=${name} not found`),
  taken: ({ name }) => new ClewError('RESOURCE_ALREADY_EXISTS', `Prompt (name=${name}) already exists.`),
}

/** The one group prompts are in. */
export const ALL_PROMPTS = 'all'

/** Versions of a prompt, newest first. */
export const versionKind: DocumentKind<PromptVersion> = {
  name: 'prompt-version',
  keyOf: ({ name, version }) => versionKey(name, version),
  groupOf: ({ name }) => name,
  placeOf: ({ version }) => -version,
  write: (version) => JSON.stringify({ ...version, tags: [...version.tags] }),
  read(text) {
    const document = JSON.parse(text) as VersionDocument
    return { ...document, tags: new Map(document.tags) }
  },
  missing(key) {
    const at = key.lastIndexOf('/')
    return noVersion(key.slice(0, at), key.slice(at + 1))
  },
  taken: ({ name, version }) =>
    new ClewError('RESOURCE_ALREADY_EXISTS', `Model Version (name=${name}, version=${version}) already exists.`),
}

/** Names have no slash, so no two versions share a key. */
export function versionKey(name: string, version: number): string {
  return `${name}/${version}`
}

export function noVersion(name: string, version: string | number): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Model Version (name=${name}, version=${version}) not found`)
}

interface PromptDocument extends Omit<Prompt, 'tags' | 'aliases'> {
  readonly tags: readonly (readonly [string, string])[]
  readonly aliases: readonly (readonly [string, number])[]
}

interface VersionDocument extends Omit<PromptVersion, 'tags'> {
  readonly tags: readonly (readonly [string, string])[]
}
