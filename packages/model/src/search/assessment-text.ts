import type { Assessment } from '../assessment.ts'
import type { JsonValue } from '../json/text.ts'

/**
 * The value of an assessment as MLflow stores and compares it: JSON text as Python writes it, every number a double
 * (`5` is `5.0`). An issue has none.
 */
export function assessmentText(assessment: Assessment): string | undefined {
  return assessment.content.kind === 'issue' ? undefined : pythonJson(assessment.content.value)
}

function pythonJson(value: JsonValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return doubleText(Number(value))
  if (value === null || typeof value !== 'object') return JSON.stringify(value)
  if (isList(value)) return `[${value.map(pythonJson).join(', ')}]`
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${pythonJson(item)}`)
  return `{${entries.join(', ')}}`
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value)
}

function doubleText(number: number): string {
  const text = String(number)
  return /^-?\d+$/.test(text) ? `${text}.0` : text
}
