import { FilterError } from './filter-error.ts'
import { printList, printSet } from './python-text.ts'
import type { Token } from './tokens.ts'

/** What a run can be found and sorted by. */
export type RunField =
  | { readonly entity: 'attribute'; readonly name: RunAttribute }
  | { readonly entity: 'metric' | 'parameter' | 'tag'; readonly key: string }
  /** Of one of the datasets the run used. */
  | { readonly entity: 'dataset'; readonly name: DatasetAttribute }

export type RunAttribute = (typeof TEXTS | typeof NUMBERS)[number]
export type DatasetAttribute = (typeof DATASET_NAMES)[number]

const TEXTS = ['artifact_uri', 'run_id', 'run_name', 'status', 'user_id'] as const
const NUMBERS = ['end_time', 'start_time'] as const
const DATASET_NAMES = ['context', 'digest', 'name'] as const

/** The other names MLflow knows an entity by. */
const ENTITIES: ReadonlyMap<string, RunField['entity']> = new Map([
  ...(['attribute', 'attributes', 'attr', 'run'] as const).map((name) => [name, 'attribute'] as const),
  ...(['metric', 'metrics'] as const).map((name) => [name, 'metric'] as const),
  ...(['parameter', 'parameters', 'param', 'params'] as const).map((name) => [name, 'parameter'] as const),
  ...(['tag', 'tags'] as const).map((name) => [name, 'tag'] as const),
  ...(['dataset', 'datasets'] as const).map((name) => [name, 'dataset'] as const),
])

const OTHER_NAMES: ReadonlyMap<string, RunAttribute> = new Map([
  ['created', 'start_time'],
  ['Created', 'start_time'],
  ['run name', 'run_name'],
  ['Run name', 'run_name'],
  ['Run Name', 'run_name'],
])

/**
 * Which field of a run a path names; a bare name is an attribute.
 *
 * @throws FilterError with MLflow's wording
 */
export function resolveRunField(path: Token): RunField {
  const segments = path.kind === 'path' ? path.segments : [path.text]
  const [first = '', ...rest] = segments.length > 1 ? segments : ['attribute', ...segments]
  const entity = ENTITIES.get(first)
  if (entity === undefined) {
    const valid = printList(['metric', 'parameter', 'tag', 'attribute', 'dataset'])
    throw new FilterError(`Invalid entity type '${first}'. Valid values are ${valid}`, path)
  }
  const key = rest.join('.')
  if (entity === 'attribute') return { entity, name: nameOf(entity, OTHER_NAMES.get(key) ?? key, path) }
  if (entity === 'dataset') return { entity, name: datasetName(key, path) }
  return { entity, key }
}

export function isNumericRunField(field: RunField): boolean {
  return field.entity === 'metric' || (field.entity === 'attribute' && NUMBERS.some((name) => name === field.name))
}

function nameOf(entity: string, key: string, path: Token): RunAttribute {
  const name = [...TEXTS, ...NUMBERS].find((known) => known === key)
  if (name !== undefined) return name
  throw unknown(entity, key, { path, names: [...TEXTS, ...NUMBERS, ...OTHER_NAMES.keys()] })
}

function datasetName(key: string, path: Token): DatasetAttribute {
  const name = DATASET_NAMES.find((known) => known === key)
  if (name !== undefined) return name
  throw unknown('dataset', key, { path, names: DATASET_NAMES })
}

function unknown(entity: string, key: string, { path, names }: { path: Token; names: readonly string[] }): FilterError {
  return new FilterError(`Invalid ${entity} key '${key}' specified. Valid keys are '${printSet(names)}'`, path)
}
