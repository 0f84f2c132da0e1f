import {
  type Assessment,
  type AssessmentPatch,
  buildSkeleton,
  ClewError,
  type Experiment,
  type ExperimentPage,
  type ExperimentQuery,
  type ExperimentStatistics,
  editTag,
  evaluateMetrics,
  type LifecycleStage,
  type MetricPoint,
  type MetricQuery,
  mergeInfo,
  type NewExperiment,
  type Skeleton,
  type Span,
  type SpanBatch,
  skeletonRow,
  type TraceHeadline,
  type TraceInfo,
  type TracePage,
  type TraceQuery,
  type TraceSelection,
  type TraceStore,
} from '@clew/model'
import { copyAssessment, copyExperiment, copyInfo, copySpan } from './memory/copy.ts'
import { MemoryExperiments } from './memory/experiments.ts'
import { TraceLinks } from './memory/links.ts'
import { matching, searchPage } from './memory/search.ts'
import { TraceRecord } from './memory/trace-record.ts'

/**
 * The reference {@link TraceStore}: everything in maps, gone with the process. Every call does all of its work before it
 * returns, so calls happen one after the other in the order they were made. Searching looks at every trace.
 */
export class MemoryStore implements TraceStore {
  readonly #experiments = new MemoryExperiments()
  readonly #traces = new Map<string, TraceRecord>()
  readonly #links = new TraceLinks()
  #isClosed = false

  async writeSpans(batch: SpanBatch): Promise<void> {
    this.#checkOpen()
    const groups = Map.groupBy(batch.spans, (span) => span.traceId)
    const isAnyNew = [...groups.keys()].some((traceId) => !this.#traces.has(traceId))
    const experiment = isAnyNew ? this.#experiments.active(batch.experimentId) : undefined
    for (const [traceId, spans] of groups) {
      const record = this.#traces.get(traceId) ?? (experiment && this.#insert(traceId, experiment))
      record?.addSpans(spans, batch.traceTags.get(traceId))
      const hasRoot = spans.some((span) => span.parentSpanId === undefined)
      if (batch.runId !== undefined && hasRoot) this.#links.addRun(traceId, batch.runId)
    }
  }

  async upsertTraceInfo(info: TraceInfo): Promise<TraceInfo> {
    this.#checkOpen()
    const { traceId } = info
    const record = this.#traces.get(traceId) ?? this.#insert(traceId, this.#experiments.active(info.experimentId))
    record.changeClient((client) => mergeInfo(client, info))
    for (const assessment of info.assessments) record.putAssessment(assessment)
    return copyInfo(record.info)
  }

  async getTraceInfo(traceId: string): Promise<TraceInfo | undefined> {
    this.#checkOpen()
    const record = this.#traces.get(traceId)
    return record && copyInfo(record.info)
  }

  async getTraceInfos(traceIds: readonly string[]): Promise<readonly TraceInfo[]> {
    this.#checkOpen()
    const records = [...new Set(traceIds)].map((traceId) => this.#traces.get(traceId))
    return records.filter((record) => record !== undefined).map((record) => copyInfo(record.info))
  }

  async getHeadlines(traceIds: readonly string[]): Promise<ReadonlyMap<string, TraceHeadline>> {
    this.#checkOpen()
    return new Map(this.#byIds(traceIds).map((record) => [record.traceId, record.headline]))
  }

  async searchTraces(query: TraceQuery): Promise<TracePage> {
    this.#checkOpen()
    return searchPage(this.#traces, this.#links, query)
  }

  async countTraces(query: Pick<TraceQuery, 'experimentIds' | 'filter'>, atMost: number): Promise<number> {
    this.#checkOpen()
    let count = 0
    for (const _ of matching(this.#traces, this.#links, query)) {
      if (count >= atMost) break
      count++
    }
    return count
  }

  async getSpans(traceId: string): Promise<readonly Span[]> {
    this.#checkOpen()
    return this.#traces.get(traceId)?.sortedSpans().map(copySpan) ?? []
  }

  async getSpan(traceId: string, spanId: string): Promise<Span | undefined> {
    this.#checkOpen()
    const span = this.#traces.get(traceId)?.spans.get(spanId)
    return span && copySpan(span)
  }

  async countSpans(traceId: string): Promise<number> {
    this.#checkOpen()
    return this.#traces.get(traceId)?.spans.size ?? 0
  }

  async getSkeleton(traceId: string): Promise<Skeleton | undefined> {
    this.#checkOpen()
    const record = this.#traces.get(traceId)
    return record && buildSkeleton(traceId, [...record.spans.values()].map(skeletonRow))
  }

  async getSkeletonJson(traceId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const skeleton = await this.getSkeleton(traceId)
    return skeleton && new TextEncoder().encode(JSON.stringify(skeleton))
  }

  async setTraceTag(traceId: string, key: string, value: string): Promise<void> {
    this.#checkOpen()
    this.#existing(traceId).changeClient((client) => editTag(client, key, value))
  }

  async deleteTraceTag(traceId: string, key: string): Promise<void> {
    this.#checkOpen()
    const record = this.#traces.get(traceId)
    if (record === undefined || !record.info.tags.has(key)) {
      throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No trace tag with key '${key}' for trace with ID '${traceId}'`)
    }
    record.changeClient((client) => editTag(client, key, undefined))
  }

  async deleteTraces(selection: TraceSelection): Promise<number> {
    this.#checkOpen()
    const { experimentId } = selection
    const records = 'traceIds' in selection ? this.#byIds(selection.traceIds) : this.#byAge(selection)
    const meant = records.filter((record) => record.experimentId === experimentId)
    for (const { traceId } of meant) {
      this.#traces.delete(traceId)
      this.#links.delete(traceId)
    }
    return meant.length
  }

  async linkTracesToRun(traceIds: readonly string[], runId: string): Promise<void> {
    this.#checkOpen()
    for (const traceId of traceIds) this.#links.addRun(traceId, runId)
  }

  async linkPrompts(traceId: string, promptVersions: readonly string[]): Promise<void> {
    this.#checkOpen()
    this.#existing(traceId)
    for (const promptVersion of promptVersions) this.#links.addPrompt(traceId, promptVersion)
  }

  async createExperiment(experiment: NewExperiment): Promise<Experiment> {
    this.#checkOpen()
    return this.#experiments.create(experiment)
  }

  async getExperiment(experimentId: string): Promise<Experiment | undefined> {
    this.#checkOpen()
    const experiment = this.#experiments.find(experimentId)
    return experiment && copyExperiment(experiment)
  }

  async getExperimentByName(name: string): Promise<Experiment | undefined> {
    this.#checkOpen()
    const experiment = this.#experiments.findByName(name)
    return experiment && copyExperiment(experiment)
  }

  async searchExperiments(query: ExperimentQuery): Promise<ExperimentPage> {
    this.#checkOpen()
    return this.#experiments.search(query)
  }

  async renameExperiment(experimentId: string, name: string): Promise<void> {
    this.#checkOpen()
    this.#experiments.rename(experimentId, name)
  }

  async setExperimentStage(experimentId: string, stage: LifecycleStage): Promise<void> {
    this.#checkOpen()
    this.#experiments.setStage(experimentId, stage)
  }

  async setExperimentTag(experimentId: string, key: string, value: string): Promise<void> {
    this.#checkOpen()
    this.#experiments.setTag(experimentId, key, value)
  }

  async deleteExperimentTag(experimentId: string, key: string): Promise<void> {
    this.#checkOpen()
    this.#experiments.deleteTag(experimentId, key)
  }

  async experimentStatistics(): Promise<readonly ExperimentStatistics[]> {
    this.#checkOpen()
    const infos = Map.groupBy(
      [...this.#traces.values()].map((record) => record.info),
      (info) => info.experimentId,
    )
    const active = this.#experiments.all().filter((experiment) => experiment.lifecycleStage === 'active')
    return active.map((experiment) => statisticsOf(experiment, infos.get(experiment.experimentId) ?? []))
  }

  async queryMetrics(query: MetricQuery): Promise<readonly MetricPoint[]> {
    this.#checkOpen()
    return evaluateMetrics(query, matching(this.#traces, this.#links, query))
  }

  async createAssessment(assessment: Assessment): Promise<Assessment> {
    this.#checkOpen()
    const record = this.#existing(assessment.traceId)
    record.createAssessment(assessment)
    return copyAssessment(record.existingAssessment(assessment.assessmentId))
  }

  async getAssessment(traceId: string, assessmentId: string): Promise<Assessment | undefined> {
    this.#checkOpen()
    const assessment = this.#traces.get(traceId)?.assessments.get(assessmentId)
    return assessment && copyAssessment(assessment)
  }

  async updateAssessment(traceId: string, assessmentId: string, patch: AssessmentPatch): Promise<Assessment> {
    this.#checkOpen()
    return copyAssessment(this.#existing(traceId).updateAssessment(assessmentId, patch))
  }

  async deleteAssessment(traceId: string, assessmentId: string): Promise<void> {
    this.#checkOpen()
    this.#traces.get(traceId)?.deleteAssessment(assessmentId)
  }

  async close(): Promise<void> {
    this.#isClosed = true
  }

  #insert(traceId: string, experiment: Experiment): TraceRecord {
    const record = new TraceRecord(traceId, experiment)
    this.#traces.set(traceId, record)
    return record
  }

  #existing(traceId: string): TraceRecord {
    const record = this.#traces.get(traceId)
    if (record !== undefined) return record
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${traceId}' not found.`)
  }

  #byIds(traceIds: readonly string[]): TraceRecord[] {
    return [...new Set(traceIds)].map((traceId) => this.#traces.get(traceId)).filter((record) => record !== undefined)
  }

  /** Oldest first: the end of the list as it is shown. */
  #byAge({ experimentId, untilMs, limit }: Exclude<TraceSelection, { traceIds: readonly string[] }>): TraceRecord[] {
    return [...this.#traces.values()]
      .filter((record) => record.experimentId === experimentId && record.info.requestTimeMs <= untilMs)
      .sort((a, b) => a.info.requestTimeMs - b.info.requestTimeMs || (a.traceId < b.traceId ? 1 : -1))
      .slice(0, limit)
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is closed.')
  }
}

function statisticsOf(experiment: Experiment, infos: readonly TraceInfo[]): ExperimentStatistics {
  return {
    experiment: copyExperiment(experiment),
    traces: infos.length,
    errors: infos.filter((info) => info.state === 'ERROR').length,
    lastTraceMs: infos.reduce<number | undefined>(
      (last, info) => Math.max(last ?? info.requestTimeMs, info.requestTimeMs),
      undefined,
    ),
  }
}
