import { ClewError, type JsonValue, writeJson } from '@clew/model'
import { readBody } from '../http/body.ts'
import { errorAnswer } from '../http/errors.ts'
import { type Call, type Route, route } from '../http/route.ts'
import type { ExportOutcome, ExportRequest } from '../ingest/ingest.ts'
import { experimentId } from '../mlflow/parameters.ts'
import { encodePartialSuccess } from './partial-success.ts'

const PROTOBUF = 'application/x-protobuf'
const JSON_TYPE = 'application/json'

export const otlpRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: ['/v1/traces'],
    permission: 'write',
    summary: 'OTLP/HTTP: an ExportTraceServiceRequest, protobuf or JSON, for the experiment in x-mlflow-experiment-id.',
    body: 'raw',
    response: PROTOBUF,
    handler: exportTraces,
  }),
]

/** Errors carry MLflow's `detail` beside the usual fields: exporters and MLflow's client print one or the other. */
async function exportTraces(call: Call<unknown>): Promise<Response> {
  const { context, services } = call
  try {
    const experiment = experimentHeader(call)
    if (experiment === undefined) return missingExperiment(context.get('requestId'))
    const request = await readRequest(call, experiment)
    const outcome = await services.ingest.submit(request)
    return success(outcome, request.contentType)
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    return errorAnswer(error, context.get('requestId'), { detail: error.message })
  }
}

/** An empty header is the same as none; MLflow accepts it and loses the spans. */
function experimentHeader({ context, services }: Call<unknown>): string | undefined {
  return context.req.header('x-mlflow-experiment-id')?.trim() || services.defaultExperimentId
}

async function readRequest({ context }: Call<unknown>, experiment: string): Promise<ExportRequest> {
  const contentType = (context.req.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
  if (contentType !== PROTOBUF && contentType !== JSON_TYPE) {
    const message = `Invalid Content-Type: ${contentType.slice(0, 100)}. Expected: ${PROTOBUF} or ${JSON_TYPE}`
    throw new ClewError('BAD_REQUEST', message)
  }
  const body = await readBody(context)
  return {
    body,
    contentType,
    contentEncoding: context.req.header('content-encoding')?.trim().toLowerCase(),
    experimentId: experimentId(experiment),
    runId: context.req.header('x-mlflow-run-id') || undefined,
  }
}

/** Empty protobuf when all is well, as MLflow answers; JSON is answered in JSON, which MLflow does not. */
function success({ rejected, reason }: ExportOutcome, contentType: string): Response {
  if (contentType === JSON_TYPE) {
    const body =
      rejected === 0 ? {} : { partialSuccess: { rejectedSpans: String(rejected), errorMessage: reason ?? '' } }
    return new Response(writeJson(body), { headers: { 'content-type': JSON_TYPE } })
  }
  const body = rejected === 0 ? new Uint8Array() : encodePartialSuccess(rejected, reason ?? '')
  return new Response(body, { headers: { 'content-type': PROTOBUF, 'content-length': String(body.length) } })
}

/** FastAPI's 422 as MLflow sends it, with a sentence for people. */
function missingExperiment(requestId: string): Response {
  const body: JsonValue = {
    detail: [{ type: 'missing', loc: ['header', 'x-mlflow-experiment-id'], msg: 'Field required', input: null }],
    error_code: 'INVALID_PARAMETER_VALUE',
    message: 'The header x-mlflow-experiment-id is missing: it names the experiment the spans belong to.',
    request_id: requestId,
  }
  return new Response(writeJson(body), { status: 422, headers: { 'content-type': JSON_TYPE } })
}
