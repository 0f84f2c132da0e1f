import {
  ClewError,
  type JsonValue,
  parseFilter,
  parseOrderBy,
  type Span,
  spanToProtoJson,
  type Trace,
  type TraceInfo,
  traceInfoToJson,
} from '@clew/model'
import { z } from 'zod'
import { jsonText, streamedText } from '../http/answer.ts'
import { flag, integer, invalid, isJsonObject, object, requiredText, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { isCompletelyExported, waitForSpans } from './completeness.ts'
import { experimentId, positive, traceInfoOf } from './parameters.ts'

/** Traces one `batchGet` answers with spans. Clients ask for ten at a time. */
const MAX_TRACES_WITH_SPANS = 100
const MAX_RESULTS = 500
const DEFAULT_RESULTS = 100

const traceAnswer = z.object({ trace: z.object({ trace_info: z.object({}), spans: z.array(z.object({})).optional() }) })

export const traceReadRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/search', '3.0'),
    permission: 'read',
    summary: 'One page of the traces that match a filter, without their spans.',
    request: z.object({
      locations: z.array(object),
      filter: text.optional(),
      max_results: integer.optional(),
      order_by: z.array(text).optional(),
      page_token: text.optional(),
    }),
    response: z.object({ traces: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
    async handler({ services, fields }) {
      const page = await services.store.searchTraces({
        experimentIds: experimentsIn(fields.locations),
        filter: parseFilter(fields.filter ?? ''),
        orderBy: parseOrderBy(fields.order_by ?? []),
        limit: positive('max_results', fields.max_results ?? DEFAULT_RESULTS, MAX_RESULTS),
        cursor: fields.page_token || undefined,
      })
      const token = page.cursor === undefined ? '' : `"next_page_token":${JSON.stringify(page.cursor)}`
      const parts = [listOf('traces', page.traces.map(traceInfoToJson)), token].filter((part) => part !== '')
      return jsonText(`{${parts.join(',')}}`)
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/traces/get', '3.0'),
    permission: 'read',
    summary: 'A trace with its spans; unless told otherwise, only when all of them have arrived.',
    request: z.object({ trace_id: requiredText, allow_partial: flag.optional() }),
    response: traceAnswer,
    async handler({ services, fields }) {
      const info = await services.store.getTraceInfo(fields.trace_id)
      if (info === undefined) throw unknownTrace(fields.trace_id)
      if (fields.allow_partial !== true) await waitForSpans(services.store, info)
      const spans = await services.store.getSpans(info.traceId)
      return streamedText(traceObject(info, spans), JSON_HEADERS)
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/traces/batchGet', '3.0'),
    permission: 'read',
    summary: 'Traces with their spans; unknown and incomplete ones are left out.',
    request: z.object({ trace_ids: z.array(text), experiment_ids: z.array(text).optional() }),
    response: z.object({ traces: z.array(z.object({})).optional() }),
    async handler({ services, fields }) {
      if (fields.trace_ids.length > MAX_TRACES_WITH_SPANS) {
        const message = `At most ${MAX_TRACES_WITH_SPANS} trace_ids can be asked for at once, received ${fields.trace_ids.length}.`
        throw new ClewError('INVALID_PARAMETER_VALUE', message)
      }
      const infos = await services.store.getTraceInfos(fields.trace_ids)
      const traces: Trace[] = []
      for (const info of infos.filter(inExperiments(fields.experiment_ids))) {
        if (!(await isCompletelyExported(services.store, info))) continue
        traces.push({ info, data: { spans: await services.store.getSpans(info.traceId) } })
      }
      return streamedText(tracesObject(traces), JSON_HEADERS)
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/batchGetInfos', '3.0'),
    permission: 'read',
    summary: 'Traces without their spans, in the order asked for; unknown ones are left out.',
    request: z.object({ trace_ids: z.array(text), experiment_ids: z.array(text).optional() }),
    response: z.object({ trace_infos: z.array(z.object({})).optional() }),
    async handler({ services, fields }) {
      const infos = await services.store.getTraceInfos(fields.trace_ids)
      const texts = infos.filter(inExperiments(fields.experiment_ids)).map(traceInfoToJson)
      return jsonText(`{${listOf('trace_infos', texts)}}`)
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/traces/:trace_id', '3.0'),
    permission: 'read',
    summary: 'A trace without its spans.',
    response: traceAnswer,
    async handler({ services, params }) {
      const info = await traceInfoOf(services.store, params['trace_id'] ?? '')
      return jsonText(`{"trace":{"trace_info":${traceInfoToJson(info)}}}`)
    },
  }),
]

/** `"name":[…]`, or nothing for an empty list: protobuf's JSON leaves empty lists out. */
function listOf(name: string, texts: readonly string[]): string {
  return texts.length === 0 ? '' : `${JSON.stringify(name)}:[${texts.join(',')}]`
}

const JSON_HEADERS = { 'content-type': 'application/json' }

function* tracesObject(traces: readonly Trace[]): Generator<string> {
  yield '{'
  for (const [index, { info, data }] of traces.entries()) {
    yield index === 0 ? '"traces":[' : ','
    yield* withSpans(info, data.spans)
  }
  yield traces.length === 0 ? '}' : ']}'
}

function* traceObject(info: TraceInfo, spans: readonly Span[]): Generator<string> {
  yield '{"trace":'
  yield* withSpans(info, spans)
  yield '}'
}

/** A trace with its spans, in pieces of JSON text. */
function* withSpans(info: TraceInfo, spans: readonly Span[]): Generator<string> {
  yield `{"trace_info":${traceInfoToJson(info)}`
  for (const [index, span] of spans.entries()) {
    yield index === 0 ? ',"spans":[' : ','
    yield spanToProtoJson(span)
  }
  yield spans.length === 0 ? '}' : ']}'
}

/** The experiments among the locations; locations of other kinds are ignored, as in MLflow. */
function experimentsIn(locations: readonly JsonValue[]): string[] {
  const ids = new Set<string>()
  for (const location of locations) {
    const experiment = isJsonObject(location)
      ? (location['mlflow_experiment'] ?? location['mlflowExperiment'])
      : undefined
    if (!isJsonObject(experiment)) continue
    const id = experiment['experiment_id'] ?? experiment['experimentId']
    if (typeof id !== 'string') throw invalid('locations', location)
    ids.add(experimentId(id))
  }
  return [...ids]
}

function inExperiments(ids: readonly string[] | undefined): (info: TraceInfo) => boolean {
  return (info) => ids === undefined || ids.length === 0 || ids.includes(info.experimentId)
}

/** `traces/get` words it differently from `traces/{id}`, and clients match on both. */
function unknownTrace(traceId: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID ${traceId} is not found.`)
}
