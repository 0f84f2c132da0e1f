import {
  parseRecordFilter,
  parseRecordOrderBy,
  type RecordComparison,
  type RecordFields,
  type RecordOrder,
  recordTest,
} from '@clew/model'
import type { DocumentOrder, DocumentQuery } from '../documents/document.ts'
import { ALL_PROMPTS } from '../prompts/document.ts'
import { IS_PROMPT, type Prompt, type PromptVersion } from '../prompts/prompt.ts'
import { refusal } from './prompt-fields.ts'

/** Which documents to search, in which order. */
export type Selection<T> = Pick<DocumentQuery<T>, 'groups' | 'matches'> & {
  readonly order: readonly DocumentOrder<T>[]
}

/** @returns `undefined` when the filter is about models, of which there are none */
export function promptSelection(filter: string, orderBy: readonly string[]): Selection<Prompt> | undefined {
  const comparisons = parseRecordFilter(filter, PROMPT_FIELDS)
  const orders = parseRecordOrderBy(orderBy, PROMPT_ORDERS)
  if (!asksForPrompts(comparisons)) return undefined
  const matches = recordTest(comparisons, { tagsOf: ({ tags }: Prompt) => tags, attributeOf: ({ name }) => name })
  // Prompts are in the order of their names already.
  const order = isJust(orders, 'name', 'asc') ? [] : orders
  return {
    groups: [ALL_PROMPTS],
    matches,
    order: order.map(({ name, direction }) => ({ name, direction, of: (prompt) => promptValue(prompt, name) })),
  }
}

/**
 * @returns `undefined` when the filter is about models
 * @throws ClewError INVALID_PARAMETER_VALUE for a filter that names no prompt
 */
export function versionSelection(filter: string, orderBy: readonly string[]): Selection<PromptVersion> | undefined {
  const comparisons = parseRecordFilter(filter, VERSION_FIELDS)
  const orders = parseRecordOrderBy(orderBy, VERSION_ORDERS)
  if (!asksForPrompts(comparisons)) return undefined
  const groups = comparisons.map(namesIn).find((names) => names !== undefined)
  if (groups === undefined) throw refusal("Versions are searched prompt by prompt: add name = '…' or name IN ('…').")
  const matches = recordTest(comparisons, { tagsOf: ({ tags }: PromptVersion) => tags, attributeOf: versionAttribute })
  // The versions of one prompt are newest first already.
  const isNatural = groups.length === 1 && (orders.length === 0 || isJust(orders, 'version_number', 'desc'))
  const order = isNatural ? [] : [...orders, ...TIE_BREAKERS]
  return {
    groups,
    matches,
    order: order.map(({ name, direction }) => ({ name, direction, of: (version) => versionValue(version, name) })),
  }
}

const PROMPT_FIELDS: RecordFields<'name'> = { texts: ['name'], numbers: [], listed: ['name'] }
const PROMPT_ORDERS = ['creation_timestamp', 'last_updated_timestamp', 'name', 'timestamp'] as const

type VersionAttribute = 'name' | 'run_id' | 'source_path' | 'version_number'

const VERSION_FIELDS: RecordFields<VersionAttribute> = {
  texts: ['name', 'run_id', 'source_path'],
  numbers: ['version_number'],
  listed: ['name', 'run_id'],
}
const VERSION_ORDERS = ['creation_timestamp', 'last_updated_timestamp', 'name', 'version_number'] as const
const TIE_BREAKERS = [
  { name: 'name', direction: 'asc' },
  { name: 'version_number', direction: 'desc' },
] as const

/** A search finds models unless its filter asks for prompts, which clients do by this tag. */
function asksForPrompts(comparisons: readonly RecordComparison<string>[]): boolean {
  return comparisons.some(({ field }) => field.entity === 'tag' && field.key === IS_PROMPT)
}

function namesIn({ field, operator, value }: RecordComparison<VersionAttribute>): readonly string[] | undefined {
  if (field.entity !== 'attribute' || field.name !== 'name') return undefined
  if (operator === '=' && value.type === 'text') return [value.text]
  return operator === 'IN' && value.type === 'list' ? value.texts : undefined
}

function isJust(orders: readonly RecordOrder<string>[], name: string, direction: 'asc' | 'desc'): boolean {
  return orders.length === 1 && orders[0]?.name === name && orders[0].direction === direction
}

function promptValue(prompt: Prompt, name: (typeof PROMPT_ORDERS)[number]): string | number {
  if (name === 'name') return prompt.name
  return name === 'creation_timestamp' ? prompt.createdMs : prompt.updatedMs
}

/** A prompt has no run. */
function versionAttribute(version: PromptVersion, name: VersionAttribute): string | number | undefined {
  if (name === 'name') return version.name
  if (name === 'source_path') return version.source
  return name === 'version_number' ? version.version : undefined
}

function versionValue(version: PromptVersion, name: (typeof VERSION_ORDERS)[number]): string | number {
  if (name === 'name') return version.name
  if (name === 'version_number') return version.version
  return name === 'creation_timestamp' ? version.createdMs : version.updatedMs
}
