import type { ExperimentAttribute, ExperimentComparison, ExperimentOrder } from './ast.ts'
import { parseRecordFilter, parseRecordOrderBy, type RecordFields } from './parse-record-filter.ts'

/**
 * Reads a filter over experiments. The empty text means everything.
 *
 * @throws FilterError with MLflow's wording
 */
export function parseExperimentFilter(text: string): ExperimentComparison[] {
  return parseRecordFilter(text, FIELDS)
}

/** Reads `order_by` of a search for experiments. */
export function parseExperimentOrderBy(entries: readonly string[]): ExperimentOrder[] {
  return parseRecordOrderBy(entries, [...FIELDS.numbers, ...FIELDS.texts])
}

const FIELDS: RecordFields<ExperimentAttribute> = {
  texts: ['experiment_id', 'name'],
  numbers: ['creation_time', 'last_update_time'],
  listed: ['experiment_id'],
}
