import {
  parseJson,
  parseRunFilter,
  parseRunOrderBy,
  type RunFilter,
  type RunOrder,
  runTest,
  runValue,
  type SearchedRun,
} from '@clew/model'
import type { DocumentOrder, DocumentQuery } from '../documents/document.ts'
import { isJsonObject } from '../http/fields.ts'
import type { Run } from '../runs/run.ts'

/** Which runs to search, in which order; without one the newest come first. */
export type RunSelection = Pick<DocumentQuery<Run>, 'keys' | 'matches'> & {
  readonly order: readonly DocumentOrder<Run>[]
}

/** @throws FilterError with MLflow's wording */
export function runSelection(filter: string, orderBy: readonly string[]): RunSelection {
  const parsed = parseRunFilter(filter)
  const orders = parseRunOrderBy(orderBy)
  const [first] = orders
  const isNatural = orders.length === 1 && first?.name === 'attribute start_time' && first.direction === 'desc'
  const test = parsed === undefined ? undefined : runTest(parsed)
  return {
    keys: parsed && idsIn(parsed),
    ...(test !== undefined && { matches: (run) => test(searched(run)) }),
    order: isNatural ? [] : orders.flatMap(documentOrders),
  }
}

/** The runs a filter names, so that they are looked up: the column of run names asks so. */
function idsIn(filter: RunFilter): readonly string[] | undefined {
  if (filter.type === 'and') return filter.operands.map(idsIn).find((ids) => ids !== undefined)
  if (filter.type !== 'comparison') return undefined
  const { field, operator, value } = filter
  if (field.entity !== 'attribute' || field.name !== 'run_id') return undefined
  if (operator === '=' && value.type === 'text') return [value.text]
  return operator === 'IN' && value.type === 'list' ? value.texts : undefined
}

/** Whatever the direction, a metric that is no number comes after all that are, and what is absent last. */
function documentOrders({ field, name, direction }: RunOrder): DocumentOrder<Run>[] {
  const read = (run: Run) => runValue(searched(run), field)
  return [
    { name: `${name} rank`, direction: 'asc', of: (run) => rankOf(read(run)) },
    { name, direction, of: (run) => sortable(read(run)) },
  ]
}

function rankOf(value: string | number | undefined): number {
  if (value === undefined) return 2
  return Number.isNaN(value) ? 1 : 0
}

/** Cursors carry the value as JSON, which has no infinities. */
function sortable(value: string | number | undefined): string | number {
  if (typeof value === 'string') return value
  if (value === undefined || Number.isNaN(value)) return 0
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
}

function searched(run: Run): SearchedRun {
  return {
    attributeOf: (name) => attributesOf(run)[name],
    metrics: run.metrics,
    params: run.params,
    tags: run.tags,
    datasets: () => run.datasetInputs.map(datasetOf),
  }
}

function attributesOf(run: Run) {
  return {
    artifact_uri: run.artifactUri,
    end_time: run.endTimeMs,
    run_id: run.runId,
    run_name: run.name,
    start_time: run.startTimeMs,
    status: run.status,
    user_id: run.userId,
  }
}

/** The tag of an input that says what the dataset was used for. */
const CONTEXT = 'mlflow.data.context'

function datasetOf(text: string) {
  const input = parseJson(text)
  const { dataset, tags } = isJsonObject(input) ? input : {}
  const contexts = (Array.isArray(tags) ? tags : []).filter((tag) => textAt(tag, 'key') === CONTEXT)
  return {
    context: textAt(contexts[0], 'value'),
    digest: textAt(dataset, 'digest'),
    name: textAt(dataset, 'name'),
  }
}

function textAt(object: unknown, key: string): string | undefined {
  const value = isJsonObject(object) ? object[key] : undefined
  return typeof value === 'string' ? value : undefined
}
