import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Assessment,
  type Filter,
  parseFilter,
  parseOrderBy,
  type Span,
  type SpanBatch,
  type TraceInfo,
  type TracePage,
  type TraceQuery,
  type TraceStore,
} from '@clew/model'
import { draw, drawnTraceId } from '../draw.ts'

/** Opens the store under test on an empty directory, or on what it left there. */
export type OpenStore = (directory: string) => Promise<TraceStore>

/** What a case works with: a store that other cases use too, so each takes experiments and ids of its own. */
export class Stage {
  readonly #open: OpenStore
  readonly #directory: string
  #store: TraceStore
  #count = 0

  constructor(open: OpenStore, directory: string, store: TraceStore) {
    this.#open = open
    this.#directory = directory
    this.#store = store
  }

  static async make(open: OpenStore): Promise<Stage> {
    const directory = await mkdtemp(join(tmpdir(), 'clew-prove-'))
    return new Stage(open, directory, await open(directory))
  }

  get store(): TraceStore {
    return this.#store
  }

  /** Closes the store and opens it on the same directory. */
  async reopen(): Promise<void> {
    await this.#store.close()
    this.#store = await this.#open(this.#directory)
  }

  async dispose(): Promise<void> {
    await this.#store.close()
    await rm(this.#directory, { recursive: true, force: true })
  }

  /** A number no other case of this stage got. */
  next(): number {
    this.#count += 1
    return this.#count
  }

  newTraceId(): string {
    return drawnTraceId(this.next())
  }

  async newExperiment(): Promise<string> {
    const name = `experiment ${this.next()}`
    const experiment = await this.#store.createExperiment({ name, artifactLocation: undefined, tags: new Map() })
    return experiment.experimentId
  }

  /** Draws a trace and stores its spans. Returns its id. */
  async drawn(experimentId: string, sketch: string, changes: Partial<SpanBatch> = {}): Promise<string> {
    const traceId = this.newTraceId()
    await this.write(experimentId, draw(sketch, { traceId }), changes)
    return traceId
  }

  write(experimentId: string, spans: readonly Span[], changes: Partial<SpanBatch> = {}): Promise<void> {
    return this.#store.writeSpans({ experimentId, spans, traceTags: new Map(), runId: undefined, ...changes })
  }

  search(experimentId: string, changes: SearchText = {}): Promise<TracePage> {
    return this.#store.searchTraces(queryOf(experimentId, changes))
  }

  /** The names of all traces found, in order. */
  async found(experimentId: string, filter = '', orderBy: readonly string[] = []): Promise<string> {
    const { traces } = await this.search(experimentId, { filter, orderBy })
    return namesOf(traces)
  }

  async info(traceId: string): Promise<TraceInfo> {
    const info = await this.#store.getTraceInfo(traceId)
    if (info === undefined) throw new Error(`The store does not know ${traceId}`)
    return info
  }
}

export interface SearchText {
  readonly filter?: string
  readonly orderBy?: readonly string[]
  readonly limit?: number
  readonly cursor?: string | undefined
}

export function queryOf(
  experimentId: string,
  { filter = '', orderBy = [], limit = 500, cursor }: SearchText,
): TraceQuery {
  const parsed: Filter | undefined = parseFilter(filter)
  return { experimentIds: [experimentId], filter: parsed, orderBy: parseOrderBy(orderBy), limit, cursor }
}

export function namesOf(traces: readonly TraceInfo[]): string {
  return traces.map((trace) => trace.tags.get('mlflow.traceName') ?? '-').join(' ')
}

/** What a client says about a trace; everything it may leave open is left open. */
export function infoOf(traceId: string, experimentId: string, changes: Partial<TraceInfo> = {}): TraceInfo {
  return {
    traceId,
    experimentId,
    clientRequestId: undefined,
    requestTimeMs: 1_750_000_000_000,
    executionDurationMs: undefined,
    state: 'OK',
    requestPreview: undefined,
    responsePreview: undefined,
    traceMetadata: new Map(),
    tags: new Map(),
    assessments: [],
    ...changes,
  }
}

export function feedbackOn(traceId: string, assessmentId: string, changes: Partial<Assessment> = {}): Assessment {
  return {
    assessmentId,
    traceId,
    spanId: undefined,
    name: 'score',
    source: { sourceType: 'HUMAN', sourceId: 'bob' },
    content: { kind: 'feedback', value: true, error: undefined },
    rationale: undefined,
    metadata: new Map(),
    overrides: undefined,
    valid: true,
    createTimeMs: 1_750_000_000_000,
    lastUpdateTimeMs: 1_750_000_000_000,
    ...changes,
  }
}
