import {
  encodeOtlpProtobuf,
  jsonString,
  type Span,
  SpanKey,
  type Trace,
  TraceTagKey,
  traceInfoToJson,
} from '@clew/model'
import { readPartialSuccess } from '../partial-success.ts'
import { type Api, nothing } from './api.ts'
import { MlflowApiError } from './api-error.ts'
import { batchesOf, ownExperiment } from './search-traces.ts'

/** Where an imported trace goes. */
export interface AddTraceOptions {
  /** The client's own experiment if absent. */
  readonly experimentId?: string | undefined
  /** A span of another trace, which the spans become children of; a trace of its own if absent. */
  readonly parent?: { readonly traceId: string; readonly spanId: string } | undefined
}

/** What the server that had the trace says of itself; not true of the copy. */
const ownTags = new Set<string>([
  TraceTagKey.artifactLocation,
  TraceTagKey.spansLocation,
  TraceTagKey.archiveLocation,
  TraceTagKey.archivalFailure,
])

/** @returns the id of the trace the spans are in */
export async function addTrace(api: Api, trace: Trace, options: AddTraceOptions): Promise<string> {
  const { parent } = options
  const spans = parent === undefined ? trace.data.spans : trace.data.spans.map((span) => underParent(span, parent))
  checkEnded(spans)
  const experimentId = options.experimentId ?? (await ownExperiment(api))
  for (const batch of batchesOf(spans, api.settings.maxBatchSpans)) await sendSpans(api, batch, experimentId)
  if (parent !== undefined) return parent.traceId
  const { traceId, tags } = trace.info
  const copiedTags = new Map([...tags].filter(([key]) => !ownTags.has(key)))
  const body = `{"trace":{"trace_info":${traceInfoToJson({ ...trace.info, experimentId, tags: copiedTags })}}}`
  await api.ask({ method: 'POST', path: '/api/3.0/mlflow/traces', body }, nothing)
  return traceId
}

function underParent(span: Span, parent: { readonly traceId: string; readonly spanId: string }): Span {
  return {
    ...span,
    traceId: parent.traceId,
    parentSpanId: span.parentSpanId ?? parent.spanId,
    attributes: new Map([...span.attributes, [SpanKey.traceRequestId, jsonString(parent.traceId)]]),
  }
}

function checkEnded(spans: readonly Span[]): void {
  const running = spans.find((span) => span.endTimeNs === undefined)
  if (running !== undefined) throw new TypeError(`the trace is not over: its span "${running.name}" still runs`)
}

/** Smaller batches where the server finds one too large, as the SDK's own delivery does. */
async function sendSpans(api: Api, spans: readonly Span[], experimentId: string): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': experimentId }
  const body = encodeOtlpProtobuf(spans, new Map())
  try {
    const { rejectedSpans, sentence } = readPartialSuccess(
      await api.send({ method: 'POST', path: '/v1/traces', headers, body }),
    )
    if (rejectedSpans === 0) return
    throw new MlflowApiError(`${rejectedSpans} spans were refused: ${sentence}`, { code: 'BAD_REQUEST', status: 200 })
  } catch (error) {
    if (!(error instanceof MlflowApiError) || error.status !== 413 || spans.length === 1) throw error
    for (const half of batchesOf(spans, Math.ceil(spans.length / 2))) await sendSpans(api, half, experimentId)
  }
}
