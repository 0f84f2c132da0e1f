import type { SQLInputValue } from 'node:sqlite'
import { type Assessment, type AssessmentContent, assessmentText, parseJson, writeJson } from '@clew/model'
import { numberOf, optionalText, type Row, textOf } from '../sql.ts'
import { parseMap, printMap } from './string-map.ts'

/** In the order of {@link assessmentValues}. `compared` and `number` are what a search compares, derived from `value`. */
export const ASSESSMENT_COLUMNS = `trace, assessment_id, name, kind, value, compared, number, error, span_id, source,
  rationale, metadata, overrides, valid, created_ms, updated_ms`

export function assessmentValues(trace: number, assessment: Assessment): SQLInputValue[] {
  const { content, source } = assessment
  return [
    trace,
    assessment.assessmentId,
    assessment.name,
    content.kind,
    content.kind === 'issue' ? (content.issueName ?? null) : writeJson(content.value),
    assessmentText(assessment) ?? null,
    numberOfContent(content),
    content.kind === 'feedback' && content.error !== undefined ? JSON.stringify(content.error) : null,
    assessment.spanId ?? null,
    source === undefined ? null : JSON.stringify([source.sourceType, source.sourceId]),
    assessment.rationale ?? null,
    printMap(assessment.metadata),
    assessment.overrides ?? null,
    assessment.valid ? 1 : 0,
    assessment.createTimeMs,
    assessment.lastUpdateTimeMs,
  ]
}

export function readAssessmentRow(traceId: string, row: Row): Assessment {
  const source = optionalText(row, 'source')
  const [sourceType, sourceId] = source === undefined ? [] : JSON.parse(source)
  return {
    assessmentId: textOf(row, 'assessment_id'),
    traceId,
    spanId: optionalText(row, 'span_id'),
    name: textOf(row, 'name'),
    source: source === undefined ? undefined : { sourceType, sourceId },
    content: contentOf(row),
    rationale: optionalText(row, 'rationale'),
    metadata: parseMap(textOf(row, 'metadata')),
    overrides: optionalText(row, 'overrides'),
    valid: numberOf(row, 'valid') === 1,
    createTimeMs: numberOf(row, 'created_ms'),
    lastUpdateTimeMs: numberOf(row, 'updated_ms'),
  }
}

function contentOf(row: Row): AssessmentContent {
  const kind = textOf(row, 'kind')
  const value = optionalText(row, 'value')
  if (kind === 'issue') return { kind, issueName: value }
  if (kind === 'expectation') return { kind, value: parseJson(value ?? 'null') }
  return { kind: 'feedback', value: parseJson(value ?? 'null'), error: errorOf(optionalText(row, 'error')) }
}

function numberOfContent(content: AssessmentContent): number | null {
  if (content.kind === 'issue') return null
  const { value } = content
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null
}

function errorOf(text: string | undefined) {
  if (text === undefined) return undefined
  const { errorCode, errorMessage, stackTrace } = JSON.parse(text)
  return { errorCode, errorMessage, stackTrace }
}
