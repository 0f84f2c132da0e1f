import type { Sql } from '../sql.ts'
import { existingRecord } from './trace-records.ts'

export function linkRun(sql: Sql, traceId: string, runId: string): void {
  sql.run('INSERT OR IGNORE INTO run_links (trace_id, run_id) VALUES (?, ?)', traceId, runId)
}

export function linkTracesToRun(sql: Sql, traceIds: readonly string[], runId: string): void {
  for (const traceId of traceIds) linkRun(sql, traceId, runId)
}

export function linkPrompts(sql: Sql, traceId: string, promptVersions: readonly string[]): void {
  existingRecord(sql, traceId)
  for (const prompt of promptVersions) {
    sql.run('INSERT OR IGNORE INTO prompt_links (trace_id, prompt) VALUES (?, ?)', traceId, prompt)
  }
}
