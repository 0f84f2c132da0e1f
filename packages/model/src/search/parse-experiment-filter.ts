import type { ExperimentComparison, ExperimentOrder, Literal, Operator } from './ast.ts'
import { type Clause, parseClauses, type RawComparison } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { readOrder, refuseRepeats } from './parse-order.ts'
import { printSet } from './python-text.ts'
import type { Token } from './tokens.ts'
import { readList, readNumber, readQuoted } from './values.ts'

/**
 * Reads a filter over experiments: comparisons joined by AND, as MLflow has them. The empty text means everything.
 *
 * @throws FilterError with MLflow's wording
 */
export function parseExperimentFilter(text: string): ExperimentComparison[] {
  const clause = parseClauses(text)
  return clause === undefined ? [] : comparisonsOf(clause, text)
}

/** Reads `order_by` of a search for experiments. */
export function parseExperimentOrderBy(entries: readonly string[]): ExperimentOrder[] {
  const orders = entries.map((entry) => {
    const { path, direction } = readOrder(entry)
    const { entity, key } = splitPath(path)
    if (entity !== 'attribute') throw new FilterError(`Invalid order_by entity: ${entity}`, path)
    return { name: attributeOf(path, key), direction }
  })
  refuseRepeats(
    entries,
    orders.map((order) => order.name),
  )
  return orders
}

type AttributeName = ExperimentOrder['name']

const ATTRIBUTES: readonly AttributeName[] = ['creation_time', 'experiment_id', 'last_update_time', 'name']
const TAG_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL']
const TEXT_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IN', 'NOT IN']
const NUMBER_OPERATORS: readonly Operator[] = ['>', '>=', '!=', '=', '<', '<=']

function comparisonsOf(clause: Clause, text: string): ExperimentComparison[] {
  if (clause.type === 'comparison') return [comparisonOf(clause)]
  if (clause.type === 'and') return clause.operands.flatMap((operand) => comparisonsOf(operand, text))
  const message = `Invalid clause(s) in filter string: a filter over experiments knows no ${clause.type.toUpperCase()}`
  throw new FilterError(message, { start: 0, end: text.length })
}

function comparisonOf(raw: RawComparison): ExperimentComparison {
  const { entity, key } = splitPath(raw.field)
  if (entity === 'tag') {
    const value = readTagValue(raw)
    return { field: { entity, key }, operator: operatorOf(raw, TAG_OPERATORS), value }
  }
  const name = attributeOf(raw.field, key)
  const isNumeric = name === 'creation_time' || name === 'last_update_time'
  const value = isNumeric ? readNumericValue(raw, name) : readTextValue(raw, name)
  const operator = operatorOf(raw, isNumeric ? NUMBER_OPERATORS : TEXT_OPERATORS)
  return { field: { entity, name }, operator, value }
}

function readTagValue({ value }: RawComparison): Literal {
  if (value === undefined) return { type: 'none' }
  if (value.kind !== 'number' && value.kind !== 'list') return readQuoted(value)
  throw new FilterError(`Expected a quoted string value for tag (e.g. 'my-value'). Got value ${value.text}`, value)
}

function readNumericValue(raw: RawComparison, name: string): Literal {
  refuseNull(raw, name)
  const { value } = raw
  const number = value?.kind === 'number' ? readNumber(value) : undefined
  if (number !== undefined) return number
  const message = `Expected numeric value type for numeric attribute: ${name}. Found ${value?.text}`
  throw new FilterError(message, value ?? raw.field)
}

function readTextValue(raw: RawComparison, name: string): Literal {
  refuseNull(raw, name)
  const { value } = raw
  if (value?.kind === 'list') {
    if (name === 'experiment_id') return readList(value)
    const message = "Only ['experiment_id'] attributes support comparison with a list of quoted string values."
    throw new FilterError(message, value)
  }
  if (value !== undefined && value.kind !== 'number') return readQuoted(value)
  throw new FilterError(`Expected a quoted string value for attributes. Got value ${value?.text}`, value ?? raw.field)
}

function refuseNull(raw: RawComparison, name: string): void {
  if (raw.value !== undefined) return
  throw new FilterError(
    `IS NULL / IS NOT NULL is only supported for tags, not for attribute '${name}'`,
    raw.operatorRange,
  )
}

function operatorOf(raw: RawComparison, operators: readonly Operator[]): Operator {
  const operator = operators.find((name) => name === raw.operator)
  if (operator !== undefined) return operator
  throw new FilterError(`Invalid comparator '${raw.operator}' not one of '${printSet(operators)}`, raw.operatorRange)
}

function splitPath(path: Token): { entity: 'attribute' | 'tag'; key: string } {
  const [first = '', ...rest] = path.kind === 'path' ? path.segments : [path.text]
  if (rest.length === 0) return { entity: 'attribute', key: first }
  const key = rest.join('.')
  if (first === 'attribute') return { entity: 'attribute', key }
  if (first === 'tag' || first === 'tags') return { entity: 'tag', key }
  const message = `Invalid entity type '${first}'. Valid entity types are ('attribute', 'tag', 'tags')`
  throw new FilterError(message, path)
}

function attributeOf(path: Token, key: string): AttributeName {
  const name = ATTRIBUTES.find((attribute) => attribute === key)
  if (name !== undefined) return name
  throw new FilterError(`Invalid attribute key '${key}' specified. Valid keys are '${printSet(ATTRIBUTES)}'`, path)
}
