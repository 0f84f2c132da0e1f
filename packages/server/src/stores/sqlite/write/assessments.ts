import { type Assessment, type AssessmentPatch, ClewError } from '@clew/model'
import { findAssessment } from '../read/assessments.ts'
import { ASSESSMENT_COLUMNS, assessmentValues } from '../rows/assessment-row.ts'
import { numberOf, type Sql } from '../sql.ts'
import { existingRecord } from './trace-records.ts'

const INSERT = `INSERT INTO assessments (${ASSESSMENT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (trace, assessment_id) DO UPDATE SET name = excluded.name, kind = excluded.kind, value = excluded.value,
    compared = excluded.compared, number = excluded.number, error = excluded.error, span_id = excluded.span_id, source = excluded.source, rationale = excluded.rationale,
    metadata = excluded.metadata, overrides = excluded.overrides, valid = excluded.valid,
    created_ms = excluded.created_ms, updated_ms = excluded.updated_ms`

export function createAssessment(sql: Sql, assessment: Assessment): Assessment {
  const { pk } = existingRecord(sql, assessment.traceId)
  if (assessment.overrides !== undefined) {
    existingAssessment(sql, assessment.traceId, assessment.overrides)
    setValid(sql, pk, assessment.overrides, false)
  }
  putAssessment(sql, pk, assessment)
  return assessment
}

/** Adds an assessment to a trace, or replaces the one with its id. */
export function putAssessment(sql: Sql, trace: number, assessment: Assessment): void {
  sql.run(INSERT, ...assessmentValues(trace, assessment))
}

export function updateAssessment(
  sql: Sql,
  { traceId, assessmentId, patch }: { traceId: string; assessmentId: string; patch: AssessmentPatch },
): Assessment {
  const { pk } = existingRecord(sql, traceId)
  const old = existingAssessment(sql, traceId, assessmentId)
  const { content = old.content } = patch
  if (content.kind !== old.content.kind) {
    const message = `Cannot update ${content.kind} value on a${old.content.kind === 'feedback' ? '' : 'n'} ${old.content.kind}.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  }
  const changed: Assessment = {
    ...old,
    name: patch.name ?? old.name,
    content,
    rationale: patch.rationale ?? old.rationale,
    metadata: patch.metadata === undefined ? old.metadata : new Map([...old.metadata, ...patch.metadata]),
    valid: patch.valid ?? old.valid,
    lastUpdateTimeMs: patch.lastUpdateTimeMs,
  }
  putAssessment(sql, pk, changed)
  return changed
}

export function deleteAssessment(sql: Sql, traceId: string, assessmentId: string): void {
  const removed = findAssessment(sql, traceId, assessmentId)
  if (removed === undefined) return
  const { pk } = existingRecord(sql, traceId)
  sql.run('DELETE FROM assessments WHERE trace = ? AND assessment_id = ?', pk, assessmentId)
  const { overrides } = removed
  if (overrides === undefined) return
  const others = sql.get('SELECT count(*) AS n FROM assessments WHERE trace = ? AND overrides = ?', pk, overrides)
  if (others === undefined || numberOf(others, 'n') === 0) setValid(sql, pk, overrides, true)
}

function existingAssessment(sql: Sql, traceId: string, assessmentId: string): Assessment {
  const assessment = findAssessment(sql, traceId, assessmentId)
  if (assessment !== undefined) return assessment
  const message = `Assessment with ID '${assessmentId}' not found for trace '${traceId}'`
  throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
}

function setValid(sql: Sql, trace: number, assessmentId: string, valid: boolean): void {
  sql.run('UPDATE assessments SET valid = ? WHERE trace = ? AND assessment_id = ?', valid ? 1 : 0, trace, assessmentId)
}
