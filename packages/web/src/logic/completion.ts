import type { TraceRow } from '@clew/model'
import { TraceMetadataKey } from '@clew/model'

/** What may be typed at the caret, and the text it replaces. */
export interface Completion {
  readonly title: string
  readonly from: number
  readonly to: number
  readonly options: readonly CompletionOption[]
}

export interface CompletionOption {
  readonly insert: string
  readonly note?: string
}

const MAX_OPTIONS = 9

const FIELDS: readonly CompletionOption[] = [
  { insert: 'status', note: 'state of the trace' },
  { insert: 'name', note: 'name of the trace' },
  { insert: 'execution_time_ms', note: 'duration' },
  { insert: 'timestamp_ms', note: 'start, ms since 1970' },
  { insert: 'span.name', note: 'of any span' },
  { insert: 'span.type', note: 'of any span' },
  { insert: 'span.status', note: 'of any span' },
  { insert: 'span.content', note: 'inputs and outputs' },
  { insert: 'span.attributes.', note: 'attribute of a span' },
  { insert: 'tag.', note: 'tag of the trace' },
  { insert: 'metadata.', note: 'metadata of the trace' },
  { insert: 'feedback.', note: 'assessment' },
  { insert: 'expectation.', note: 'assessment' },
  { insert: 'trace.text', note: 'anything in the trace' },
  { insert: 'run_id', note: 'of a run' },
  { insert: 'client_request_id', note: 'of the application' },
  { insert: 'request_id', note: 'trace id' },
]

const NUMERIC = new Set(['execution_time_ms', 'timestamp_ms', 'end_time_ms'])
const TEXT_OPERATORS = ["= ''", "!= ''", "LIKE '%%'", "ILIKE '%%'", "IN ('')"]
const NUMERIC_OPERATORS = ['> ', '>= ', '< ', '<= ', '= ']
const SPAN_TYPES = ['LLM', 'CHAT_MODEL', 'AGENT', 'TOOL', 'RETRIEVER', 'RERANKER', 'EMBEDDING', 'CHAIN', 'PARSER']

const TOKEN = /'[^']*'?|"[^"]*"?|`[^`]*`?|[\w.\-$@:/[\]]+(?:`[^`]*`?|"[^"]*"?)?|[<>!=]+|[(),]|\s+/g
const OPERATOR = /^(=|!=|<|<=|>|>=|<>|like|ilike|rlike|in|is)$/i

/**
 * What completes a filter at the caret: a field, an operator, an observed value, or AND. `undefined` when there is
 * nothing to offer.
 *
 * @param rows the rows on screen: where values, tag keys and names are observed
 */
export function completeFilter(text: string, caret: number, rows: readonly TraceRow[]): Completion | undefined {
  const { word, from, previous, field } = readUpTo(text.slice(0, caret))
  // The other quote of a word being typed goes with it.
  const to = /^['"]/.test(word) && text[caret] === word[0] ? caret + 1 : caret
  if (previous === 'value') return offer('combine', { word, from, to }, [{ insert: 'AND ' }, { insert: 'OR ' }])
  if (previous === 'field') {
    const operators = NUMERIC.has(field) ? NUMERIC_OPERATORS : TEXT_OPERATORS
    return offer(
      'operator',
      { word, from, to },
      operators.map((insert) => ({ insert })),
    )
  }
  if (previous === 'operator') {
    const values = observedValues(field, rows)
    return offer(`${field}, observed values`, { word: word.replace(/^['"]/, ''), from, to }, values)
  }
  return offer('field', { word, from, to }, [...FIELDS, ...observedKeys(rows)])
}

/** Examples for an empty result and the help, each a whole filter. */
export const FILTER_EXAMPLES: readonly (readonly [filter: string, meaning: string])[] = [
  ["status = 'ERROR'", 'traces that failed'],
  ['execution_time_ms > 5000', 'slower than five seconds'],
  ["name LIKE '%agent%'", 'by part of the name'],
  ["span.type = 'TOOL' AND span.status = 'ERROR'", 'a tool failed inside'],
  ["tag.env = 'prod'", 'by a tag'],
]

interface Position {
  readonly word: string
  readonly from: number
  readonly previous: 'start' | 'field' | 'operator' | 'value'
  readonly field: string
}

/** Where in a comparison the text ends. */
function readUpTo(text: string): Position {
  const tokens = text.match(TOKEN) ?? []
  const last = tokens.at(-1) ?? ''
  const isOpen = last !== '' && !/^\s+$/.test(last) && !/^[(),]$/.test(last) && !OPERATOR.test(last)
  let previous: Position['previous'] = 'start'
  let field = ''
  for (const token of isOpen ? tokens.slice(0, -1) : tokens) {
    if (/^\s+$/.test(token) || token === ',' || token === '(') continue
    if (/^(and|or)$/i.test(token)) previous = 'start'
    else if (/^not$/i.test(token)) continue
    else if (OPERATOR.test(token)) previous = 'operator'
    else if (previous === 'start') {
      previous = 'field'
      field = token
    } else previous = 'value'
  }
  const word = isOpen ? last : ''
  return { word, from: text.length - word.length, previous, field }
}

function offer(
  title: string,
  at: { word: string; from: number; to: number },
  options: readonly CompletionOption[],
): Completion | undefined {
  const word = at.word.toLowerCase()
  const rank = ({ insert }: CompletionOption) => insert.toLowerCase().replace(/^'/, '').indexOf(word)
  const fitting = options.filter((option) => rank(option) >= 0 && option.insert !== at.word)
  if (fitting.length === 0) return undefined
  const sorted = fitting.toSorted((a, b) => Math.min(rank(a), 1) - Math.min(rank(b), 1))
  return { title, from: at.from, to: at.to, options: sorted.slice(0, MAX_OPTIONS) }
}

function observedKeys(rows: readonly TraceRow[]): readonly CompletionOption[] {
  const keys = new Set(rows.flatMap(({ tags }) => tags.map(([key]) => key)))
  const names = new Set(
    rows.flatMap(({ assessments }) => assessments.map(({ kind, name }) => `${kind}.${quoteKey(name)}`)),
  )
  return [...[...keys].map((key) => ({ insert: `tag.${quoteKey(key)}` })), ...[...names].map((insert) => ({ insert }))]
}

function observedValues(field: string, rows: readonly TraceRow[]): readonly CompletionOption[] {
  const values = fixedValues(field) ?? countValues(rows, (row) => observedIn(row, field))
  return values.map(({ insert, note }) => ({ insert: quoteValue(insert), ...(note === undefined ? {} : { note }) }))
}

function fixedValues(field: string): readonly CompletionOption[] | undefined {
  if (field === 'status') return [{ insert: 'OK' }, { insert: 'ERROR' }, { insert: 'IN_PROGRESS' }]
  if (field === 'span.status') return [{ insert: 'OK' }, { insert: 'ERROR' }, { insert: 'UNSET' }]
  return field === 'span.type' ? SPAN_TYPES.map((insert) => ({ insert })) : undefined
}

function observedIn(row: TraceRow, field: string): string | undefined {
  if (field === 'name') return row.name
  if (field.includes(TraceMetadataKey.session)) return row.session
  if (field.includes(TraceMetadataKey.user)) return row.user
  const key = /^tags?\.[`"]?(.*?)[`"]?$/.exec(field)?.[1]
  return row.tags.find(([name]) => name === key)?.[1]
}

function countValues(rows: readonly TraceRow[], read: (row: TraceRow) => string | undefined) {
  const counts = new Map<string, number>()
  for (const row of rows) {
    const value = read(row)
    if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1])
  return sorted.map(([insert, count]) => ({ insert, note: `${count} on screen` }))
}

function quoteKey(key: string): string {
  return /^[\w-]+$/.test(key) ? key : `\`${key}\``
}

/** The grammar has no escape: a value with one kind of quote stands in the other. */
export function quoteValue(value: string): string {
  return value.includes("'") ? `"${value}"` : `'${value}'`
}
