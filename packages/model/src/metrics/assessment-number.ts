import type { Assessment } from '../assessment.ts'

/**
 * What an assessment counts for in an average: its number, 1 for `true` and `"yes"`, 0 for `false` and `"no"` (in any
 * case, blanks around them); nothing for anything else. MLflow's rule.
 */
export function assessmentNumber({ content }: Assessment): number | undefined {
  if (content.kind === 'issue') return undefined
  const { value } = content
  if (typeof value === 'boolean') return value ? 1 : 0
  if (typeof value === 'string') return /^ *yes *$/i.test(value) ? 1 : /^ *no *$/i.test(value) ? 0 : undefined
  const number = typeof value === 'number' || typeof value === 'bigint' ? Number(value) : Number.NaN
  return Number.isFinite(number) ? number : undefined
}
