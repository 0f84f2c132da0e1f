import type { Comparison } from '@clew/model'
import { compare } from './comparison.ts'
import { type Fragment, join, sql } from './fragment.ts'
import type { TestFunctions } from './test-functions.ts'

const STATUS_NAME = sql`CASE s.status WHEN 1 THEN 'OK' WHEN 2 THEN 'ERROR' ELSE 'UNSET' END`

/** A condition on `traces t`: one of its spans satisfies all comparisons. The narrow ones are asked first. */
export function spanCondition(comparisons: readonly Comparison[], tests: TestFunctions): Fragment {
  const narrow = comparisons.filter((comparison) => !readsPayload(comparison))
  const wide = comparisons.filter(readsPayload)
  const conditions = [
    sql`s.trace = t.pk`,
    ...narrow.map((comparison) => narrowCondition(comparison, tests)),
    ...wide.map((comparison) => payloadCondition(comparison, tests)),
  ]
  const source = wide.length === 0 ? sql`spans s` : sql`spans s CROSS JOIN payloads p ON p.id = s.payload`
  const someSpan = sql`EXISTS (SELECT 1 FROM ${source} WHERE ${join(conditions, ' AND ')})`
  return sql`(${join([...comparisons.flatMap(preconditions), someSpan], ' AND ')})`
}

/** What has to be true of the store for any span to match: an index tells, once for all traces. */
function preconditions({ field, operator, value }: Comparison): Fragment[] {
  if (field.entity === 'span-attribute') return [sql`EXISTS (SELECT 1 FROM attribute_keys WHERE key = ${field.key})`]
  const isName = field.entity === 'span' && field.name === 'name' && operator === '=' && value.type === 'text'
  return isName ? [sql`EXISTS (SELECT 1 FROM spans WHERE name = ${value.text})`] : []
}

function readsPayload({ field }: Comparison): boolean {
  return field.entity !== 'span' || field.name === 'content'
}

function narrowCondition(comparison: Comparison, tests: TestFunctions): Fragment {
  const { field } = comparison
  const name = field.entity === 'span' ? field.name : 'name'
  if (name === 'status') return compare(STATUS_NAME, comparison, tests)
  return compare(name === 'type' ? sql`s.type` : sql`s.name`, comparison, tests)
}

function payloadCondition(comparison: Comparison, tests: TestFunctions): Fragment {
  const { field } = comparison
  return field.entity === 'span-attribute' ? tests.attribute(comparison, field.key) : tests.content(comparison)
}
