import { type Assessment, isSessionScoped, sessionOf } from '@clew/model'
import type { TraceRecords } from './search.ts'
import type { TraceRecord } from './trace-record.ts'

/** Finds the assessments that are about the session of a trace; all records are looked at once, when first asked. */
export function sessionAssessments(records: TraceRecords): (record: TraceRecord) => readonly Assessment[] {
  let bySession: Map<string, Assessment[]> | undefined
  return (record) => {
    const key = keyOf(record)
    if (key === undefined) return []
    bySession ??= collect(records)
    return bySession.get(key) ?? []
  }
}

function collect(records: TraceRecords): Map<string, Assessment[]> {
  const bySession = new Map<string, Assessment[]>()
  for (const record of records.values()) {
    const key = keyOf(record)
    const scoped = record.info.assessments.filter(isSessionScoped)
    if (key === undefined || scoped.length === 0) continue
    bySession.set(key, [...(bySession.get(key) ?? []), ...scoped])
  }
  return bySession
}

/** Experiments share no sessions. Their ids are digits, so the first blank ends one. */
function keyOf({ experimentId, info }: TraceRecord): string | undefined {
  const session = sessionOf(info)
  return session === undefined ? undefined : `${experimentId} ${session}`
}
