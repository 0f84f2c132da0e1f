import type { DatabaseSync } from 'node:sqlite'
import {
  type Assessment,
  type AssessmentPatch,
  ClewError,
  type Experiment,
  type ExperimentPage,
  type ExperimentQuery,
  type ExperimentStatistics,
  type LifecycleStage,
  type MetricPoint,
  type MetricQuery,
  type NewExperiment,
  type Skeleton,
  type Span,
  type SpanBatch,
  type TraceHeadline,
  type TraceInfo,
  type TracePage,
  type TraceQuery,
  type TraceSelection,
  type TraceStore,
} from '@clew/model'
import type { SpanIngest } from '../../ingest/ingest.ts'
import { threadIngest } from '../../ingest/thread.ts'
import type { DirectoryLock } from './lock.ts'
import { findAssessment } from './read/assessments.ts'
import { findExperimentByName } from './read/experiments.ts'
import type { ReaderMethods } from './read/reader.ts'
import { countSpans, findSpan, findTraceInfo } from './read/traces.ts'
import { findExperiment } from './rows/experiment-row.ts'
import { Sql } from './sql.ts'
import type { WorkerClient } from './thread/worker-client.ts'
import { batchBytes } from './write/batch-bytes.ts'
import { deleteInSteps } from './write/delete-in-steps.ts'
import type { WriterMethods } from './write/writer.ts'

export interface StoreThreads {
  readonly writer: WorkerClient<WriterMethods>
  /** Reads what a trace is made of. */
  readonly reader: WorkerClient<ReaderMethods>
  /** Searches, so that a long one does not keep a trace from opening. */
  readonly searcher: WorkerClient<ReaderMethods>
}

/**
 * A {@link TraceStore} in one SQLite file. Writes go to one thread, which commits what waits together; long reads go
 * to another; a read of one row is faster here than a message would be.
 */
export class SqliteStore implements TraceStore {
  /** Reads OTLP exports on the writer thread. */
  readonly ingest: SpanIngest
  readonly #threads: StoreThreads
  readonly #database: DatabaseSync
  readonly #sql: Sql
  readonly #lock: DirectoryLock
  #closing: Promise<void> | undefined

  constructor(threads: StoreThreads, database: DatabaseSync, lock: DirectoryLock) {
    this.#threads = threads
    this.#database = database
    this.#sql = new Sql(database)
    this.#lock = lock
    this.ingest = threadIngest((request, buffer) =>
      threads.writer.send('submitExport', [request], { bytes: buffer.byteLength, transfer: [buffer] }),
    )
  }

  writeSpans(batch: SpanBatch): Promise<void> {
    return this.#threads.writer.send('writeSpans', [batch], { bytes: batchBytes(batch), transfer: [] })
  }

  upsertTraceInfo(info: TraceInfo): Promise<TraceInfo> {
    return this.#threads.writer.call('upsertTraceInfo', info)
  }

  async getTraceInfo(traceId: string): Promise<TraceInfo | undefined> {
    return findTraceInfo(this.#open(), traceId)
  }

  getTraceInfos(traceIds: readonly string[]): Promise<readonly TraceInfo[]> {
    return this.#threads.reader.call('getTraceInfos', traceIds)
  }

  getHeadlines(traceIds: readonly string[]): Promise<ReadonlyMap<string, TraceHeadline>> {
    return this.#threads.searcher.call('getHeadlines', traceIds)
  }

  searchTraces(query: TraceQuery): Promise<TracePage> {
    return this.#threads.searcher.call('searchTraces', query)
  }

  countTraces(query: Pick<TraceQuery, 'experimentIds' | 'filter'>, atMost: number): Promise<number> {
    return this.#threads.searcher.call('countTraces', query, atMost)
  }

  getSpans(traceId: string): Promise<readonly Span[]> {
    return this.#threads.reader.call('getSpans', traceId)
  }

  async getSpan(traceId: string, spanId: string): Promise<Span | undefined> {
    return findSpan(this.#open(), traceId, spanId)
  }

  async countSpans(traceId: string): Promise<number> {
    return countSpans(this.#open(), traceId)
  }

  getSkeleton(traceId: string): Promise<Skeleton | undefined> {
    return this.#threads.reader.call('getSkeleton', traceId)
  }

  getSkeletonJson(traceId: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    return this.#threads.reader.call('getSkeletonJson', traceId)
  }

  setTraceTag(traceId: string, key: string, value: string): Promise<void> {
    return this.#threads.writer.call('setTraceTag', traceId, key, value)
  }

  deleteTraceTag(traceId: string, key: string): Promise<void> {
    return this.#threads.writer.call('deleteTraceTag', traceId, key)
  }

  deleteTraces(selection: TraceSelection): Promise<number> {
    return deleteInSteps(selection, (step, limit) => this.#threads.writer.call('deleteSomeTraces', step, limit))
  }

  linkTracesToRun(traceIds: readonly string[], runId: string): Promise<void> {
    return this.#threads.writer.call('linkTracesToRun', traceIds, runId)
  }

  linkPrompts(traceId: string, promptVersions: readonly string[]): Promise<void> {
    return this.#threads.writer.call('linkPrompts', traceId, promptVersions)
  }

  createExperiment(experiment: NewExperiment): Promise<Experiment> {
    return this.#threads.writer.call('createExperiment', experiment)
  }

  async getExperiment(experimentId: string): Promise<Experiment | undefined> {
    return findExperiment(this.#open(), experimentId)
  }

  async getExperimentByName(name: string): Promise<Experiment | undefined> {
    return findExperimentByName(this.#open(), name)
  }

  searchExperiments(query: ExperimentQuery): Promise<ExperimentPage> {
    return this.#threads.searcher.call('searchExperiments', query)
  }

  renameExperiment(experimentId: string, name: string): Promise<void> {
    return this.#threads.writer.call('renameExperiment', experimentId, name)
  }

  setExperimentStage(experimentId: string, stage: LifecycleStage): Promise<void> {
    return this.#threads.writer.call('setExperimentStage', experimentId, stage)
  }

  setExperimentTag(experimentId: string, key: string, value: string): Promise<void> {
    return this.#threads.writer.call('setExperimentTag', experimentId, key, value)
  }

  deleteExperimentTag(experimentId: string, key: string): Promise<void> {
    return this.#threads.writer.call('deleteExperimentTag', experimentId, key)
  }

  experimentStatistics(): Promise<readonly ExperimentStatistics[]> {
    return this.#threads.searcher.call('experimentStatistics')
  }

  queryMetrics(query: MetricQuery): Promise<readonly MetricPoint[]> {
    return this.#threads.searcher.call('queryMetrics', query)
  }

  createAssessment(assessment: Assessment): Promise<Assessment> {
    return this.#threads.writer.call('createAssessment', assessment)
  }

  async getAssessment(traceId: string, assessmentId: string): Promise<Assessment | undefined> {
    return findAssessment(this.#open(), traceId, assessmentId)
  }

  updateAssessment(traceId: string, assessmentId: string, patch: AssessmentPatch): Promise<Assessment> {
    return this.#threads.writer.call('updateAssessment', traceId, assessmentId, patch)
  }

  deleteAssessment(traceId: string, assessmentId: string): Promise<void> {
    return this.#threads.writer.call('deleteAssessment', traceId, assessmentId)
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** The readers go first, so that the writer can fold the whole log into the file. */
  async #close(): Promise<void> {
    this.#database.close()
    await Promise.all([this.#threads.reader.close(), this.#threads.searcher.close()])
    await this.#threads.writer.close()
    this.#lock.release()
  }

  #open(): Sql {
    if (this.#closing !== undefined) throw new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is closed.')
    return this.#sql
  }
}
