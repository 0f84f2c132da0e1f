import type { Comparison, Filter, Literal, Operator } from './ast.ts'
import { type Clause, parseClauses, type RawComparison } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { printSet } from './python-text.ts'
import { checkPattern } from './regex.ts'
import { type Entity, resolveField } from './trace-fields.ts'
import { readList, readNumber, readQuoted } from './values.ts'

/**
 * Reads a filter over traces: MLflow's language (`mlflow.search_traces(filter_string=…)`, of 3.17.2) and, besides, OR,
 * NOT and parentheses, bare `text`, and operators in lower case on span fields.
 *
 * Better than MLflow and therefore different: `tag.name` and the like are the tag `name` (MLflow takes them for the
 * trace's name), back-ticks and double quotes work around any part of a key, `issue.name` compares the name, and
 * a text that is no number is refused for a numeric attribute.
 *
 * @returns `undefined` for the empty text, which means everything
 * @throws FilterError (`INVALID_PARAMETER_VALUE`), with MLflow's message where MLflow refuses the filter too
 */
export function parseFilter(text: string): Filter | undefined {
  const clause = parseClauses(text)
  return clause === undefined ? undefined : filterOf(clause)
}

function filterOf(clause: Clause): Filter {
  switch (clause.type) {
    case 'comparison':
      return comparisonOf(clause)
    case 'not':
      return { type: 'not', operand: filterOf(clause.operand) }
    default:
      return { type: clause.type, operands: clause.operands.map(filterOf) }
  }
}

function comparisonOf(raw: RawComparison): Comparison {
  const { field, entity, key } = resolveField(raw.field)
  const value = readValue(raw, entity, key)
  const operator = readOperator(raw, entity, key)
  if (entity === 'attribute' && key === 'prompt') checkPrompt(raw, value)
  if (operator === 'RLIKE' && value.type === 'text' && raw.value !== undefined) checkPattern(value.text, raw.value)
  return { type: 'comparison', field, operator, value }
}

function readValue(raw: RawComparison, entity: Entity, key: string): Literal {
  const { value, operator } = raw
  if (value === undefined) return { type: 'none' }
  const isJudged = entity === 'feedback' || entity === 'expectation'
  if (isJudged && ORDERING.has(operator)) {
    const number = value.kind === 'number' ? readNumber(value) : undefined
    if (number !== undefined) return number
    const message = `Expected a numeric value for ${entity} when using comparator '${operator}'. Got value ${value.text}`
    throw new FilterError(message, value)
  }
  if (entity === 'attribute') return readAttributeValue(raw, key)
  if (value.kind === 'list' && (entity === 'tag' || entity === 'span')) return readList(value)
  if (value.kind === 'list' || value.kind === 'number' || (value.kind === 'path' && value.word === 'NULL')) {
    const message = `Expected a quoted string value for ${entity} (e.g. 'my-value'). Got value ${value.text}`
    throw new FilterError(message, value)
  }
  return readQuoted(value)
}

function readAttributeValue(raw: RawComparison, key: string): Literal {
  const { value } = raw
  if (value === undefined) return { type: 'none' }
  if (value.kind === 'list') {
    if (LISTED.includes(key)) return readList(value)
    const message = `Only attributes in ${printSet(LISTED)} supports comparison with a list of quoted string values.`
    throw new FilterError(message, value)
  }
  if (value.kind === 'path' && value.word === 'NULL') {
    const message = `Expected a quoted string value or a list of quoted string values for attributes. Got value ${value.text}`
    throw new FilterError(message, value)
  }
  if (!NUMERIC.includes(key)) {
    if (value.kind !== 'number') return readQuoted(value)
    const message = `Only the '${printSet(NUMERIC)}' attributes support comparison with numeric values.`
    throw new FilterError(message, value)
  }
  const number = readNumber(value)
  if (number !== undefined) return number
  const quoted = readQuoted(value)
  if (!NUMBER_OPERATORS.some((name) => name === raw.operator)) return quoted // refused as operator
  throw new FilterError(`Expected a numeric value for attribute '${key}'. Got value ${value.text}`, value)
}

function readOperator(raw: RawComparison, entity: Entity, key: string): Operator {
  const rule = operatorsOf(entity, key)
  const operator = rule.operators.find((name) => name === raw.operator)
  const isList = operator === 'IN' || operator === 'NOT IN'
  if (operator !== undefined && raw.value?.kind === 'list' && !isList) {
    throw new FilterError(`Expected a quoted string value for '${operator}'. Got value ${raw.value.text}`, raw.value)
  }
  if (operator !== undefined) return operator
  throw new FilterError(rule.message(raw.operator), raw.operatorRange)
}

interface OperatorRule {
  readonly operators: readonly Operator[]
  readonly message: (operator: string) => string
}

const ORDERING: ReadonlySet<string> = new Set(['<', '<=', '>', '>='])
const MATCHING = ['=', '!=', 'LIKE', 'ILIKE', 'RLIKE'] as const
const LISTS = ['IN', 'NOT IN'] as const
const NULLS = ['IS NULL', 'IS NOT NULL'] as const
const ORDERED = ['<', '<=', '>', '>='] as const
const NUMBER_OPERATORS = ['=', '!=', ...ORDERED] as const

const LISTED = ['client_request_id', 'name', 'request_id', 'run_id', 'status']
const NUMERIC = ['end_time', 'end_time_ms', 'execution_time', 'execution_time_ms', 'timestamp', 'timestamp_ms']

/** Which operators a field takes, and what MLflow says to any other (its quotes do not always close). */
function operatorsOf(entity: Entity, key: string): OperatorRule {
  if (entity === 'attribute') return attributeOperators(key)
  if (entity === 'feedback' || entity === 'expectation') {
    return named([...MATCHING, ...ORDERED, ...NULLS], `assessment.${key}`)
  }
  if (entity === 'issue') return named(key === 'id' ? ['='] : MATCHING, `issue.${key}`)
  if (entity === 'span') return named(key === 'content' ? ['ILIKE', 'LIKE'] : [...MATCHING, ...LISTS], `span.${key}`)
  return keyedOperators(entity === 'tag' ? '' : "'")
}

function attributeOperators(key: string): OperatorRule {
  if (key === 'prompt') {
    const help = 'for prompts filter. Only \'=\' is supported with format: prompt = "name/version"'
    return { operators: ['='], message: (operator) => `Invalid comparator '${operator}' ${help}` }
  }
  if (key === 'text') return named(['ILIKE', 'LIKE'], 'span.content')
  if (key === 'name') return keyedOperators('')
  if (key === 'run_id') return keyedOperators("'")
  const isNumeric = NUMERIC.includes(key)
  const texts = [...MATCHING, ...LISTS]
  const message = (operator: string) =>
    `Invalid comparator '${operator}' not one of '${printSet(texts)}${isNumeric ? '' : "'"}`
  return { operators: isNumeric ? NUMBER_OPERATORS : texts, message }
}

function keyedOperators(close: string): OperatorRule {
  const operators = [...MATCHING, ...NULLS]
  return {
    operators,
    message: (operator) => `Invalid comparator '${operator}' not one of '${printSet(operators)}${close}`,
  }
}

function named(operators: readonly Operator[], name: string): OperatorRule {
  return { operators, message: (operator) => `${name} comparator '${operator}' not one of '${printSet(operators)}'` }
}

function checkPrompt(raw: RawComparison, value: Literal): void {
  if (value.type === 'text' && value.text.split('/').length === 2) return
  const text = value.type === 'text' ? value.text : (raw.value?.text ?? '')
  const message = `Invalid prompts filter value '${text}'. Expected format: prompt = "name/version"`
  throw new FilterError(message, raw.value ?? raw.field)
}
