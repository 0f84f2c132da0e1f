import type { Assessment } from '@clew/model'
import { ASSESSMENT_COLUMNS, readAssessmentRow } from '../rows/assessment-row.ts'
import type { Sql } from '../sql.ts'

/** In order of creation. */
export function assessmentsOf(sql: Sql, trace: number, traceId: string): Assessment[] {
  const rows = sql.all(`SELECT ${ASSESSMENT_COLUMNS} FROM assessments WHERE trace = ? ORDER BY created_ms, pk`, trace)
  return rows.map((row) => readAssessmentRow(traceId, row))
}

export function findAssessment(sql: Sql, traceId: string, assessmentId: string): Assessment | undefined {
  const row = sql.get(
    `SELECT ${ASSESSMENT_COLUMNS} FROM assessments
     WHERE trace = (SELECT pk FROM traces WHERE trace_id = ?) AND assessment_id = ?`,
    traceId,
    assessmentId,
  )
  return row && readAssessmentRow(traceId, row)
}
