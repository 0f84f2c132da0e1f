import type { Assessment, TraceInfo, TraceState } from '@clew/model'
import { numberOf, optionalNumber, optionalText, type Row, textOf } from '../sql.ts'
import { parseMap } from './string-map.ts'

/** Columns {@link readTraceRow} needs, of `traces t`. */
export const TRACE_COLUMNS = `t.pk, t.trace_id, t.experiment_id, t.request_time_ms, t.duration_ms, t.state,
  t.client_request_id, t.tags, t.metadata, t.request_preview, t.response_preview`

export function readTraceRow(row: Row, assessments: readonly Assessment[]): TraceInfo {
  return {
    traceId: textOf(row, 'trace_id'),
    experimentId: String(numberOf(row, 'experiment_id')),
    clientRequestId: optionalText(row, 'client_request_id'),
    requestTimeMs: numberOf(row, 'request_time_ms'),
    executionDurationMs: optionalNumber(row, 'duration_ms'),
    state: stateOf(textOf(row, 'state')),
    requestPreview: optionalText(row, 'request_preview'),
    responsePreview: optionalText(row, 'response_preview'),
    traceMetadata: parseMap(textOf(row, 'metadata')),
    tags: parseMap(textOf(row, 'tags')),
    assessments,
  }
}

function stateOf(text: string): TraceState {
  return text === 'OK' || text === 'ERROR' || text === 'IN_PROGRESS' ? text : 'STATE_UNSPECIFIED'
}
