import type { Experiment, ExperimentComparison, ExperimentOrder, ExperimentPage, ExperimentQuery } from '@clew/model'
import { type KeyValue, parsePageToken, printPageToken } from '../../page-token.ts'
import { EXPERIMENT_COLUMNS, readExperimentRow } from '../rows/experiment-row.ts'
import { compare } from './comparison.ts'
import { type Fragment, join, sql } from './fragment.ts'
import { valueAt } from './json-value.ts'
import { afterKey, type OrderKey, orderClause } from './keyset.ts'
import type { SearchContext } from './search.ts'
import type { TestFunctions } from './test-functions.ts'

interface OrderedField {
  readonly expression: Fragment
  key(experiment: Experiment): KeyValue
}

const FIELDS: Record<ExperimentOrder['name'], OrderedField> = {
  name: { expression: sql`name`, key: (experiment) => experiment.name },
  experiment_id: { expression: sql`id`, key: (experiment) => Number(experiment.experimentId) },
  creation_time: { expression: sql`created_ms`, key: (experiment) => experiment.creationTimeMs },
  last_update_time: { expression: sql`updated_ms`, key: (experiment) => experiment.lastUpdateTimeMs },
}

const COLUMNS: Fragment = { text: EXPERIMENT_COLUMNS, values: [] }
const TIE_BREAKERS: readonly ExperimentOrder[] = [
  { name: 'creation_time', direction: 'desc' },
  { name: 'experiment_id', direction: 'asc' },
]

/** As asked, then newest first, then by id: MLflow's default alone when nothing is asked. */
export function searchExperiments({ sql: database, tests }: SearchContext, query: ExperimentQuery): ExperimentPage {
  const order = [...query.orderBy, ...TIE_BREAKERS]
  const mark = JSON.stringify(order)
  const keys: OrderKey[] = order.map(({ name, direction }) => {
    return { expression: FIELDS[name].expression, direction, isPresent: true }
  })
  const conditions = [
    sql`stage IN (SELECT value FROM json_each(${JSON.stringify(query.stages)}))`,
    ...query.filter.map((comparison) => conditionOf(comparison, tests)),
  ]
  if (query.cursor !== undefined) conditions.push(afterKey(keys, parsePageToken(mark, keys.length, query.cursor)))
  const { text, values } = sql`SELECT ${COLUMNS} FROM experiments WHERE ${join(conditions, ' AND ')}
    ORDER BY ${orderClause(keys)} LIMIT ${query.limit}`
  const experiments = database.database
    .prepare(text)
    .all(...values)
    .map(readExperimentRow)
  tests.clear()
  const last = experiments.at(-1)
  const isFull = experiments.length === query.limit && last !== undefined
  return {
    experiments,
    cursor: isFull
      ? printPageToken(
          mark,
          order.map(({ name }) => FIELDS[name].key(last)),
        )
      : undefined,
  }
}

/** An id is compared as the text it is. */
function conditionOf({ field, operator, value }: ExperimentComparison, tests: TestFunctions): Fragment {
  const comparison = { operator, value }
  if (field.entity === 'tag') return compare(valueAt(sql`tags`, field.key), comparison, tests)
  if (field.name === 'experiment_id') return compare(sql`CAST(id AS TEXT)`, comparison, tests)
  return compare(FIELDS[field.name].expression, comparison, tests)
}
