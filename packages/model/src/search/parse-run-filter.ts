import type { Literal, Operator } from './ast.ts'
import { type Clause, parseClauses, type RawComparison } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { readOrder, refuseRepeats } from './parse-order.ts'
import { printSet } from './python-text.ts'
import { isNumericRunField, type RunField, resolveRunField } from './run-fields.ts'
import { readList, readNumber, readQuoted } from './values.ts'

/** A filter over runs, with the OR, NOT and parentheses of the one over traces. */
export type RunFilter =
  | { readonly type: 'and' | 'or'; readonly operands: readonly RunFilter[] }
  | { readonly type: 'not'; readonly operand: RunFilter }
  | RunComparison

export interface RunComparison {
  readonly type: 'comparison'
  readonly field: RunField
  readonly operator: Operator
  readonly value: Literal
}

export interface RunOrder {
  readonly field: RunField
  /** Different for different fields. */
  readonly name: string
  readonly direction: 'asc' | 'desc'
}

/**
 * Reads a filter over runs (`mlflow.search_runs(filter_string=…)`, of 3.17.2): attributes, `metrics.<key>`, `params.<key>`,
 * `tags.<key>`, `datasets.name|digest|context`.
 *
 * @returns `undefined` for the empty text, which means everything
 * @throws FilterError with MLflow's wording
 */
export function parseRunFilter(text: string): RunFilter | undefined {
  const clause = parseClauses(text)
  return clause === undefined ? undefined : filterOf(clause)
}

/** Reads `order_by` of a search for runs. Datasets order nothing. */
export function parseRunOrderBy(entries: readonly string[]): RunOrder[] {
  const orders = entries.map((entry): RunOrder => {
    const { path, direction } = readOrder(entry)
    const field = resolveRunField(path)
    if (field.entity === 'dataset') throw new FilterError("Invalid identifier type 'dataset'", path)
    const name = `${field.entity} ${field.entity === 'attribute' ? field.name : field.key}`
    return { field, name, direction }
  })
  refuseRepeats(
    entries,
    orders.map((order) => order.name),
  )
  return orders
}

function filterOf(clause: Clause): RunFilter {
  switch (clause.type) {
    case 'comparison':
      return comparisonOf(clause)
    case 'not':
      return { type: 'not', operand: filterOf(clause.operand) }
    default:
      return { type: clause.type, operands: clause.operands.map(filterOf) }
  }
}

function comparisonOf(raw: RawComparison): RunComparison {
  const field = resolveRunField(raw.field)
  const value = isNumericRunField(field) ? numberValue(raw, field) : textValue(raw, field)
  const operators = operatorsOf(field)
  const operator = operators.find((name) => name === raw.operator)
  if (operator !== undefined) return { type: 'comparison', field, operator, value }
  throw new FilterError(`Invalid comparator '${raw.operator}' not one of '${printSet(operators)}'`, raw.operatorRange)
}

function numberValue(raw: RawComparison, field: RunField): Literal {
  const { value } = raw
  if (value === undefined) throw onlyWhereAbsent(raw, field)
  const number = value.kind === 'number' ? readNumber(value) : undefined
  if (number !== undefined) return number
  const what = field.entity === 'attribute' ? `numeric attribute: ${field.name}` : 'metric'
  throw new FilterError(`Expected numeric value type for ${what}. Found ${value.text}`, value)
}

function textValue(raw: RawComparison, field: RunField): Literal {
  const { value } = raw
  if (value === undefined) {
    if (field.entity === 'tag' || field.entity === 'parameter') return { type: 'none' }
    throw onlyWhereAbsent(raw, field)
  }
  if (value.kind === 'list' && field.entity === 'dataset') return readList(value)
  if (value.kind === 'list' && field.entity === 'attribute') {
    if (field.name === 'run_id') return readList(value)
    const message = "Only ['run_id'] attributes support comparison with a list of quoted string values."
    throw new FilterError(message, value)
  }
  if (value.kind !== 'number' && value.kind !== 'list') return readQuoted(value)
  const kinds = { attribute: 'attributes', dataset: 'dataset attributes' } as const
  const what = 'name' in field ? kinds[field.entity] : `${field.entity} (e.g. 'my-value')`
  throw new FilterError(`Expected a quoted string value for ${what}. Got value ${value.text}`, value)
}

function onlyWhereAbsent(raw: RawComparison, field: RunField): FilterError {
  const key = 'key' in field ? field.key : field.name
  const message = `IS NULL / IS NOT NULL is only supported for tags and params, not for '${field.entity}' '${key}'`
  return new FilterError(message, raw.operatorRange)
}

const NUMBER_OPERATORS: readonly Operator[] = ['>', '>=', '!=', '=', '<', '<=']
const KEYED_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IS NULL', 'IS NOT NULL']
const TEXT_OPERATORS: readonly Operator[] = ['!=', '=', 'LIKE', 'ILIKE', 'IN', 'NOT IN']

function operatorsOf(field: RunField): readonly Operator[] {
  if (isNumericRunField(field)) return NUMBER_OPERATORS
  return field.entity === 'tag' || field.entity === 'parameter' ? KEYED_OPERATORS : TEXT_OPERATORS
}
