import { randomUUID } from 'node:crypto'
import type { Assessment } from '@clew/model'

/**
 * An assessment as it is first stored. An id and times the client gave are kept; else the id is `a-` and 32 hex digits,
 * as MLflow makes them, and the times are now. Only an overriding one can make an assessment invalid, so it starts
 * valid whatever the client says, as in MLflow.
 */
export function newAssessment(sent: Assessment, nowMs = Date.now()): Assessment {
  return {
    ...sent,
    assessmentId: sent.assessmentId || `a-${randomUUID().replaceAll('-', '')}`,
    createTimeMs: sent.createTimeMs || nowMs,
    lastUpdateTimeMs: sent.lastUpdateTimeMs || sent.createTimeMs || nowMs,
    valid: true,
  }
}
