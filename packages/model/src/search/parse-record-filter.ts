import type { Literal, Operator, RecordComparison, RecordOrder } from './ast.ts'
import { type Clause, parseClauses, type RawComparison } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { readOrder, refuseRepeats } from './parse-order.ts'
import { printList, printSet } from './python-text.ts'
import type { Token } from './tokens.ts'
import { readList, readNumber, readQuoted } from './values.ts'

/** Which attributes a kind of record has. */
export interface RecordFields<Name extends string> {
  readonly texts: readonly Name[]
  readonly numbers: readonly Name[]
  /** Those of `texts` that IN and NOT IN are for. */
  readonly listed: readonly Name[]
}

/**
 * Reads a filter over records other than traces: comparisons joined by AND, as MLflow has them. The empty text means
 * everything.
 *
 * @throws FilterError with MLflow's wording
 */
export function parseRecordFilter<Name extends string>(
  text: string,
  fields: RecordFields<Name>,
): RecordComparison<Name>[] {
  const clause = parseClauses(text)
  return clause === undefined ? [] : comparisonsOf(clause, text, fields)
}

/** Reads `order_by` of a search for records other than traces. */
export function parseRecordOrderBy<Name extends string>(
  entries: readonly string[],
  names: readonly Name[],
): RecordOrder<Name>[] {
  const orders = entries.map((entry) => {
    const { path, direction } = readOrder(entry)
    const { entity, key } = splitPath(path)
    if (entity !== 'attribute') throw new FilterError(`Invalid order_by entity: ${entity}`, path)
    return { name: attributeOf(path, key, names), direction }
  })
  refuseRepeats(
    entries,
    orders.map((order) => order.name),
  )
  return orders
}

const TAG_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL']
const TEXT_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IN', 'NOT IN']
const NUMBER_OPERATORS: readonly Operator[] = ['>', '>=', '!=', '=', '<', '<=']

function comparisonsOf<Name extends string>(
  clause: Clause,
  text: string,
  fields: RecordFields<Name>,
): RecordComparison<Name>[] {
  if (clause.type === 'comparison') return [comparisonOf(clause, fields)]
  if (clause.type === 'and') return clause.operands.flatMap((operand) => comparisonsOf(operand, text, fields))
  const message = `Invalid clause(s) in filter string: this filter knows no ${clause.type.toUpperCase()}`
  throw new FilterError(message, { start: 0, end: text.length })
}

function comparisonOf<Name extends string>(raw: RawComparison, fields: RecordFields<Name>): RecordComparison<Name> {
  const { entity, key } = splitPath(raw.field)
  if (entity === 'tag') {
    const value = readTagValue(raw)
    return { field: { entity, key }, operator: operatorOf(raw, TAG_OPERATORS), value }
  }
  const name = attributeOf(raw.field, key, [...fields.numbers, ...fields.texts])
  const isNumeric = fields.numbers.includes(name)
  const value = isNumeric ? readNumericValue(raw, name) : readTextValue(raw, name, fields.listed)
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

function readTextValue(raw: RawComparison, name: string, listed: readonly string[]): Literal {
  refuseNull(raw, name)
  const { value } = raw
  if (value?.kind === 'list') {
    if (listed.includes(name)) return readList(value)
    const message = `Only ${printList(listed)} attributes support comparison with a list of quoted string values.`
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

function attributeOf<Name extends string>(path: Token, key: string, names: readonly Name[]): Name {
  const name = names.find((attribute) => attribute === key)
  if (name !== undefined) return name
  throw new FilterError(`Invalid attribute key '${key}' specified. Valid keys are '${printSet(names)}'`, path)
}
