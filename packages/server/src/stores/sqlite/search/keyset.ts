import type { KeyValue } from '../../page-token.ts'
import { type Fragment, join, sql } from './fragment.ts'

/** One part of an order. The last part has to tell any two rows apart. */
export interface OrderKey {
  readonly expression: Fragment
  readonly direction: 'asc' | 'desc'
  /** Never absent: an index may then be read in this order, and from the middle. */
  readonly isPresent: boolean
}

/** Absent values last, in both directions. */
export function orderClause(keys: readonly OrderKey[]): Fragment {
  return join(keys.map(orderTerm), ', ')
}

/** The rows after the one with the key `after`. */
export function afterKey(keys: readonly OrderKey[], after: readonly KeyValue[]): Fragment {
  const alternatives: Fragment[] = []
  for (const [index, key] of keys.entries()) {
    const value = after[index] ?? null
    if (value === null) continue // nothing comes after an absent value but by the keys that follow
    const same = keys.slice(0, index).map(({ expression }, at) => sql`${expression} IS ${after[at] ?? null}`)
    alternatives.push(join([...same, beyond(key, value)], ' AND '))
  }
  return join([sql`(${join(alternatives, ' OR ')})`, ...startOf(keys[0], after[0])], ' AND ')
}

/** Implied by the alternatives, and what lets an index start where the page does. */
function startOf(key: OrderKey | undefined, value: KeyValue | undefined): Fragment[] {
  if (key === undefined || !key.isPresent || value === undefined || value === null) return []
  return [key.direction === 'asc' ? sql`${key.expression} >= ${value}` : sql`${key.expression} <= ${value}`]
}

function beyond({ expression, direction, isPresent }: OrderKey, value: KeyValue): Fragment {
  const further = direction === 'asc' ? sql`${expression} > ${value}` : sql`${expression} < ${value}`
  return isPresent ? further : sql`(${further} OR ${expression} IS NULL)`
}

/** To SQLite an absent value is the smallest, so it is last in descending order anyway. */
function orderTerm({ expression, direction, isPresent }: OrderKey): Fragment {
  if (direction === 'desc') return sql`${expression} DESC`
  return isPresent ? sql`${expression} ASC` : sql`${expression} ASC NULLS LAST`
}
