import type { Comparison, Field } from '../search/ast.ts'
import { FilterError } from '../search/filter-error.ts'
import { printList, printString } from '../search/python-text.ts'
import { type Path, type Token, tokenize } from '../search/tokens.ts'
import { readQuoted } from '../search/values.ts'
import type { RowField, RowFilter } from './metric-store.ts'
import type { MetricView } from './metric-views.ts'

/** One clause of a metric query: it is about the trace, or about the span or assessment that is measured. */
export type MetricFilter =
  | { readonly about: 'trace'; readonly comparison: Comparison }
  | { readonly about: 'row'; readonly filter: RowFilter }

/** Characters of one filter. A filter is one comparison. */
export const MAX_METRIC_FILTER_LENGTH = 16_384

/**
 * Reads one of the `filters` of MLflow's metrics: `trace.status = 'OK'`, `trace.tag.<key> = '…'`,
 * `trace.metadata.<key> = '…'`, `span.name|status|type = '…'`, `assessment.name|type = '…'`. Keys may stand in back-ticks,
 * values in single or double quotes.
 *
 * @throws FilterError with MLflow's wording
 */
export function parseMetricFilter(text: string, view: MetricView): MetricFilter {
  const all = { start: 0, end: text.length }
  if (text.length > MAX_METRIC_FILTER_LENGTH) {
    throw new FilterError(`A filter is at most ${MAX_METRIC_FILTER_LENGTH} characters long.`, all)
  }
  if (text !== '' && text.trim() === '') throw new FilterError(`Invalid filter '${text}'. Could not be parsed.`, all)
  const { field, operator, value } = onlyComparison(text)
  const { entity, name, key } = resolve(field)
  if (operator.text !== '=') {
    throw new FilterError(`Invalid comparator: '${operator.text}', only '=' operator is supported`, operator)
  }
  if (value.kind === 'number') {
    const message = `Expected a quoted string value for ${name} value (e.g. 'my-value'). Got value ${value.text}`
    throw new FilterError(message, value)
  }
  const literal = readQuoted(value)
  if (entity === 'trace') {
    const of: Field = name === 'status' ? { entity: 'attribute', name } : { entity: keyedEntity(name), key }
    return { about: 'trace', comparison: { type: 'comparison', field: of, operator: '=', value: literal } }
  }
  if (VIEW_OF[entity] !== view) {
    const message = `Filtering by ${entity} is only supported for ${VIEW_OF[entity]} view type, got ${view}`
    throw new FilterError(message, field)
  }
  return {
    about: 'row',
    filter: { field: rowField(entity, name), text: literal.type === 'text' ? literal.text : '' },
  }
}

interface MetricComparison {
  readonly field: Path
  readonly operator: Token
  readonly value: Token
}

function onlyComparison(text: string): MetricComparison {
  const tokens = tokenize(text)
  const second = tokens[tokens.findIndex(({ kind }) => kind === ';') + 1]
  if (tokens.some(({ kind }) => kind === ';') && second !== undefined) {
    const message = `Search filter contained multiple expression ${printString(text)}. Provide AND-ed expression list.`
    throw new FilterError(message, second)
  }
  const comparisons: MetricComparison[] = []
  const stray: string[] = []
  for (let at = 0; at < tokens.length; ) {
    const [field, operator, value] = tokens.slice(at, at + 3)
    if (isOperand(field) && isComparing(operator) && isOperand(value)) {
      if (field.kind !== 'path') {
        throw new FilterError(`Invalid comparison clause. Expected 'Identifier' found '${field.text}'`, field)
      }
      comparisons.push({ field, operator, value })
      at += 3
    } else if (field !== undefined) {
      const length = field.kind === '(' ? groupLength(tokens, at) : 1
      stray.push(text.slice(field.start, tokens[at + length - 1]?.end))
      at += length
    }
  }
  const all = { start: 0, end: text.length }
  if (stray.length > 0) throw new FilterError(`Invalid clause(s) in filter string: ${stray.join(', ')}`, all)
  const [only, ...others] = comparisons
  if (only !== undefined && others.length === 0) return only
  const message = `Invalid filter: '${text}'. Expected one filter clause.`
  throw new FilterError(message, all)
}

/** How many tokens stand from a parenthesis to the one that closes it, or to the end. */
function groupLength(tokens: readonly Token[], at: number): number {
  let depth = 0
  let length = 0
  for (let kind = tokens[at]?.kind; kind !== undefined; kind = tokens[at + length]?.kind) {
    if (kind === '(') depth++
    if (kind === ')') depth--
    length++
    if (depth === 0) break
  }
  return length
}

/** Words that compare in SQL, so that they are refused as comparators and not as strangers. */
const COMPARING_WORDS = new Set(['LIKE', 'ILIKE', 'RLIKE', 'REGEXP'])
const WORDS = new Set([...COMPARING_WORDS, 'AND', 'OR', 'NOT', 'IN', 'IS', 'NULL'])

function isComparing(token: Token | undefined): token is Token {
  return token?.kind === 'operator' || (token?.kind === 'path' && COMPARING_WORDS.has(token.word ?? ''))
}

function isOperand(token: Token | undefined): token is Token {
  if (token?.kind === 'path') return !WORDS.has(token.word ?? '')
  return token?.kind === 'string' || token?.kind === 'number'
}

type Entity = 'trace' | 'span' | 'assessment'

/** The names each entity has. */
const NAMES: Readonly<Record<Entity, readonly string[]>> = {
  trace: ['status', 'tag', 'metadata'],
  span: ['name', 'status', 'type'],
  assessment: ['name', 'type'],
}
const KEYED: readonly string[] = ['tag', 'metadata']
const VIEW_OF = { span: 'SPANS', assessment: 'ASSESSMENTS' } as const

function resolve(field: Path): { entity: Entity; name: string; key: string } {
  const [first = '', name, ...rest] = field.segments
  if (name === undefined) {
    const help = "Columns should be specified as 'trace.<key>', 'span.<key>', 'assessment.<key>'."
    throw new FilterError(`Invalid identifier '${first}'. ${help}`, field)
  }
  const entity = (['trace', 'span', 'assessment'] as const).find((known) => known === first)
  if (entity === undefined) {
    const message = `Invalid view type '${first}'. Valid values are dict_keys(['trace', 'span', 'assessment'])`
    throw new FilterError(message, field)
  }
  if (!NAMES[entity].includes(name)) {
    const valid = `Valid entities are ${printList(NAMES[entity])}`
    throw new FilterError(`Invalid entity '${name}' specified for view type '${entity}'. ${valid}`, field)
  }
  const isKeyed = KEYED.includes(name)
  if (isKeyed && rest.length === 0) {
    throw new FilterError(`Filtering by ${name} requires a key, e.g. 'trace.${name}.<key> = <value>'`, field)
  }
  if (!isKeyed && rest.length > 0) {
    throw new FilterError(`Filtering by ${name} does not require a key, use '${entity}.${name}' instead`, field)
  }
  return { entity, name, key: rest.join('.') }
}

function keyedEntity(name: string): 'tag' | 'metadata' {
  return name === 'tag' ? 'tag' : 'metadata'
}

function rowField(entity: 'span' | 'assessment', name: string): RowField {
  if (entity === 'assessment') return name === 'name' ? 'assessment_name' : 'assessment_type'
  return name === 'name' ? 'span_name' : name === 'type' ? 'span_type' : 'span_status'
}
