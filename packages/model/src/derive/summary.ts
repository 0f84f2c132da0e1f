import type { Assessment } from '../assessment.ts'
import { TraceMetadataKey, TraceTagKey } from '../keys.ts'
import type { TraceInfo, TraceState } from '../trace.ts'
import type { SpanSummary } from './digest.ts'
import { printCost, printTokenUsage } from './usage.ts'

/**
 * How a trace info follows from what a client said and what the spans say. Both parts are kept apart and only joined
 * here, so their order of arrival cannot matter: where the client said something, it is that; where it left something
 * open, the spans fill it.
 *
 * | field | client | else |
 * |---|---|---|
 * | state | `OK`, `ERROR` | of the first root once it ended; else the client's, else `IN_PROGRESS` |
 * | request time | not 0 | start of the earliest span |
 * | duration | any | earliest start to latest end |
 * | previews | any | of the first root's inputs and outputs |
 * | tag `mlflow.traceName` | any | the first root's name (MLflow leaves such traces without a name) |
 * | metadata token usage, cost, session, user | any | added up; of the first span that has one |
 * | tags | set or deleted by a client | `mlflow.traceTag.*` of the first root, then of the resource |
 *
 * "First" is by start time, then span id.
 */
export function traceInfoOf(parts: TraceParts): TraceInfo {
  const { client, spans } = parts
  const said = client.info
  return {
    traceId: parts.traceId,
    experimentId: parts.experimentId,
    clientRequestId: said?.clientRequestId,
    requestTimeMs: said?.requestTimeMs || (spans.startMs ?? 0),
    executionDurationMs: said?.executionDurationMs ?? spans.durationMs,
    state: stateOf(said?.state, spans),
    requestPreview: said?.requestPreview ?? spans.root?.requestPreview,
    responsePreview: said?.responsePreview ?? spans.root?.responsePreview,
    traceMetadata: metadataOf(client, spans),
    tags: tagsOf(parts),
    assessments: parts.assessments,
  }
}

export interface TraceParts {
  readonly traceId: string
  readonly experimentId: string
  /** Of the experiment, e.g. `mlflow-artifacts:/1`. */
  readonly artifactLocation: string
  readonly client: ClientRecord
  readonly spans: SpanSummary
  /** Tags the resources of its spans implied so far. */
  readonly resourceTags: ReadonlyMap<string, string>
  /** In order of creation. */
  readonly assessments: readonly Assessment[]
}

/** All that clients said about a trace beside its spans. Immutable. */
export interface ClientRecord {
  /** Absent until a trace info came; its coming is what MLflow calls finalized. */
  readonly info: ClientInfo | undefined
  readonly metadata: ReadonlyMap<string, string>
  /** `undefined` is a tag that was deleted, and stays so although spans imply it. */
  readonly tags: ReadonlyMap<string, string | undefined>
}

export type ClientInfo = Pick<
  TraceInfo,
  'clientRequestId' | 'requestTimeMs' | 'executionDurationMs' | 'state' | 'requestPreview' | 'responsePreview'
>

/** Nobody said anything yet. */
export const NO_CLIENT: ClientRecord = { info: undefined, metadata: new Map(), tags: new Map() }

/** Adds a trace info to what is known: scalars are replaced, previews only by previews, map keys one by one. */
export function mergeInfo(client: ClientRecord, info: TraceInfo): ClientRecord {
  return {
    info: {
      clientRequestId: info.clientRequestId,
      requestTimeMs: info.requestTimeMs,
      executionDurationMs: info.executionDurationMs,
      state: info.state,
      requestPreview: info.requestPreview ?? client.info?.requestPreview,
      responsePreview: info.responsePreview ?? client.info?.responsePreview,
    },
    metadata: new Map([...client.metadata, ...info.traceMetadata]),
    tags: new Map<string, string | undefined>([...client.tags, ...info.tags]),
  }
}

/** Sets a tag, or with `undefined` deletes it whoever set it. */
export function editTag(client: ClientRecord, key: string, value: string | undefined): ClientRecord {
  return { ...client, tags: new Map(client.tags).set(key, value) }
}

/** The value of the tag that says the spans are in this store and not in a file. */
export const TRACKING_STORE = 'TRACKING_STORE'

function stateOf(said: TraceState | undefined, spans: SpanSummary): TraceState {
  if (said === 'OK' || said === 'ERROR') return said
  if (spans.state !== undefined) return spans.state
  return spans.count > 0 || said === undefined ? 'IN_PROGRESS' : said
}

function metadataOf(client: ClientRecord, spans: SpanSummary): Map<string, string> {
  const metadata = new Map<string, string>()
  const fill = (key: string, value: string | undefined) => value !== undefined && metadata.set(key, value)
  fill(TraceMetadataKey.tokenUsage, spans.usage && printTokenUsage(spans.usage))
  fill(TraceMetadataKey.cost, spans.cost && printCost(spans.cost))
  fill(TraceMetadataKey.session, spans.sessionId)
  fill(TraceMetadataKey.user, spans.userId)
  for (const [key, value] of client.metadata) metadata.set(key, value)
  if (client.info !== undefined) metadata.set(TraceMetadataKey.infoFinalized, 'true')
  return metadata
}

function tagsOf(parts: TraceParts): Map<string, string> {
  const { client, spans, traceId } = parts
  const tags = new Map(parts.resourceTags)
  if (spans.root !== undefined) tags.set(TraceTagKey.name, spans.root.name)
  for (const [key, value] of spans.root?.tags ?? []) tags.set(key, value)
  tags.set(TraceTagKey.artifactLocation, `${parts.artifactLocation}/traces/${traceId}/artifacts`)
  for (const [key, value] of client.tags) {
    if (value === undefined) tags.delete(key)
    else tags.set(key, value)
  }
  if (spans.count > 0) tags.set(TraceTagKey.spansLocation, TRACKING_STORE)
  return tags
}
