import { type JsonValue, readSpanJson, readTraceInfo, type TraceInfo, TraceTagKey } from '@clew/model'
import { type Api, segment } from './api.ts'
import { MlflowApiError } from './api-error.ts'
import { isJsonObject, type JsonObject, listIn, objectIn } from './json-fields.ts'
import { ReadSpan } from './read-span.ts'
import { ReadTrace } from './read-trace.ts'

const TRACES = '/api/3.0/mlflow/traces'

/** Traces in one `batchGet`, as MLflow's client asks for them (`MLFLOW_SEARCH_TRACES_MAX_BATCH_SIZE`). */
export const TRACES_PER_BATCH = 10

export async function getTraceInfo(api: Api, traceId: string): Promise<TraceInfo> {
  return api.ask({ method: 'GET', path: `${TRACES}/${segment(traceId)}` }, (answer) =>
    readTraceInfo(objectIn(objectIn(answer, 'trace'), 'trace_info')),
  )
}

/** The trace with its spans, wherever the server says they are. */
export async function getTrace(api: Api, traceId: string, allowPartial: boolean): Promise<ReadTrace> {
  const info = await getTraceInfo(api, traceId)
  if (isOnServer(info)) return getStoredTrace(api, traceId, allowPartial)
  return new ReadTrace(info, await uploadedSpans(api, info, allowPartial))
}

/**
 * The traces with as many spans as are there, in the same order. One that was deleted meanwhile is left out.
 *
 * @param infos at most {@link TRACES_PER_BATCH}
 */
export async function withSpans(api: Api, infos: readonly TraceInfo[]): Promise<ReadTrace[]> {
  const ids = infos.filter(isOnServer).map((info) => info.traceId)
  const found = new Map((await batchGet(api, ids)).map((trace) => [trace.info.traceId, trace]))
  const traces: ReadTrace[] = []
  for (const info of infos) {
    const trace = found.get(info.traceId) ?? (await partialTrace(api, info))
    if (trace !== undefined) traces.push(trace)
  }
  return traces
}

/** The tag says whether to ask the server or to download the file the client uploaded; a live trace has neither yet. */
function isOnServer({ tags }: TraceInfo): boolean {
  const location = tags.get(TraceTagKey.spansLocation)
  return location !== undefined && location !== 'ARTIFACT_REPO'
}

function getStoredTrace(api: Api, traceId: string, allowPartial: boolean): Promise<ReadTrace> {
  const query = { trace_id: traceId, allow_partial: String(allowPartial) }
  return api.ask({ method: 'GET', path: `${TRACES}/get`, query }, (answer) => readTrace(objectIn(answer, 'trace')))
}

/** The server leaves out unknown traces, and those that are not complete yet. */
async function batchGet(api: Api, ids: readonly string[]): Promise<ReadTrace[]> {
  if (ids.length === 0) return []
  const question = { method: 'GET', path: `${TRACES}/batchGet`, query: { trace_ids: ids } } as const
  return api.ask(question, (answer) => listIn(answer, 'traces').map(readTrace))
}

async function partialTrace(api: Api, info: TraceInfo): Promise<ReadTrace | undefined> {
  if (!isOnServer(info)) return new ReadTrace(info, await uploadedSpans(api, info, true))
  return getStoredTrace(api, info.traceId, true).catch(undefinedIfGone)
}

/**
 * The spans in `traces.json`, the file clients upload that send no OTLP.
 *
 * @param allowPartial no spans at all are fine, too
 */
async function uploadedSpans(api: Api, info: TraceInfo, allowPartial: boolean): Promise<readonly ReadSpan[]> {
  const location = info.tags.get(TraceTagKey.artifactLocation)
  const path =
    location?.startsWith('mlflow-artifacts:') && URL.canParse(location) ? new URL(location).pathname : undefined
  if (path === undefined) {
    if (allowPartial) return []
    const message = `the spans of trace ${info.traceId} are not on the server but at ${location ?? 'an unknown place'}`
    throw new MlflowApiError(message, { code: 'NOT_IMPLEMENTED' })
  }
  const question = { method: 'GET', path: `/api/2.0/mlflow-artifacts/artifacts${path}/traces.json` } as const
  const spans = api.ask(question, readSpans)
  return allowPartial ? ((await spans.catch(undefinedIfGone)) ?? []) : spans
}

function readTrace(trace: JsonValue): ReadTrace {
  if (!isJsonObject(trace)) throw new TypeError('a trace is no object')
  return new ReadTrace(readTraceInfo(objectIn(trace, 'trace_info')), readSpans(trace))
}

function readSpans(object: JsonObject): ReadSpan[] {
  return listIn(object, 'spans').map((span) => new ReadSpan(readSpanJson(span)))
}

function undefinedIfGone(error: unknown): undefined {
  if (error instanceof MlflowApiError && error.status === 404) return undefined
  throw error
}
