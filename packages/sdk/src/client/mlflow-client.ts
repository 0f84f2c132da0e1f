import type { Assessment, Experiment, Trace, TraceInfo } from '@clew/model'
import { type InitOptions, resolveSettings } from '../settings.ts'
import { type AddTraceOptions, addTrace } from './add-trace.ts'
import { Api, nothing, segment } from './api.ts'
import type { AssessmentChange, ExpectationOptions, FeedbackOptions, OverrideOptions } from './assessments.ts'
import * as assessments from './assessments.ts'
import { deleteTraces, type TraceSelection } from './delete-traces.ts'
import type { ExperimentSearch, NewExperiment } from './experiments.ts'
import * as experiments from './experiments.ts'
import type { ReadTrace } from './read-trace.ts'
import { SearchResults } from './search-results.ts'
import { searchTraces, type TraceSearch } from './search-traces.ts'
import { getTrace, getTraceInfo } from './trace-spans.ts'

/** Options of a client: those of `init`, with the same variables of the environment, as far as they are about requests. */
export interface MlflowClientOptions
  extends Pick<
    InitOptions,
    | 'trackingUri'
    | 'trackingServerUsername'
    | 'trackingServerPassword'
    | 'trackingServerToken'
    | 'headers'
    | 'retryTimeoutMs'
  > {
  /** Where to search, and where traces are added, unless a call says otherwise. `MLFLOW_EXPERIMENT_ID`; default `0`. */
  readonly experimentId?: string | undefined
  /** The same by name; it must exist. `MLFLOW_EXPERIMENT_NAME`. */
  readonly experimentName?: string | undefined
  /** How long one request may take, ms. `MLFLOW_HTTP_REQUEST_TIMEOUT` (in seconds); default 120 s, as in Python. */
  readonly requestTimeoutMs?: number | undefined
  /** Attempts after the first, about 12 s in all with the default. `MLFLOW_HTTP_REQUEST_MAX_RETRIES`; default 5. */
  readonly maxRetries?: number | undefined
  /** A longer answer is an error, bytes. Default 256 MiB. */
  readonly maxAnswerBytes?: number | undefined
}

const PATIENCE = { requestTimeoutMs: 120_000, maxRetries: 5 }
const MAX_ANSWER_BYTES = 256 * 1_048_576

/**
 * Reads and edits what a server has. Named as in MLflow: it speaks MLflow's REST API, with Clew and with a stock MLflow
 * server alike, and needs no `init`. Requests are tried again after 429, 5xx and broken connections, as long as
 * `Retry-After` says.
 *
 * Errors: every method rejects with an {@link MlflowApiError} when the server refuses or cannot be reached, and with a
 * `TypeError` for arguments that make no sense; the constructor throws a `TypeError` naming the option or environment
 * variable that cannot be used.
 */
export class MlflowClient {
  readonly #api: Api

  constructor(options: MlflowClientOptions = {}) {
    const settings = resolveSettings(options, PATIENCE)
    this.#api = new Api(settings, checkLimit(options.maxAnswerBytes ?? MAX_ANSWER_BYTES))
  }

  /**
   * A trace with its spans. Spans that are sent at the end of a program may arrive a moment later; a server waits three
   * seconds for those the trace has announced, and then says `RESOURCE_DOES_NOT_EXIST`, as for an unknown id.
   *
   * @param options `allowPartial`: what is there, without waiting
   */
  getTrace(traceId: string, options: { readonly allowPartial?: boolean | undefined } = {}): Promise<ReadTrace> {
    return getTrace(this.#api, traceId, options.allowPartial ?? false)
  }

  /** What is known of a trace without its spans. */
  getTraceInfo(traceId: string): Promise<TraceInfo> {
    return getTraceInfo(this.#api, traceId)
  }

  /**
   * The traces that match, one after another; pages are asked for as they are needed, so breaking off early is cheap.
   * A trace whose spans have not all arrived comes with those that have.
   */
  searchTraces(search: TraceSearch = {}): SearchResults<ReadTrace> {
    return new SearchResults(() => searchTraces(this.#api, search))
  }

  /** Sets or replaces a tag. */
  async setTraceTag(traceId: string, key: string, value: string): Promise<void> {
    const body = JSON.stringify({ key, value })
    return this.#api.ask({ method: 'PATCH', path: `/api/3.0/mlflow/traces/${segment(traceId)}/tags`, body }, nothing)
  }

  /** Rejects with `RESOURCE_DOES_NOT_EXIST` if there is no such tag. */
  async deleteTraceTag(traceId: string, key: string): Promise<void> {
    const body = JSON.stringify({ key })
    return this.#api.ask({ method: 'DELETE', path: `/api/3.0/mlflow/traces/${segment(traceId)}/tags`, body }, nothing)
  }

  /** Deletes traces for good, by id, or all up to a time. Resolves to how many there were. */
  deleteTraces(selection: TraceSelection): Promise<number> {
    return deleteTraces(this.#api, selection)
  }

  /**
   * Imports a trace that is over, from another server for instance. As a trace of its own it keeps its ids, times, tags
   * and assessments; where a trace with its id is already, it becomes part of that one, so importing it again changes
   * nothing. Under a parent only its spans are kept, with their ids; the totals a running trace has counted for itself
   * do not include them. Nothing passes the span processors.
   *
   * Resolves to the id of the trace the spans are in.
   */
  addTrace(trace: Trace, options: AddTraceOptions = {}): Promise<string> {
    return addTrace(this.#api, trace, options)
  }

  /** Resolves to its id; rejects with `RESOURCE_ALREADY_EXISTS` for a name in use, by a deleted experiment too. */
  createExperiment(name: string, options: NewExperiment = {}): Promise<string> {
    return experiments.createExperiment(this.#api, name, options)
  }

  /** Deleted ones too. */
  getExperiment(experimentId: string): Promise<Experiment> {
    return experiments.getExperiment(this.#api, experimentId)
  }

  /** Deleted ones too; `undefined` if there is none. */
  getExperimentByName(name: string): Promise<Experiment | undefined> {
    return experiments.getExperimentByName(this.#api, name)
  }

  /** The experiments that match, one after another, page by page. */
  searchExperiments(search: ExperimentSearch = {}): SearchResults<Experiment> {
    return new SearchResults(() => experiments.searchExperiments(this.#api, search))
  }

  renameExperiment(experimentId: string, name: string): Promise<void> {
    return experiments.changeExperiment(this.#api, 'update', { experiment_id: experimentId, new_name: name })
  }

  /** It and its traces can be restored. */
  deleteExperiment(experimentId: string): Promise<void> {
    return experiments.changeExperiment(this.#api, 'delete', { experiment_id: experimentId })
  }

  restoreExperiment(experimentId: string): Promise<void> {
    return experiments.changeExperiment(this.#api, 'restore', { experiment_id: experimentId })
  }

  /** Sets or replaces a tag. */
  setExperimentTag(experimentId: string, key: string, value: string): Promise<void> {
    return experiments.changeExperiment(this.#api, 'set-experiment-tag', { experiment_id: experimentId, key, value })
  }

  /** Rejects with `RESOURCE_DOES_NOT_EXIST` if there is no such tag. */
  deleteExperimentTag(experimentId: string, key: string): Promise<void> {
    return experiments.changeExperiment(this.#api, 'delete-experiment-tag', { experiment_id: experimentId, key })
  }

  /** Attaches a judgement to a trace or a span. The source is `CODE` if not given. */
  logFeedback(feedback: FeedbackOptions): Promise<Assessment> {
    return assessments.logFeedback(this.#api, feedback)
  }

  /** Attaches what the output should have been to a trace or a span. The source is `HUMAN` if not given. */
  logExpectation(expectation: ExpectationOptions): Promise<Assessment> {
    return assessments.logExpectation(this.#api, expectation)
  }

  /** Replaces feedback by new feedback of the same name; the old one stays, and is no longer valid. */
  overrideFeedback(replacement: OverrideOptions): Promise<Assessment> {
    return assessments.overrideFeedback(this.#api, replacement)
  }

  getAssessment(traceId: string, assessmentId: string): Promise<Assessment> {
    return assessments.getAssessment(this.#api, traceId, assessmentId)
  }

  /** A value or an error replaces both. Resolves to the assessment as it is then. */
  updateAssessment(change: AssessmentChange): Promise<Assessment> {
    return assessments.updateAssessment(this.#api, change)
  }

  /** What it overrides becomes valid again. Deleting what is not there is fine. */
  deleteAssessment(traceId: string, assessmentId: string): Promise<void> {
    return assessments.deleteAssessment(this.#api, traceId, assessmentId)
  }
}

function checkLimit(bytes: unknown): number {
  if (typeof bytes === 'number' && bytes >= 1) return bytes
  throw new TypeError(`option "maxAnswerBytes" must be a number, 1 or more, not ${String(bytes)}`)
}
