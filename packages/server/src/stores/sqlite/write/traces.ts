import { ClewError, type ClientRecord, editTag, mergeInfo, type TraceInfo, type TraceSelection } from '@clew/model'
import { assessmentsOf } from '../read/assessments.ts'
import { existingExperiment, experimentKey } from '../rows/experiment-row.ts'
import { numberOf, type Row, type Sql, textOf } from '../sql.ts'
import { putAssessment } from './assessments.ts'
import type { Digests } from './digests.ts'
import { existingRecord, findRecord, newRecord, saveRecord, type TraceRecord } from './trace-records.ts'

export function upsertTraceInfo(sql: Sql, info: TraceInfo): TraceInfo {
  const record =
    findRecord(sql, info.traceId) ?? newRecord(sql, info.traceId, existingExperiment(sql, info.experimentId))
  const saved = saveClient(sql, record, mergeInfo(record.parts.client, info))
  for (const assessment of info.assessments) putAssessment(sql, record.pk, assessment)
  return { ...saved, assessments: assessmentsOf(sql, record.pk, record.traceId) }
}

export function setTraceTag(sql: Sql, traceId: string, key: string, value: string): void {
  const record = existingRecord(sql, traceId)
  saveClient(sql, record, editTag(record.parts.client, key, value))
}

export function deleteTraceTag(sql: Sql, traceId: string, key: string): void {
  const record = findRecord(sql, traceId)
  const row = record && sql.get('SELECT tags FROM traces WHERE pk = ?', record.pk)
  if (record === undefined || row === undefined || !hasKey(textOf(row, 'tags'), key)) {
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No trace tag with key '${key}' for trace with ID '${traceId}'`)
  }
  saveClient(sql, record, editTag(record.parts.client, key, undefined))
}

/**
 * Deletes some of the selected traces, at most `limit`, oldest first when they are selected by time. Returns how many:
 * fewer than `limit` means there are no more.
 */
export function deleteSomeTraces(sql: Sql, digests: Digests, selection: TraceSelection, limit: number): number {
  const experiment = experimentKey(selection.experimentId)
  if (experiment === undefined) return 0
  const rows =
    'traceIds' in selection
      ? byIds(sql, experiment, selection.traceIds)
      : byAge(sql, experiment, selection.untilMs, limit)
  for (const row of rows) deleteTrace(sql, digests, numberOf(row, 'pk'), textOf(row, 'trace_id'))
  return rows.length
}

function byIds(sql: Sql, experiment: number, traceIds: readonly string[]): Row[] {
  const rows: Row[] = []
  for (const traceId of new Set(traceIds)) {
    const row = sql.get('SELECT pk, trace_id FROM traces WHERE trace_id = ? AND experiment_id = ?', traceId, experiment)
    if (row !== undefined) rows.push(row)
  }
  return rows
}

function byAge(sql: Sql, experiment: number, untilMs: number, limit: number): Row[] {
  return sql.all(
    `SELECT pk, trace_id FROM traces WHERE experiment_id = ? AND request_time_ms <= ?
     ORDER BY request_time_ms ASC, trace_id DESC LIMIT ?`,
    experiment,
    untilMs,
    limit,
  )
}

function deleteTrace(sql: Sql, digests: Digests, pk: number, traceId: string): void {
  sql.run('DELETE FROM payloads WHERE id IN (SELECT payload FROM spans WHERE trace = ?)', pk)
  sql.run('DELETE FROM spans WHERE trace = ?', pk)
  sql.run('DELETE FROM assessments WHERE trace = ?', pk)
  sql.run('DELETE FROM trace_parts WHERE trace = ?', pk)
  sql.run('DELETE FROM traces WHERE pk = ?', pk)
  sql.run('DELETE FROM run_links WHERE trace_id = ?', traceId)
  sql.run('DELETE FROM prompt_links WHERE trace_id = ?', traceId)
  digests.forget(pk)
}

function saveClient(sql: Sql, record: TraceRecord, client: ClientRecord): TraceInfo {
  return saveRecord(sql, { ...record, parts: { ...record.parts, client } })
}

function hasKey(tags: string, key: string): boolean {
  return Object.hasOwn(JSON.parse(tags), key)
}
