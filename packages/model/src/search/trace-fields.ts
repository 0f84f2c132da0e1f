import type { Field, OrderField } from './ast.ts'
import { FilterError } from './filter-error.ts'
import { printSet } from './python-text.ts'
import type { Token } from './tokens.ts'

/** MLflow's names of what a field belongs to, as its messages print them. */
export type Entity = 'attribute' | 'tag' | 'request_metadata' | 'span' | 'feedback' | 'expectation' | 'issue'

export interface ResolvedField {
  readonly field: Field
  readonly entity: Entity
  readonly key: string
}

/** Finds the field a path names. Entity and key are split at the first dot; without a dot it is an attribute. */
export function resolveField(path: Token): ResolvedField {
  const { entity, key } = splitPath(path)
  return { field: fieldOf(path, entity, key), entity, key }
}

/** Finds the field an order names. */
export function resolveOrderField(path: Token): OrderField {
  const { entity, key } = splitPath(path)
  if (entity === 'tag') return { entity: 'tag', key }
  if (entity === 'request_metadata') return { entity: 'metadata', key }
  if (entity !== 'attribute') throw new FilterError(`Invalid identifier type '${entity}'`, path)
  const name = ORDERED_ATTRIBUTES.get(key)
  if (name === undefined) throw unknownAttribute(path, key, ORDERED_ATTRIBUTES)
  return { entity: 'attribute', name }
}

const ENTITIES: ReadonlyMap<string, Entity> = new Map([
  ['attribute', 'attribute'],
  ['attributes', 'attribute'],
  ['trace', 'attribute'],
  ['tag', 'tag'],
  ['tags', 'tag'],
  ['request_metadata', 'request_metadata'],
  ['metadata', 'request_metadata'],
  ['span', 'span'],
  ['feedback', 'feedback'],
  ['expectation', 'expectation'],
  ['issue', 'issue'],
])

type AttributeName = (Field & { entity: 'attribute' })['name']

const ATTRIBUTES: ReadonlyMap<string, AttributeName> = new Map<string, AttributeName>([
  ['request_id', 'request_id'],
  ['timestamp', 'timestamp_ms'],
  ['timestamp_ms', 'timestamp_ms'],
  ['execution_time', 'execution_time_ms'],
  ['execution_time_ms', 'execution_time_ms'],
  ['end_time', 'end_time_ms'],
  ['end_time_ms', 'end_time_ms'],
  ['status', 'status'],
  ['client_request_id', 'client_request_id'],
  ['name', 'name'],
  ['run_id', 'run_id'],
  ['prompt', 'prompt'],
  ['text', 'text'],
])

type OrderedName = (OrderField & { entity: 'attribute' })['name']

const ORDERED_ATTRIBUTES: ReadonlyMap<string, OrderedName> = new Map<string, OrderedName>([
  ['experiment_id', 'experiment_id'],
  ['timestamp', 'timestamp_ms'],
  ['timestamp_ms', 'timestamp_ms'],
  ['execution_time', 'execution_time_ms'],
  ['execution_time_ms', 'execution_time_ms'],
  ['end_time', 'end_time_ms'],
  ['end_time_ms', 'end_time_ms'],
  ['status', 'status'],
  ['request_id', 'request_id'],
  ['name', 'name'],
  ['run_id', 'run_id'],
])

const SPAN_FIELDS = ['name', 'type', 'status', 'content'] as const

function splitPath(path: Token): { entity: Entity; key: string } {
  const [first = '', ...rest] = path.kind === 'path' ? path.segments : [path.text]
  if (rest.length === 0) return { entity: 'attribute', key: first }
  const entity = ENTITIES.get(first)
  if (entity !== undefined) return { entity, key: rest.join('.') }
  throw new FilterError(`Invalid entity type '${first}'. Valid values are ${printSet(ENTITIES.keys())}`, path)
}

function fieldOf(path: Token, entity: Entity, key: string): Field {
  switch (entity) {
    case 'attribute': {
      const name = ATTRIBUTES.get(key)
      if (name === undefined) throw unknownAttribute(path, key, ATTRIBUTES)
      return { entity, name }
    }
    case 'tag':
      return { entity, key }
    case 'request_metadata':
      return { entity: 'metadata', key }
    case 'span':
      return spanField(path, key)
    case 'issue':
      if (key === 'id' || key === 'name') return { entity, name: key }
      throw new FilterError(`Invalid issue attribute '${key}'. Supported attributes: id`, path)
    default:
      if (key === '') throw new FilterError('Assessment field name cannot be empty', path)
      return { entity, name: key }
  }
}

const SPAN_ATTRIBUTE = 'attributes.'

function spanField(path: Token, key: string): Field {
  const name = SPAN_FIELDS.find((field) => field === key)
  if (name !== undefined) return { entity: 'span', name }
  if (!key.startsWith(SPAN_ATTRIBUTE)) {
    const message = `Invalid span attribute '${key}'. Supported attributes: name, status, type, attributes.<attribute_name>.`
    throw new FilterError(message, path)
  }
  const attribute = key.slice(SPAN_ATTRIBUTE.length)
  if (attribute === '') throw new FilterError("Span attribute name cannot be empty after 'attributes.'", path)
  return { entity: 'span-attribute', key: attribute }
}

function unknownAttribute(path: Token, key: string, known: ReadonlyMap<string, unknown>): FilterError {
  return new FilterError(`Invalid attribute key '${key}' specified. Valid keys are '${printSet(known.keys())}'`, path)
}
