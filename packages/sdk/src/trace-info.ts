import {
  type JsonText,
  previewOf,
  printCost,
  printTokenUsage,
  TRACE_SCHEMA_VERSION,
  type TraceInfo,
  TraceMetadataKey,
  TraceTagKey,
} from '@clew/model'
import { environmentMetadata } from './environment.ts'
import type { RecordingSpan } from './recording-span.ts'
import type { TraceRecord } from './trace-record.ts'

/** Characters of inputs and outputs that MLflow keeps in trace metadata, dots included. */
const METADATA_PREVIEW_LENGTH = 250
/** Longest metadata and tag value MLflow stores. Characters. */
const MAX_VALUE_LENGTH = 8_000
const NS_PER_MS = 1_000_000n

/**
 * What is known of a trace when its root has ended, as MLflow's Python client writes it. Made when it is sent, so that
 * it does not cost the traced code, and holds what `updateCurrentTrace` said until then.
 */
export function traceInfoOf(root: RecordingSpan, experimentId: string): Omit<TraceInfo, 'assessments'> {
  const { trace, inputsText, outputsText } = root
  const endTimeNs = root.endTimeNs ?? root.startTimeNs
  return {
    traceId: root.traceId,
    experimentId,
    clientRequestId: trace.clientRequestId,
    requestTimeMs: Number(root.startTimeNs / NS_PER_MS),
    executionDurationMs: Number((endTimeNs - root.startTimeNs) / NS_PER_MS),
    state: trace.state ?? (root.statusCode === 'ERROR' ? 'ERROR' : 'OK'),
    requestPreview: trace.requestPreview ?? (inputsText === undefined ? undefined : previewOf(inputsText, 'user')),
    responsePreview:
      trace.responsePreview ?? (outputsText === undefined ? undefined : previewOf(outputsText, 'assistant')),
    traceMetadata: metadataOf(root),
    tags: cutValues(new Map([[TraceTagKey.name, root.name], ...trace.tags])),
  }
}

function metadataOf({ trace, inputsText, outputsText }: RecordingSpan): ReadonlyMap<string, string> {
  const metadata = new Map(environmentMetadata())
  metadata.set(TraceMetadataKey.schemaVersion, TRACE_SCHEMA_VERSION)
  if (inputsText !== undefined) metadata.set(TraceMetadataKey.inputs, shorten(inputsText))
  if (outputsText !== undefined) metadata.set(TraceMetadataKey.outputs, shorten(outputsText))
  // A total given here stands; without one the server adds up the spans of all processes.
  const spending = trace.isShared ? undefined : trace.spending
  if (spending?.usage !== undefined) metadata.set(TraceMetadataKey.tokenUsage, printTokenUsage(spending.usage))
  if (spending?.cost !== undefined) metadata.set(TraceMetadataKey.cost, printCost(spending.cost))
  metadata.set(TraceMetadataKey.sizeStats, sizeStats(trace))
  metadata.set(TraceMetadataKey.sizeBytes, String(trace.totalSize))
  for (const [key, value] of trace.metadata) metadata.set(key, value)
  return cutValues(metadata)
}

function shorten(json: JsonText): string {
  return json.length <= METADATA_PREVIEW_LENGTH ? json : `${json.slice(0, METADATA_PREVIEW_LENGTH - 3)}...`
}

/** In MLflow's form. Sizes are characters of content, not the bytes of some encoding; `num_spans` is exact. */
function sizeStats(trace: TraceRecord): string {
  const sorted = [...trace.sizes].sort((a, b) => a - b)
  const percentile = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  return JSON.stringify({
    total_size_bytes: trace.totalSize,
    num_spans: trace.spanCount,
    max: trace.largestSize,
    p25: percentile(0.25),
    p50: percentile(0.5),
    p75: percentile(0.75),
  })
}

function cutValues(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const cut = new Map<string, string>()
  for (const [key, value] of values) cut.set(key.slice(0, 250), value.slice(0, MAX_VALUE_LENGTH))
  return cut
}
