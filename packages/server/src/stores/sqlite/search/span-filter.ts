import type { Comparison } from '@clew/model'
import { compare } from './comparison.ts'
import { type Fragment, join, sql } from './fragment.ts'
import type { Tests } from './tests.ts'

const STATUS_NAME = sql`CASE s.status WHEN 1 THEN 'OK' WHEN 2 THEN 'ERROR' ELSE 'UNSET' END`

/** A condition on `traces t`: one of its spans satisfies all comparisons. The narrow ones are asked first. */
export function spanCondition(comparisons: readonly Comparison[], tests: Tests): Fragment {
  const narrow = comparisons.filter((comparison) => !readsPayload(comparison))
  const wide = comparisons.filter(readsPayload)
  const conditions = [
    sql`s.trace = t.pk`,
    ...narrow.map((comparison) => narrowCondition(comparison, tests)),
    ...wide.map((comparison) => payloadCondition(comparison, tests)),
  ]
  const source = wide.length === 0 ? sql`spans s` : sql`spans s CROSS JOIN payloads p ON p.id = s.payload`
  const someSpan = sql`EXISTS (SELECT 1 FROM ${source} WHERE ${join(conditions, ' AND ')})`
  const keys = wide.flatMap(({ field }) => (field.entity === 'span-attribute' ? [isKnownKey(field.key)] : []))
  return keys.length === 0 ? someSpan : sql`(${join(keys, ' AND ')} AND ${someSpan})`
}

/** The same for every trace, so SQLite asks once. */
function isKnownKey(key: string): Fragment {
  return sql`EXISTS (SELECT 1 FROM attribute_keys WHERE key = ${key})`
}

function readsPayload({ field }: Comparison): boolean {
  return field.entity !== 'span' || field.name === 'content'
}

function narrowCondition(comparison: Comparison, tests: Tests): Fragment {
  const { field } = comparison
  const name = field.entity === 'span' ? field.name : 'name'
  if (name === 'status') return compare(STATUS_NAME, comparison, tests)
  return compare(name === 'type' ? sql`s.type` : sql`s.name`, comparison, tests)
}

function payloadCondition(comparison: Comparison, tests: Tests): Fragment {
  const { field } = comparison
  return field.entity === 'span-attribute' ? tests.attribute(comparison, field.key) : tests.content(comparison)
}
