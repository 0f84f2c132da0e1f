import { ClewError, traceInfoToJson } from '@clew/model'
import { z } from 'zod'
import { empty, jsonAnswer, jsonText } from '../http/answer.ts'
import { integer, object, requiredText, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { MAX_TAG_VALUE } from '../ingest/resource-tags.ts'
import { experimentId, noTrace, traceInfoOf } from './parameters.ts'
import { storeTraceInfo } from './store-trace-info.ts'
import { checkTagKey, refuseReservedTag } from './tag-key.ts'

/** Traces one call links to a run, as in MLflow. */
const MAX_LINKED_TRACES = 100

export const traceEditRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces', '3.0'),
    permission: 'write',
    summary: 'Creates a trace, or merges into it what its client knows at the end.',
    request: z.object({ trace: object }),
    response: z.object({ trace: z.object({ trace_info: z.object({}) }) }),
    async handler({ services, fields }) {
      const stored = await storeTraceInfo(services, fields.trace['trace_info'] ?? fields.trace['traceInfo'])
      return jsonText(`{"trace":{"trace_info":${traceInfoToJson(stored)}}}`)
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/delete-traces', '2.0', '3.0'),
    permission: 'write',
    summary: 'Deletes traces by id, or all up to a time.',
    request: z.object({
      experiment_id: requiredText,
      request_ids: z.array(text).optional(),
      trace_ids: z.array(text).optional(),
      max_timestamp_millis: integer.optional(),
      max_traces: integer.optional(),
    }),
    response: z.object({ traces_deleted: z.number() }),
    async handler({ services, fields }) {
      const id = experimentId(fields.experiment_id)
      const traceIds = fields.request_ids ?? fields.trace_ids ?? []
      const untilMs = fields.max_timestamp_millis
      if (traceIds.length > 0 && untilMs !== undefined) {
        throw refusal('Only one of `max_timestamp_millis` and `trace_ids` can be specified.')
      }
      if (traceIds.length === 0 && untilMs === undefined) {
        throw refusal('Either `max_timestamp_millis` or `trace_ids` must be specified.')
      }
      const limit = fields.max_traces
      if (limit !== undefined && untilMs === undefined) {
        throw refusal("`max_traces` can't be specified if `trace_ids` is specified.")
      }
      if (limit !== undefined && limit < 1)
        throw refusal(`\`max_traces\` must be a positive integer, received ${limit}.`)
      const selection = untilMs === undefined ? { experimentId: id, traceIds } : { experimentId: id, untilMs, limit }
      return jsonAnswer({ traces_deleted: await services.store.deleteTraces(selection) })
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths('/mlflow/traces/:trace_id/tags', '2.0', '3.0'),
    permission: 'write',
    summary: 'Sets or replaces a tag of a trace.',
    request: z.object({ key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler({ services, params, fields }) {
      checkTagKey(fields.key)
      refuseReservedTag(fields.key)
      const traceId = params['trace_id'] ?? ''
      await traceInfoOf(services.store, traceId)
      await services.store.setTraceTag(traceId, fields.key, (fields.value ?? '').slice(0, MAX_TAG_VALUE))
      return empty()
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/traces/:trace_id/tags', '2.0', '3.0'),
    permission: 'write',
    summary: 'Deletes a tag of a trace; the key is in the body or in the query.',
    request: z.object({ key: requiredText }),
    response: z.object({}),
    async handler({ services, params, fields }) {
      refuseReservedTag(fields.key)
      const traceId = params['trace_id'] ?? ''
      const info = await services.store.getTraceInfo(traceId)
      if (info?.tags.has(fields.key) !== true) {
        const message = `No trace tag with key '${fields.key}' for trace with ID '${traceId}'`
        throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
      }
      await services.store.deleteTraceTag(traceId, fields.key)
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/link-to-run', '2.0'),
    permission: 'write',
    summary: 'Remembers that traces belong to a run.',
    request: z.object({ trace_ids: z.array(text).optional(), run_id: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      const traceIds = fields.trace_ids ?? []
      if (traceIds.length > MAX_LINKED_TRACES) {
        const message = `Cannot link more than ${MAX_LINKED_TRACES} traces to a run in a single request. Provided ${traceIds.length} traces.`
        throw refusal(message)
      }
      await services.store.linkTracesToRun(traceIds, fields.run_id)
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/link-prompts', '2.0'),
    permission: 'write',
    summary: 'Remembers the prompt versions a trace used.',
    request: z.object({
      trace_id: requiredText,
      prompt_versions: z.array(z.object({ name: text, version: z.union([text, integer]) })).optional(),
    }),
    response: z.object({}),
    async handler({ services, fields }) {
      if ((await services.store.getTraceInfo(fields.trace_id)) === undefined) throw noTrace(fields.trace_id)
      const versions = (fields.prompt_versions ?? []).map(({ name, version }) => `${name}/${version}`)
      await services.store.linkPrompts(fields.trace_id, versions)
      return empty()
    },
  }),
]

function refusal(message: string): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', message)
}
