import { randomBytes } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import {
  ClewError,
  decodeOtlpJson,
  jsonString,
  parseJson,
  readTraceInfo,
  type SamplesLoaded,
  type Span,
  SpanKey,
  type TraceInfo,
  type TraceStore,
} from '@clew/model'
import { isJsonObject, type JsonObject } from '../http/fields.ts'
import { normalise } from '../ingest/normalise.ts'

/** The experiment the samples go into. */
const EXPERIMENT = 'Samples'

/** How long ago the newest sample ended. */
const AGE_MS = 3 * 60_000

const folder = new URL('../samples/', import.meta.url)

/**
 * Stores the recorded sample traces, moved so that the newest ended a few minutes ago, under fresh ids so that loading
 * them again adds to the list instead of changing what is there.
 *
 * A recording is a file `*.otlp` of JSON lines, each the body of a request as a traced program sent it: an OTLP export
 * (`{"resourceSpans": …}`) or a trace info (`{"trace": {"trace_info": …}}`).
 */
export async function loadSamples(store: TraceStore): Promise<SamplesLoaded> {
  const recording = await readRecordings()
  if (recording.spans.length === 0) throw new ClewError('NOT_FOUND', 'This server came without sample traces.')
  const experimentId = await samplesExperiment(store)
  const renewed = renew(recording, experimentId, Date.now())
  await store.writeSpans({ experimentId, spans: renewed.spans, traceTags: new Map(), runId: undefined })
  for (const info of renewed.infos) await store.upsertTraceInfo(info)
  return { experimentId, traces: new Set(renewed.spans.map(({ traceId }) => traceId)).size }
}

/** What a traced program sent. */
export interface Recording {
  readonly spans: readonly Span[]
  readonly infos: readonly TraceInfo[]
}

async function readRecordings(): Promise<Recording> {
  const spans: Span[] = []
  const infos: TraceInfo[] = []
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.otlp')).sort()) {
    const text = await readFile(new URL(name, folder), 'utf8')
    for (const line of text.split('\n').filter((candidate) => candidate.trim() !== '')) {
      const info = traceInfoIn(parseJson(line) as JsonObject)
      if (info !== undefined) infos.push(info)
      else for (const group of decodeOtlpJson(line).groups) spans.push(...group.spans.map(normalise))
    }
  }
  return { spans, infos }
}

function traceInfoIn(body: JsonObject): TraceInfo | undefined {
  const trace = body['trace']
  return isJsonObject(trace) && trace['trace_info'] !== undefined ? readTraceInfo(trace['trace_info']) : undefined
}

async function samplesExperiment(store: TraceStore): Promise<string> {
  const existing = await store.getExperimentByName(EXPERIMENT)
  if (existing === undefined) {
    const created = await store.createExperiment({ name: EXPERIMENT, artifactLocation: undefined, tags: new Map() })
    return created.experimentId
  }
  if (existing.lifecycleStage === 'deleted') await store.setExperimentStage(existing.experimentId, 'active')
  return existing.experimentId
}

/** The same traces under fresh ids, ending {@link AGE_MS} before `nowMs`. Pure but for the ids. */
export function renew({ spans, infos }: Recording, experimentId: string, nowMs: number): Recording {
  const newestNs = spans.reduce((newest, span) => maximum(newest, span.endTimeNs ?? span.startTimeNs), 0n)
  // Whole milliseconds, so that infos and spans move by the same amount.
  const shiftMs = nowMs - AGE_MS - Number(newestNs / 1_000_000n)
  const shiftNs = BigInt(shiftMs) * 1_000_000n
  const traceIds = freshIds(
    spans.map(({ traceId }) => traceId),
    () => `tr-${randomBytes(16).toString('hex')}`,
  )
  const spanIds = freshIds(
    spans.map(({ spanId }) => spanId),
    () => randomBytes(8).toString('hex'),
  )
  const renewSpan = (span: Span): Span => ({
    ...span,
    traceId: traceIds(span.traceId),
    spanId: spanIds(span.spanId),
    parentSpanId: span.parentSpanId && spanIds(span.parentSpanId),
    startTimeNs: span.startTimeNs + shiftNs,
    endTimeNs: span.endTimeNs === undefined ? undefined : span.endTimeNs + shiftNs,
    attributes: new Map(span.attributes).set(SpanKey.traceRequestId, jsonString(traceIds(span.traceId))),
    events: span.events.map((event) => ({ ...event, timeNs: event.timeNs + shiftNs })),
    links: span.links.map((link) => ({ ...link, traceId: traceIds(link.traceId), spanId: spanIds(link.spanId) })),
  })
  const renewInfo = (info: TraceInfo): TraceInfo => ({
    ...info,
    traceId: traceIds(info.traceId),
    experimentId,
    requestTimeMs: info.requestTimeMs + shiftMs,
  })
  return { spans: spans.map(renewSpan), infos: infos.map(renewInfo) }
}

/** One new id per known one; ids of traces that were not recorded stay as they are. */
function freshIds(known: readonly string[], draw: () => string): (id: string) => string {
  const ids = new Map([...new Set(known)].map((id) => [id, draw()]))
  return (id) => ids.get(id) ?? id
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b
}
