import type { Api, Question } from './api.ts'
import { batchesOf } from './search-traces.ts'

/** Traces of one experiment: by their ids, or all that began at a time or before. */
export type TraceSelection =
  | { readonly experimentId: string; readonly traceIds: readonly string[] }
  | {
      readonly experimentId: string
      /** Milliseconds since the Unix epoch; a trace that began at that very time is deleted too. */
      readonly maxTimestampMs: number
      /** At most so many, oldest first; all if absent. */
      readonly maxTraces?: number | undefined
    }

/** Ids in one request, as MLflow's client sends them. */
const IDS_PER_REQUEST = 100

/** @returns how many were deleted */
export async function deleteTraces(api: Api, selection: TraceSelection): Promise<number> {
  const { experimentId } = selection
  if (!('traceIds' in selection)) {
    const { maxTimestampMs, maxTraces } = selection
    return ask(api, {
      experiment_id: experimentId,
      max_timestamp_millis: Math.floor(maxTimestampMs),
      max_traces: maxTraces,
    })
  }
  let deleted = 0
  for (const ids of batchesOf(selection.traceIds, IDS_PER_REQUEST)) {
    deleted += await ask(api, { experiment_id: experimentId, request_ids: ids })
  }
  return deleted
}

function ask(api: Api, fields: Readonly<Record<string, unknown>>): Promise<number> {
  const question: Question = {
    method: 'POST',
    path: '/api/3.0/mlflow/traces/delete-traces',
    body: JSON.stringify(fields),
  }
  return api.ask(question, (answer) => Number(answer['traces_deleted'] ?? 0))
}
