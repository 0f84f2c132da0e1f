import type { Skeleton } from './api/skeleton.ts'
import type { Assessment, AssessmentContent } from './assessment.ts'
import type { TraceHeadline } from './derive/headline.ts'
import type { Experiment, LifecycleStage } from './experiment.ts'
import type { MetricStore } from './metrics/metric-store.ts'
import type { ExperimentComparison, ExperimentOrder, Filter, Order } from './search/ast.ts'
import type { Span } from './span.ts'
import type { TraceInfo } from './trace.ts'

/**
 * Where traces are kept. `memory` is the reference; every other store must answer alike under `proveStore` of
 * `@clew/kit`. A store that cannot says so there as `{ test, reason }`.
 *
 * **Ownership.** What a store is given belongs to the caller again as soon as the promise settles, and must not be
 * changed before. What it returns is a snapshot: changing the store later does not change it, and it shares nothing
 * mutable with what the store keeps.
 *
 * **Durability.** A write's promise resolves when the write would survive a kill -9 of the process and a loss of
 * power (as far as the disk keeps its word); a rejected write has changed nothing, unless the store itself broke down
 * over it (`TEMPORARILY_UNAVAILABLE`): then it may be there or not, and is safe to send again. Writes that arrive
 * together may be committed together. A reader that starts after a write resolved sees it.
 *
 * **Idempotence.** A span is identified by (trace id, span id). Writing it again replaces it and changes nothing else:
 * no count, no sum, no time grows because a batch was retried. A trace keeps the experiment of its first span or info,
 * whatever later batches say. Span batches and trace info of one trace arrive in either order and meet in the same
 * state.
 *
 * **Ids.** An unknown id is `undefined` from a getter, nothing in a list, and a `RESOURCE_DOES_NOT_EXIST` from a
 * mutation, except where a method says otherwise. Ids are compared exactly; a store never normalises them.
 *
 * **Bounds.** A list is never longer than asked for. `ids` arguments may be of any length; the store chunks them.
 *
 * **Errors.** Only {@link ClewError} for what the caller did; anything else is a fault. A full disk rejects the write
 * with `TEMPORARILY_UNAVAILABLE` and leaves reading possible. No message carries SQL or a path.
 *
 * **Closing.** `close()` waits for the writes that were accepted, then releases files and threads; calling it twice is
 * fine. Other methods reject with `TEMPORARILY_UNAVAILABLE` after it.
 */
export interface TraceStore extends ExperimentStore, AssessmentStore, MetricStore {
  /**
   * Stores spans and updates what is derived from them, as `derive/summary.ts` in this package defines it: name, state,
   * times, previews, token usage, cost, session, user, tags.
   *
   * An unknown experiment rejects with `RESOURCE_DOES_NOT_EXIST`, but only if some trace of the batch is new; a
   * deleted experiment refuses new traces with `INVALID_PARAMETER_VALUE`. The batch is stored whole or not at all.
   */
  writeSpans(batch: SpanBatch): Promise<void>

  /**
   * Creates or merges a trace info, as a client sends it when its root span ended: the given scalars replace the
   * stored ones (`undefined` previews leave what was there), metadata and tag keys are overwritten one by one,
   * assessments are added. Sets metadata `mlflow.trace.infoFinalized`: from then on spans no longer change what the info
   * said, and only fill what it left open (`traceInfoOf` in `derive/summary.ts`; MLflow 3.17.2, less its fault that a
   * plain later batch stretches the duration).
   *
   * Returns what is stored now, including the tags the server adds (`mlflow.artifactLocation`, and
   * `mlflow.trace.spansLocation` = `TRACKING_STORE` once the trace has spans).
   */
  upsertTraceInfo(info: TraceInfo): Promise<TraceInfo>

  getTraceInfo(traceId: string): Promise<TraceInfo | undefined>

  /** In the order asked for, unknown ids left out, a repeated id once. */
  getTraceInfos(traceIds: readonly string[]): Promise<readonly TraceInfo[]>

  /**
   * What a list shows of traces beside their infos, by trace id; unknown ids are left out. Follows from the spans and the
   * state alone (`headlineOf` in `derive/headline.ts`), is kept when they are written, and reads no payload.
   */
  getHeadlines(traceIds: readonly string[]): Promise<ReadonlyMap<string, TraceHeadline>>

  /**
   * One page of the traces of the given experiments that match, in the given order, then newest first, then by id.
   * Pages are stable: a trace that existed when the first page was read and still matches appears exactly once, however many
   * traces arrive in between.
   */
  searchTraces(query: TraceQuery): Promise<TracePage>

  /** How many traces match, counting no further than `atMost`. */
  countTraces(query: Pick<TraceQuery, 'experimentIds' | 'filter'>, atMost: number): Promise<number>

  /** All spans: roots first, then by start time, then by span id. Unknown trace: empty. */
  getSpans(traceId: string): Promise<readonly Span[]>

  getSpan(traceId: string, spanId: string): Promise<Span | undefined>

  countSpans(traceId: string): Promise<number>

  /** The structure of a trace. Reads no payload. Unknown trace: `undefined`; a trace without spans: count 0. */
  getSkeleton(traceId: string): Promise<Skeleton | undefined>

  /**
   * The same as the UTF-8 of its JSON, for who only passes it on: that of 100,000 spans is 7 MB, and a store with threads
   * makes it where nobody waits. The bytes are the caller's.
   */
  getSkeletonJson(traceId: string): Promise<Uint8Array<ArrayBuffer> | undefined>

  /** Sets or replaces one tag. `mlflow.traceName` renames the trace. */
  setTraceTag(traceId: string, key: string, value: string): Promise<void>

  /** Unknown trace and unknown tag alike: `RESOURCE_DOES_NOT_EXIST`. */
  deleteTraceTag(traceId: string, key: string): Promise<void>

  /** Removes traces with all that belongs to them. Returns how many there were. */
  deleteTraces(selection: TraceSelection): Promise<number>

  /** Remembers that traces belong to a run. Neither side has to exist; a link that exists stays one link. */
  linkTracesToRun(traceIds: readonly string[], runId: string): Promise<void>

  /** Remembers the prompt versions (`name/version`) a trace used. */
  linkPrompts(traceId: string, promptVersions: readonly string[]): Promise<void>

  close(): Promise<void>
}

export interface ExperimentStore {
  /**
   * Ids are decimal integers, given out in order; `0` is `Default` and is made when the store is. A name that exists,
   * deleted or not, rejects with `RESOURCE_ALREADY_EXISTS`.
   */
  createExperiment(experiment: NewExperiment): Promise<Experiment>
  /** Deleted ones too. */
  getExperiment(experimentId: string): Promise<Experiment | undefined>
  /** Deleted ones too. */
  getExperimentByName(name: string): Promise<Experiment | undefined>
  searchExperiments(query: ExperimentQuery): Promise<ExperimentPage>
  /** Only an active experiment can be renamed (`INVALID_PARAMETER_VALUE`). */
  renameExperiment(experimentId: string, name: string): Promise<void>
  /** Deleting a deleted one, or restoring an active one, is `RESOURCE_DOES_NOT_EXIST`, as in MLflow. */
  setExperimentStage(experimentId: string, stage: LifecycleStage): Promise<void>
  setExperimentTag(experimentId: string, key: string, value: string): Promise<void>
  deleteExperimentTag(experimentId: string, key: string): Promise<void>
  /** Counts for the list of experiments, of active experiments. */
  experimentStatistics(): Promise<readonly ExperimentStatistics[]>
}

export interface AssessmentStore {
  /** Stores it as given. One that `overrides` another (unknown: `RESOURCE_DOES_NOT_EXIST`) makes that one invalid. */
  createAssessment(assessment: Assessment): Promise<Assessment>
  getAssessment(traceId: string, assessmentId: string): Promise<Assessment | undefined>
  /** Changes the named parts only, and `lastUpdateTimeMs`; metadata is merged, new keys win. */
  updateAssessment(traceId: string, assessmentId: string, patch: AssessmentPatch): Promise<Assessment>
  /** Unknown ids are fine. Removing an overrider makes the overridden one valid again. */
  deleteAssessment(traceId: string, assessmentId: string): Promise<void>
}

/** Spans on their way in, already normalised. */
export interface SpanBatch {
  /** For traces the store does not know yet. */
  readonly experimentId: string
  readonly spans: readonly Span[]
  /** By trace id: tags the resource of its spans implies. Each batch rewrites them; they never replace a client's tag. */
  readonly traceTags: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The run to which traces whose root is in this batch are linked. */
  readonly runId: string | undefined
}

export interface TraceQuery {
  readonly experimentIds: readonly string[]
  /** `undefined`: everything. */
  readonly filter: Filter | undefined
  readonly orderBy: readonly Order[]
  /** 1 to 500. */
  readonly limit: number
  /** From the page before; opaque. A cursor that was not made for this order is `INVALID_PARAMETER_VALUE`. */
  readonly cursor: string | undefined
}

export interface TracePage {
  readonly traces: readonly TraceInfo[]
  /** Present when the page is full, absent on the last page. */
  readonly cursor: string | undefined
}

export type TraceSelection =
  | { readonly experimentId: string; readonly traceIds: readonly string[] }
  | {
      readonly experimentId: string
      /** Inclusive, ms since the epoch; oldest first. */
      readonly untilMs: number
      readonly limit: number | undefined
    }

export interface NewExperiment {
  readonly name: string
  /** Absent: `mlflow-artifacts:/<id>`. */
  readonly artifactLocation: string | undefined
  readonly tags: ReadonlyMap<string, string>
}

export interface ExperimentQuery {
  /** All must hold. */
  readonly filter: readonly ExperimentComparison[]
  readonly orderBy: readonly ExperimentOrder[]
  readonly stages: readonly LifecycleStage[]
  readonly limit: number
  readonly cursor: string | undefined
}

export interface ExperimentPage {
  readonly experiments: readonly Experiment[]
  readonly cursor: string | undefined
}

export interface ExperimentStatistics {
  readonly experiment: Experiment
  readonly traces: number
  readonly errors: number
  readonly lastTraceMs: number | undefined
}

export interface AssessmentPatch {
  readonly name?: string
  /** Of the same kind as before, else `INVALID_PARAMETER_VALUE`. */
  readonly content?: AssessmentContent
  /** `''` clears it. */
  readonly rationale?: string
  readonly metadata?: ReadonlyMap<string, string>
  readonly valid?: boolean
  readonly lastUpdateTimeMs: number
}
