import { randomUUID } from 'node:crypto'
import {
  type JsonValue,
  parseFilter,
  parseOrderBy,
  type TraceInfo,
  TraceMetadataKey,
  type TraceState,
} from '@clew/model'
import { z } from 'zod'
import { jsonAnswer } from '../http/answer.ts'
import { integer, invalid, requiredText, tagPairs, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { experimentId, experimentOf, positive, traceInfoOf } from './parameters.ts'

/**
 * Traces as MLflow's API 2.0 had them, for clients before 3.0: one call when a trace starts, one when it ends, spans in
 * an uploaded `traces.json`. The same traces read through 3.0.
 */
export const legacyTraceRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces', '2.0'),
    permission: 'write',
    summary: 'Starts a trace (API 2.0).',
    request: z.object({
      experiment_id: requiredText,
      timestamp_ms: integer.optional(),
      request_metadata: tagPairs.optional(),
      tags: tagPairs.optional(),
    }),
    response: z.object({ trace_info: z.object({}) }),
    async handler({ services, fields }) {
      const info = await services.store.upsertTraceInfo({
        traceId: randomUUID().replaceAll('-', ''),
        experimentId: (await experimentOf(services.store, fields.experiment_id)).experimentId,
        clientRequestId: undefined,
        requestTimeMs: fields.timestamp_ms ?? Date.now(),
        executionDurationMs: undefined,
        state: 'IN_PROGRESS',
        requestPreview: undefined,
        responsePreview: undefined,
        traceMetadata: fields.request_metadata ?? new Map(),
        tags: fields.tags ?? new Map(),
        assessments: [],
      })
      return jsonAnswer({ trace_info: legacyJson(info) })
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths('/mlflow/traces/:request_id', '2.0'),
    permission: 'write',
    summary: 'Ends a trace (API 2.0).',
    request: z.object({
      timestamp_ms: integer.optional(),
      status: z.union([text, integer]).optional(),
      request_metadata: tagPairs.optional(),
      tags: tagPairs.optional(),
    }),
    response: z.object({ trace_info: z.object({}) }),
    async handler({ services, params, fields }) {
      const started = await traceInfoOf(services.store, params['request_id'] ?? '')
      const endMs = fields.timestamp_ms
      const info = await services.store.upsertTraceInfo({
        ...started,
        executionDurationMs: endMs === undefined ? started.executionDurationMs : endMs - started.requestTimeMs,
        state: fields.status === undefined ? started.state : stateOf(fields.status),
        traceMetadata: fields.request_metadata ?? new Map(),
        tags: fields.tags ?? new Map(),
        assessments: [],
      })
      return jsonAnswer({ trace_info: legacyJson(info) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/traces/:request_id/info', '2.0'),
    permission: 'read',
    summary: 'A trace without its spans (API 2.0).',
    response: z.object({ trace_info: z.object({}) }),
    async handler({ services, params }) {
      return jsonAnswer({ trace_info: legacyJson(await traceInfoOf(services.store, params['request_id'] ?? '')) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/traces', '2.0'),
    permission: 'read',
    summary: 'One page of the traces that match a filter (API 2.0).',
    request: z.object({
      experiment_ids: z.array(text),
      filter: text.optional(),
      max_results: integer.optional(),
      order_by: z.array(text).optional(),
      page_token: text.optional(),
    }),
    response: z.object({ traces: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
    async handler({ services, fields }) {
      const page = await services.store.searchTraces({
        experimentIds: [...new Set(fields.experiment_ids.map(experimentId))],
        filter: parseFilter(fields.filter ?? ''),
        orderBy: parseOrderBy(fields.order_by ?? []),
        limit: positive('max_results', fields.max_results ?? 100, 500),
        cursor: fields.page_token || undefined,
      })
      return jsonAnswer({
        ...(page.traces.length > 0 && { traces: page.traces.map(legacyJson) }),
        ...(page.cursor !== undefined && { next_page_token: page.cursor }),
      })
    },
  }),
]

/** MLflow's TraceInfoV2: maps are arrays of pairs, times are numbers. */
function legacyJson(info: TraceInfo): JsonValue {
  return {
    request_id: info.traceId,
    experiment_id: info.experimentId,
    timestamp_ms: info.requestTimeMs,
    execution_time_ms: info.executionDurationMs ?? 0,
    status: info.state === 'STATE_UNSPECIFIED' ? 'TRACE_STATUS_UNSPECIFIED' : info.state,
    request_metadata: pairs(legacyMetadata(info)),
    tags: pairs(info.tags),
  }
}

/** Previews had no field of their own. */
function legacyMetadata(info: TraceInfo): ReadonlyMap<string, string> {
  const metadata = new Map(info.traceMetadata)
  if (info.requestPreview !== undefined && !metadata.has(TraceMetadataKey.inputs)) {
    metadata.set(TraceMetadataKey.inputs, info.requestPreview)
  }
  if (info.responsePreview !== undefined && !metadata.has(TraceMetadataKey.outputs)) {
    metadata.set(TraceMetadataKey.outputs, info.responsePreview)
  }
  return metadata
}

function pairs(map: ReadonlyMap<string, string>): JsonValue {
  return [...map].map(([key, value]) => ({ key, value }))
}

const STATES: readonly TraceState[] = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS']

function stateOf(status: string | number): TraceState {
  if (status === 'TRACE_STATUS_UNSPECIFIED') return 'STATE_UNSPECIFIED'
  const state = STATES.find((name, index) => name === status || index === Number(status))
  if (state === undefined) throw invalid('status', status)
  return state
}
