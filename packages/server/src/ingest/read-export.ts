import { ClewError, decodeOtlpJson, decodeOtlpProtobuf, type OtlpExport, type Span, type SpanBatch } from '@clew/model'
import { inflate } from './inflate.ts'
import type { ExportRequest } from './ingest.ts'
import { normalise } from './normalise.ts'
import { resourceTags } from './resource-tags.ts'
import { utf8Text } from './utf8.ts'

/** A batch ready to be stored, and what had to be left out of it. */
export interface ReadExport extends SpanBatch {
  /** Spans refused one by one. */
  readonly rejected: number
  /** Why the first of them was refused. */
  readonly reason: string | undefined
}

/**
 * Turns the bytes of one OTLP export into a batch: inflate, decode, translate, normalise. Pure computation without
 * I/O, so a store may run it on its writer thread.
 *
 * A bad span is refused alone and counted. Throws `BAD_REQUEST` when nothing could be read, or when every span was
 * refused, and `REQUEST_TOO_LARGE` past the cap of {@link inflate}. The words are MLflow's (`/v1/traces`), for clients match on them.
 */
export function readExport(request: ExportRequest): ReadExport {
  const { groups, rejected } = decode(request)
  const spans: Span[] = []
  const traceTags = new Map<string, ReadonlyMap<string, string>>()
  for (const group of groups) {
    const tags = resourceTags(group.resource)
    for (const span of group.spans) {
      spans.push(normalise(span))
      if (tags.size > 0) traceTags.set(span.traceId, tags)
    }
  }
  if (spans.length === 0) throw nothingToStore(rejected)
  const { experimentId, runId } = request
  const reason = rejected.count > 0 ? rejected.reason : undefined
  return { experimentId, spans, traceTags, runId, rejected: rejected.count, reason }
}

function decode(request: ExportRequest): OtlpExport {
  const decoder = decoders.get(request.contentType)
  if (decoder === undefined) throw badRequest(`Invalid Content-Type: ${request.contentType}. ${EXPECTED}`)
  const bytes = inflate(request.body, request.contentEncoding)
  try {
    return decoder(bytes)
  } catch (error) {
    if (!(error instanceof ClewError)) throw error
    throw badRequest(`Invalid OpenTelemetry format: ${error.message}`, error)
  }
}

const decoders = new Map<string, (bytes: Uint8Array) => OtlpExport>([
  ['application/x-protobuf', (bytes) => decodeOtlpProtobuf(bytes)],
  ['application/json', (bytes) => decodeOtlpJson(utf8Text(bytes))],
])

const EXPECTED = 'Expected: application/x-protobuf or application/json'

function nothingToStore({ count, reason }: OtlpExport['rejected']): ClewError {
  if (count === 0) return badRequest('Invalid OpenTelemetry format - no spans found')
  return badRequest(`Cannot convert OpenTelemetry span to MLflow span: ${reason}`)
}

function badRequest(message: string, cause?: unknown): ClewError {
  return new ClewError('BAD_REQUEST', message, { cause })
}
