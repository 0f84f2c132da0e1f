import { ClewError, type Span, spanToDictionary, TraceTagKey } from '@clew/model'
import { z } from 'zod'
import { invalidPath } from '../artifacts/folder.ts'
import { storeUploadedSpans } from '../artifacts/uploaded-spans.ts'
import { empty, jsonAnswer, streamedText } from '../http/answer.ts'
import { readBody } from '../http/body.ts'
import { text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import type { Services } from '../services.ts'

/** Bytes of one artifact. */
const MAX_ARTIFACT_BYTES = 64 * 1024 * 1024

/** Where a client keeps the spans of a trace: `<experiment>/traces/<trace id>/artifacts/traces.json`. */
const SPANS_FILE = /(?:^|\/)traces\/([^/]+)\/artifacts\/traces\.json$/

const FILE = '/mlflow-artifacts/artifacts/:path{.+}'
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const artifactRoutes: readonly Route[] = [
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow-artifacts/artifacts', '2.0'),
    permission: 'read',
    summary: 'The files of a folder.',
    request: z.object({ path: text.optional() }),
    response: z.object({ files: z.array(z.object({ path: z.string(), is_dir: z.boolean() })).optional() }),
    async handler({ services, fields }) {
      const entries = await services.artifacts.list(fields.path ?? '')
      const files = entries.map(({ name, isFolder, size }) => ({
        path: name,
        is_dir: isFolder,
        ...(size !== undefined && { file_size: size }),
      }))
      return jsonAnswer(files.length > 0 ? { files } : {})
    },
  }),
  route({
    method: 'PUT',
    paths: mlflowPaths(FILE, '2.0'),
    permission: 'write',
    summary: 'Uploads a file. The spans of a `traces.json` become spans of its trace.',
    body: 'raw',
    response: 'text/plain',
    async handler({ services, params, context }) {
      const path = params['path'] ?? ''
      const bytes = await readBody(context, MAX_ARTIFACT_BYTES)
      const traceId = SPANS_FILE.exec(path)?.[1]
      const isStored = traceId !== undefined && (await storeUploadedSpans(services.store, traceId, bytes))
      if (!isStored) await services.artifacts.write(path, bytes)
      // As MLflow answers: nothing, and no type for it.
      return new Response(null, { headers: { 'content-length': '0' } })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths(FILE, '2.0'),
    permission: 'read',
    summary: 'Downloads a file.',
    response: 'application/octet-stream',
    async handler({ services, params }) {
      const path = params['path'] ?? ''
      const traceId = SPANS_FILE.exec(path)?.[1]
      const bytes = await services.artifacts.read(path)
      if (bytes !== undefined) return download(path, bytes)
      const spans = traceId === undefined ? undefined : await storedSpansFile(services, traceId)
      if (spans !== undefined) return download(path, spans)
      throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`)
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths(FILE, '2.0'),
    permission: 'write',
    summary: 'Deletes a file.',
    response: z.object({}),
    async handler({ services, params }) {
      await services.artifacts.remove(params['path'] ?? '')
      return empty()
    },
  }),
  route({
    method: 'GET',
    paths: ['/ajax-api/2.0/mlflow/get-trace-artifact', '/ajax-api/3.0/mlflow/get-trace-artifact'],
    permission: 'read',
    summary: 'The spans of a trace as a file, or one of its attachments.',
    request: z.object({ request_id: text.optional(), path: text.optional() }),
    response: 'text/plain',
    async handler({ services, fields }) {
      if (!fields.request_id) {
        throw new ClewError('BAD_REQUEST', 'Request must include the "request_id" query parameter.')
      }
      return fields.path === undefined
        ? spansOf(services, fields.request_id)
        : attachmentOf(services, fields.request_id, fields.path)
    },
  }),
]

async function spansOf(services: Services, traceId: string): Promise<Response> {
  const folder = await artifactPathOf(services, traceId)
  const spans = (await storedSpansFile(services, traceId)) ?? (await services.artifacts.read(`${folder}/traces.json`))
  if (spans === undefined) throw new ClewError('NOT_FOUND', 'Trace data not found for path=traces.json')
  return download('traces.json', spans, 'text/plain')
}

async function attachmentOf(services: Services, traceId: string, name: string): Promise<Response> {
  if (!UUID.test(name)) throw invalidPath()
  const folder = await artifactPathOf(services, traceId)
  const bytes = await services.artifacts.read(`${folder}/attachments/${name}`)
  if (bytes === undefined) throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No such artifact: 'attachments/${name}'`)
  return download(name, bytes, 'application/octet-stream')
}

/** The path inside the artifact folder of what the trace's tag names. */
async function artifactPathOf(services: Services, traceId: string): Promise<string> {
  const info = await services.store.getTraceInfo(traceId)
  if (info === undefined) throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID ${traceId} is not found.`)
  const location = info.tags.get(TraceTagKey.artifactLocation) ?? ''
  return location.replace(/^mlflow-artifacts:\/*/, '')
}

/** The file a client would have uploaded, made from the stored spans. */
async function storedSpansFile(services: Services, traceId: string): Promise<Iterable<string> | undefined> {
  const spans = await services.store.getSpans(traceId)
  return spans.length === 0 ? undefined : spansFile(spans)
}

function* spansFile(spans: readonly Span[]): Generator<string> {
  for (const [index, span] of spans.entries()) {
    yield index === 0 ? '{"spans":[' : ','
    yield spanToDictionary(span)
  }
  yield ']}'
}

function download(path: string, content: Uint8Array<ArrayBuffer> | Iterable<string>, type = mediaType(path)): Response {
  const name = (path.split('/').at(-1) ?? 'artifact').replace(/[^\w.-]/g, '_')
  const headers = { 'content-type': type, 'content-disposition': `attachment; filename=${name}` }
  return content instanceof Uint8Array ? new Response(content, { headers }) : streamedText(content, headers)
}

/** Only types no browser runs; the rest is bytes. */
function mediaType(path: string): string {
  if (path.endsWith('.json')) return 'application/json'
  return path.endsWith('.txt') ? 'text/plain; charset=utf-8' : 'application/octet-stream'
}
