import {
  ClewError,
  type Experiment,
  headlineOf,
  parseTokenUsage,
  type TraceInfo,
  TraceMetadataKey,
  traceInfoOf,
} from '@clew/model'
import { existingExperiment, experimentKey } from '../rows/experiment-row.ts'
import { printMap } from '../rows/string-map.ts'
import { NO_PARTS, packParts, type TraceParts, unpackParts } from '../rows/trace-parts.ts'
import { numberOf, optionalText, type Sql } from '../sql.ts'

/** A trace as the writer works on it. */
export interface TraceRecord {
  /** Its key inside the file. */
  readonly pk: number
  readonly traceId: string
  readonly experimentId: string
  readonly parts: TraceParts
}

export function findRecord(sql: Sql, traceId: string): TraceRecord | undefined {
  const row = sql.get(
    `SELECT t.pk, t.experiment_id, p.client, p.spans, p.resource_tags
     FROM traces t JOIN trace_parts p ON p.trace = t.pk WHERE t.trace_id = ?`,
    traceId,
  )
  if (row === undefined) return undefined
  const parts = unpackParts({
    client: optionalText(row, 'client') ?? null,
    spans: optionalText(row, 'spans') ?? null,
    resourceTags: optionalText(row, 'resource_tags') ?? null,
  })
  return { pk: numberOf(row, 'pk'), traceId, experimentId: String(numberOf(row, 'experiment_id')), parts }
}

/** @throws ClewError RESOURCE_DOES_NOT_EXIST */
export function existingRecord(sql: Sql, traceId: string): TraceRecord {
  const record = findRecord(sql, traceId)
  if (record !== undefined) return record
  throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${traceId}' not found.`)
}

/** A trace nothing is known of; not in the file before {@link saveRecord}. `experiment` has to be active. */
export function newRecord(sql: Sql, traceId: string, experiment: Experiment): TraceRecord {
  if (experiment.lifecycleStage !== 'active') {
    throw new ClewError(
      'INVALID_PARAMETER_VALUE',
      `The experiment ${experiment.experimentId} must be in the 'active' state. Current state is deleted.`,
    )
  }
  return { pk: nextKey(sql), traceId, experimentId: experiment.experimentId, parts: NO_PARTS }
}

const SAVE_TRACE = `INSERT INTO traces (pk, trace_id, experiment_id, request_time_ms, duration_ms, state,
    client_request_id, tags, metadata, request_preview, response_preview, root_type, failure,
    input_tokens, output_tokens, total_tokens, cache_read_tokens, cache_creation_tokens)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (pk) DO UPDATE SET request_time_ms = excluded.request_time_ms, duration_ms = excluded.duration_ms,
    state = excluded.state, client_request_id = excluded.client_request_id, tags = excluded.tags,
    metadata = excluded.metadata, request_preview = excluded.request_preview,
    response_preview = excluded.response_preview, root_type = excluded.root_type, failure = excluded.failure,
    input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, total_tokens = excluded.total_tokens,
    cache_read_tokens = excluded.cache_read_tokens, cache_creation_tokens = excluded.cache_creation_tokens`

const SAVE_PARTS = 'INSERT OR REPLACE INTO trace_parts VALUES (?, ?, ?, ?)'

/** Writes the parts, and the row of `traces` that follows from them. Returns it, without assessments. */
export function saveRecord(sql: Sql, record: TraceRecord): TraceInfo {
  const { pk, traceId, experimentId, parts } = record
  const { artifactLocation } = existingExperiment(sql, experimentId)
  const info = traceInfoOf({ traceId, experimentId, artifactLocation, ...parts, assessments: [] })
  const headline = headlineOf(info.state, parts.spans)
  const usage = parseTokenUsage(info.traceMetadata.get(TraceMetadataKey.tokenUsage))
  sql.run(
    SAVE_TRACE,
    pk,
    traceId,
    experimentKey(experimentId) ?? 0,
    info.requestTimeMs,
    info.executionDurationMs ?? null,
    info.state,
    info.clientRequestId ?? null,
    printMap(info.tags),
    printMap(info.traceMetadata),
    info.requestPreview ?? null,
    info.responsePreview ?? null,
    headline.rootType ?? null,
    headline.failure ?? null,
    usage?.input ?? null,
    usage?.output ?? null,
    usage?.total ?? null,
    usage?.cacheRead ?? null,
    usage?.cacheCreation ?? null,
  )
  const packed = packParts(parts)
  sql.run(SAVE_PARTS, pk, packed.client, packed.spans, packed.resourceTags)
  return info
}

/** Keys grow: a key that was used is not given to another trace while a digest of the old one may be kept. */
function nextKey(sql: Sql): number {
  const row = sql.get('SELECT coalesce(max(pk), 0) + 1 AS pk FROM traces')
  return row === undefined ? 1 : numberOf(row, 'pk')
}
