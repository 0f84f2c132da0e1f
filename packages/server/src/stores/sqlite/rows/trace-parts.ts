import { type ClientRecord, NO_CLIENT, type SpanSummary } from '@clew/model'
import { parseMap, printMap } from './string-map.ts'

/** What clients, spans and resources said of a trace, each kept for itself; see `derive/summary.ts` of the model. */
export interface TraceParts {
  readonly client: ClientRecord
  readonly spans: SpanSummary
  readonly resourceTags: ReadonlyMap<string, string>
}

export const NO_SPANS: SpanSummary = {
  count: 0,
  state: undefined,
  startMs: undefined,
  durationMs: undefined,
  root: undefined,
  usage: undefined,
  cost: undefined,
  sessionId: undefined,
  userId: undefined,
  failure: undefined,
}

export const NO_PARTS: TraceParts = { client: NO_CLIENT, spans: NO_SPANS, resourceTags: new Map() }

export interface PackedParts {
  readonly client: string | null
  readonly spans: string | null
  readonly resourceTags: string | null
}

export function packParts(parts: TraceParts): PackedParts {
  const { client, spans, resourceTags } = parts
  return {
    client:
      client === NO_CLIENT
        ? null
        : JSON.stringify({ ...client, metadata: [...client.metadata], tags: packTags(client.tags) }),
    spans:
      spans.count === 0
        ? null
        : JSON.stringify({ ...spans, root: spans.root && { ...spans.root, tags: [...spans.root.tags] } }),
    resourceTags: resourceTags.size === 0 ? null : printMap(resourceTags),
  }
}

export function unpackParts(packed: PackedParts): TraceParts {
  return {
    client: packed.client === null ? NO_CLIENT : unpackClient(packed.client),
    spans: packed.spans === null ? NO_SPANS : unpackSummary(packed.spans),
    resourceTags: packed.resourceTags === null ? new Map() : parseMap(packed.resourceTags),
  }
}

/** A deleted tag has no value; JSON has no `undefined`. */
function packTags(tags: ClientRecord['tags']): [string, string | null][] {
  return [...tags].map(([key, value]) => [key, value ?? null])
}

function unpackClient(text: string): ClientRecord {
  const packed = JSON.parse(text)
  const tags: [string, string | null][] = packed.tags
  return {
    info: packed.info,
    metadata: new Map(packed.metadata),
    tags: new Map(tags.map(([key, value]) => [key, value ?? undefined])),
  }
}

function unpackSummary(text: string): SpanSummary {
  const packed = JSON.parse(text)
  return { ...NO_SPANS, ...packed, root: packed.root && { ...packed.root, tags: new Map(packed.root.tags) } }
}
