import type { Order, OrderField } from '@clew/model'
import { ATTRIBUTES } from './filter.ts'
import { type Fragment, sql } from './fragment.ts'
import { valueAt } from './json-value.ts'
import type { OrderKey } from './keyset.ts'

/** Columns that are never absent. */
const PRESENT = new Set(['timestamp_ms', 'end_time_ms', 'experiment_id', 'status', 'request_id'])

/** What was asked for, then newest first, then by id. */
export function orderKeys(orderBy: readonly Order[]): OrderKey[] {
  return [...orderBy, ...TIE_BREAKERS.filter(({ field }) => !orderBy.some((order) => isSame(order.field, field)))].map(
    keyOf,
  )
}

/** Whether traces are wanted newest first, which the indexes are made for. */
export function isNewestFirst(keys: readonly OrderKey[]): boolean {
  return keys.length === 2 && keys[0]?.expression === ATTRIBUTES.timestamp_ms && keys[0].direction === 'desc'
}

const TIE_BREAKERS: readonly Order[] = [
  { field: { entity: 'attribute', name: 'timestamp_ms' }, direction: 'desc' },
  { field: { entity: 'attribute', name: 'request_id' }, direction: 'asc' },
]

function keyOf({ field, direction }: Order): OrderKey {
  const isPresent = field.entity === 'attribute' && PRESENT.has(field.name)
  return { expression: expressionOf(field), direction, isPresent }
}

function expressionOf(field: OrderField): Fragment {
  if (field.entity === 'attribute') return ATTRIBUTES[field.name]
  return valueAt(field.entity === 'tag' ? sql`t.tags` : sql`t.metadata`, field.key)
}

function isSame(a: OrderField, b: OrderField): boolean {
  return a.entity === 'attribute' && b.entity === 'attribute' && a.name === b.name
}
