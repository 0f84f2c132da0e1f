import type { Comparison } from '@clew/model'
import { type Fragment, sql } from './fragment.ts'
import type { TestFunctions } from './test-functions.ts'

export const NEVER = sql`FALSE`

/** A comparison with an expression that is NULL when absent; absent never compares. */
export function compare(
  expression: Fragment,
  comparison: Pick<Comparison, 'operator' | 'value'>,
  tests: TestFunctions,
): Fragment {
  const { operator, value } = comparison
  if (operator === 'IS NULL') return sql`${expression} IS NULL`
  if (operator === 'IS NOT NULL') return sql`${expression} IS NOT NULL`
  if (value.type === 'number') return compareNumber(expression, comparison, value.number)
  const text = value.type === 'text' ? value.text : ''
  const list = JSON.stringify(value.type === 'list' ? value.texts : [text])
  switch (operator) {
    case '=':
      return sql`${expression} = ${text}`
    case '!=':
      return sql`${expression} <> ${text}`
    case 'IN':
      return sql`${expression} IN (SELECT value FROM json_each(${list}))`
    case 'NOT IN':
      return sql`${expression} NOT IN (SELECT value FROM json_each(${list}))`
    case 'LIKE':
    case 'ILIKE':
    case 'RLIKE':
      return tests.text(expression, comparison)
    default:
      return NEVER
  }
}

function compareNumber(expression: Fragment, { operator }: Pick<Comparison, 'operator'>, number: number): Fragment {
  switch (operator) {
    case '=':
      return sql`${expression} = ${number}`
    case '!=':
      return sql`${expression} <> ${number}`
    case '<':
      return sql`${expression} < ${number}`
    case '<=':
      return sql`${expression} <= ${number}`
    case '>':
      return sql`${expression} > ${number}`
    case '>=':
      return sql`${expression} >= ${number}`
    default:
      return NEVER
  }
}
