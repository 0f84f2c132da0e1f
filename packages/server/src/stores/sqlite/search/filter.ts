import {
  type Comparison,
  type Field,
  type Filter,
  isSpanComparison,
  type NumericAttribute,
  TraceMetadataKey,
  TraceTagKey,
} from '@clew/model'
import { assessmentCondition, issueCondition, SESSION } from './assessment-filter.ts'
import { compare, NEVER } from './comparison.ts'
import { type Fragment, join, sql } from './fragment.ts'
import { valueAt } from './json-value.ts'
import { spanCondition } from './span-filter.ts'
import type { TestFunctions } from './test-functions.ts'

/**
 * Writes a filter as a condition on `traces t`: what `traceTest` of the model says of a trace. The condition is true, or
 * it is false or NULL.
 */
export function traceCondition(filter: Filter, tests: TestFunctions): Fragment {
  switch (filter.type) {
    case 'or':
      return sql`(${join(
        filter.operands.map((operand) => traceCondition(operand, tests)),
        ' OR ',
      )})`
    case 'not':
      return sql`((${traceCondition(filter.operand, tests)}) IS NOT TRUE)`
    case 'and':
      return conjunction(filter.operands, tests)
    default:
      return isSpanComparison(filter) ? spanCondition([filter], tests) : comparisonCondition(filter, tests)
  }
}

/** Span comparisons of one AND are about one span. */
function conjunction(operands: readonly Filter[], tests: TestFunctions): Fragment {
  const ofSpan = operands.filter(isSpanComparison)
  const conditions = operands
    .filter((operand) => !isSpanComparison(operand))
    .map((operand) => traceCondition(operand, tests))
  if (ofSpan.length > 0) conditions.push(spanCondition(ofSpan, tests))
  return conditions.length === 0 ? sql`TRUE` : sql`(${join(conditions, ' AND ')})`
}

function comparisonCondition(comparison: Comparison, tests: TestFunctions): Fragment {
  const { field } = comparison
  switch (field.entity) {
    case 'tag':
      return compare(valueAt(sql`t.tags`, field.key), comparison, tests)
    case 'metadata':
      return metadataCondition(comparison, field.key, tests)
    case 'attribute':
      return attributeCondition(comparison, field.name, tests)
    case 'issue':
      return issueCondition(comparison, field.name, tests)
    case 'feedback':
    case 'expectation':
      return assessmentCondition(comparison, field, tests)
    default:
      return NEVER
  }
}

/** Columns and expressions for the attributes a trace is ordered by too. A trace without a duration ends at its start. */
export const ATTRIBUTES = {
  timestamp_ms: sql`t.request_time_ms`,
  execution_time_ms: sql`t.duration_ms`,
  end_time_ms: sql`(t.request_time_ms + coalesce(t.duration_ms, 0))`,
  experiment_id: sql`t.experiment_id`,
  status: sql`t.state`,
  request_id: sql`t.trace_id`,
  name: valueAt(sql`t.tags`, TraceTagKey.name),
  run_id: valueAt(sql`t.metadata`, TraceMetadataKey.sourceRun),
} satisfies Record<NumericAttribute, Fragment> & Record<string, Fragment>

function attributeCondition(
  comparison: Comparison,
  name: (Field & { entity: 'attribute' })['name'],
  tests: TestFunctions,
): Fragment {
  switch (name) {
    case 'client_request_id':
      return compare(sql`t.client_request_id`, comparison, tests)
    case 'run_id':
      return metadataCondition(comparison, TraceMetadataKey.sourceRun, tests)
    case 'prompt':
      return sql`EXISTS (SELECT 1 FROM prompt_links l WHERE l.prompt = ${textOf(comparison)} AND l.trace_id = t.trace_id)`
    case 'text':
      return spanCondition([comparison], tests)
    default:
      return compare(ATTRIBUTES[name], comparison, tests)
  }
}

/** A trace belongs to a run by metadata or by a link; only `=` asks for the link. */
function metadataCondition(comparison: Comparison, key: string, tests: TestFunctions): Fragment {
  const value = key === TraceMetadataKey.session ? SESSION : valueAt(sql`t.metadata`, key)
  const condition = compare(value, comparison, tests)
  if (key !== TraceMetadataKey.sourceRun || comparison.operator !== '=') return condition
  return sql`(${condition} OR t.trace_id IN (SELECT trace_id FROM run_links WHERE run_id = ${textOf(comparison)}))`
}

function textOf({ value }: Comparison): string {
  return value.type === 'text' ? value.text : ''
}
