import type { Comparison, Field } from '@clew/model'
import { compare } from './comparison.ts'
import { type Fragment, join, sql } from './fragment.ts'
import type { TestFunctions } from './test-functions.ts'

/** The session of `traces t`, word for word the expression of the index `traces_by_session`. */
export const SESSION = sql`t.metadata ->> '$."mlflow.trace.session"'`

/**
 * A condition on the valid assessments with the field's kind and name: those of `traces t`, and those any trace has about
 * the session of `t`.
 */
export function assessmentCondition(
  comparison: Comparison,
  field: Field & { entity: 'feedback' | 'expectation' },
  tests: TestFunctions,
): Fragment {
  const { operator } = comparison
  const meant = [sql`a.kind = ${field.entity}`, sql`a.name = ${field.name}`, sql`a.valid = 1`]
  if (operator !== 'IS NULL' && operator !== 'IS NOT NULL') meant.push(valueCondition(comparison, tests))
  const isMeant = join(meant, ' AND ')
  const ofTrace = sql`EXISTS (SELECT 1 FROM assessments a WHERE a.trace = t.pk AND ${isMeant})`
  const isThere = sql`(${ofTrace} OR ${ofSession(isMeant)})`
  return operator === 'IS NULL' ? sql`(${isThere} IS NOT TRUE)` : isThere
}

/** Most often there is no such assessment of any session, which is asked once for all traces. */
function ofSession(isMeant: Fragment): Fragment {
  const isScoped = sql`a.metadata ->> '$."mlflow.trace.session"' IS NOT NULL`
  return sql`(EXISTS (SELECT 1 FROM assessments a WHERE ${isScoped} AND ${isMeant})
    AND (t.experiment_id, ${SESSION}) IN (
      SELECT carrier.experiment_id, carrier.metadata ->> '$."mlflow.trace.session"'
      FROM assessments a JOIN traces carrier ON carrier.pk = a.trace WHERE ${isScoped} AND ${isMeant}))`
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
