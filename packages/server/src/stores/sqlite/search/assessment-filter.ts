import type { Comparison, Field } from '@clew/model'
import { compare } from './comparison.ts'
import { type Fragment, sql } from './fragment.ts'
import type { TestFunctions } from './test-functions.ts'

/** A condition on the valid assessments of `traces t` with the field's kind and name. */
export function assessmentCondition(
  comparison: Comparison,
  field: Field & { entity: 'feedback' | 'expectation' },
  tests: TestFunctions,
): Fragment {
  const meant = sql`SELECT 1 FROM assessments a
    WHERE a.trace = t.pk AND a.kind = ${field.entity} AND a.name = ${field.name} AND a.valid = 1`
  if (comparison.operator === 'IS NULL') return sql`NOT EXISTS (${meant})`
  if (comparison.operator === 'IS NOT NULL') return sql`EXISTS (${meant})`
  return sql`EXISTS (${meant} AND ${valueCondition(comparison, tests)})`
}

/** `compared` is JSON as MLflow writes it, in which every number is a double. */
function valueCondition(comparison: Comparison, tests: TestFunctions): Fragment {
  const { operator, value } = comparison
  if (value.type === 'number') return compare(sql`a.number`, comparison, tests)
  if (value.type !== 'text' || (operator !== '=' && operator !== '!=')) {
    return compare(sql`a.compared`, comparison, tests)
  }
  const { text } = value
  const isEqual = sql`a.compared IN (${text}, ${JSON.stringify(text)}, ${`${text}.0`})`
  return operator === '=' ? isEqual : sql`NOT ${isEqual}`
}

export function issueCondition(
  comparison: Comparison,
  name: 'id' | 'name' | (string & {}),
  tests: TestFunctions,
): Fragment {
  const expression = name === 'id' ? sql`a.name` : sql`a.value`
  return sql`EXISTS (SELECT 1 FROM assessments a
    WHERE a.trace = t.pk AND a.kind = 'issue' AND ${compare(expression, comparison, tests)})`
}
