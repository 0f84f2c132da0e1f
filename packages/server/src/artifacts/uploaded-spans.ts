import {
  type Attributes,
  isTraceId,
  parseJson,
  readSpanJson,
  type Span,
  type TraceStore,
  textOfString,
} from '@clew/model'
import { isJsonObject } from '../http/fields.ts'
import { normalise } from '../ingest/normalise.ts'

/**
 * Stores the spans of an uploaded `traces.json` that the store does not have. The TypeScript SDK up to 0.2 sends spans in
 * no other way; the Python client uploads the file whenever its trace info overtakes its spans.
 *
 * Answers true when every span of the file is in the store afterwards, so that the file need not be kept. False, and
 * nothing stored, when the trace is unknown or the file is not what it should be: then it is kept as a file.
 */
export async function storeUploadedSpans(store: TraceStore, traceId: string, bytes: Uint8Array): Promise<boolean> {
  const info = await store.getTraceInfo(traceId)
  const uploaded = info === undefined ? undefined : readSpans(bytes, traceId)
  if (info === undefined || uploaded === undefined || uploaded.length === 0) return false
  const known = new Set((await store.getSkeleton(traceId))?.spanId)
  const spans = uploaded.filter(({ spanId }) => !known.has(spanId))
  if (spans.length > 0) {
    const experimentId = info.experimentId
    await store.writeSpans({ experimentId, spans, traceTags: new Map(), runId: undefined })
  }
  // Traces of MLflow before 3.0 have ids that do not come back from a span, so their file stays the record.
  return isTraceId(traceId)
}

function readSpans(bytes: Uint8Array, traceId: string): readonly Span[] | undefined {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    const list = isJsonObject(value) ? value['spans'] : undefined
    if (!Array.isArray(list)) return undefined
    return list.map((value) => {
      const span = readSpanJson(value)
      return normalise({ ...span, traceId, attributes: asFromOtlp(span.attributes) })
    })
  } catch {
    // Not spans, or not readable: the upload is still a valid file, and is kept as one.
    return undefined
  }
}

/** MLflow's client sends the same span by OTLP, where a string that holds JSON is read as that JSON. */
function asFromOtlp(attributes: Attributes): Attributes {
  return new Map(
    [...attributes].map(([key, text]) => [key, text.startsWith('"') ? textOfString(JSON.parse(text)) : text]),
  )
}
