import { type Assessment, type AssessmentContent, assessmentToJson, readAssessment } from '@clew/model'
import { newTraceId } from '../random-ids.ts'
import { type Api, nothing, type Question, segment } from './api.ts'
import { MlflowApiError } from './api-error.ts'
import { expectationOf, type FeedbackValue, feedbackOf, metadataOf, type SourceOptions, sourceOf } from './feedback.ts'
import { objectIn } from './json-fields.ts'

/** What every assessment may have. */
export interface AssessmentOptions {
  readonly traceId: string
  /** The assessment is about this span; about the whole trace if absent. */
  readonly spanId?: string | undefined
  readonly source?: SourceOptions | undefined
  /** Values that are no texts become texts. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export interface FeedbackOptions extends AssessmentOptions, FeedbackValue {
  /** Default `feedback`. */
  readonly name?: string | undefined
  readonly rationale?: string | undefined
}

export interface ExpectationOptions extends AssessmentOptions {
  readonly name: string
  /** Any value that JSON can express. */
  readonly value: unknown
}

export interface OverrideOptions extends FeedbackValue {
  readonly traceId: string
  /** The feedback that is replaced. */
  readonly assessmentId: string
  readonly rationale?: string | undefined
  readonly source?: SourceOptions | undefined
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

/** What to change; what is absent stays. */
export interface AssessmentChange extends FeedbackValue {
  readonly traceId: string
  readonly assessmentId: string
  readonly name?: string | undefined
  readonly rationale?: string | undefined
  /** Merged into what there is. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined
}

export async function logFeedback(api: Api, options: FeedbackOptions): Promise<Assessment> {
  const { name = 'feedback', rationale, source = { sourceType: 'CODE' } } = options
  return create(api, { ...newAssessment({ ...options, source }, feedbackOf(options)), name, rationale })
}

export async function logExpectation(api: Api, options: ExpectationOptions): Promise<Assessment> {
  const { name, source = { sourceType: 'HUMAN' } } = options
  return create(api, { ...newAssessment({ ...options, source }, expectationOf(options.value)), name })
}

/** New feedback of the same name on the same span; the server marks the old one as no longer valid. */
export async function overrideFeedback(api: Api, options: OverrideOptions): Promise<Assessment> {
  const { traceId, assessmentId, rationale, source = { sourceType: 'CODE' }, metadata } = options
  const content = feedbackOf(options)
  const old = await getAssessment(api, traceId, assessmentId)
  if (old.content.kind !== 'feedback') throw new TypeError(`${assessmentId} is no feedback but ${old.content.kind}`)
  const replacement = newAssessment({ traceId, spanId: old.spanId, source, metadata }, content)
  return create(api, { ...replacement, name: old.name, rationale, overrides: assessmentId })
}

export async function getAssessment(api: Api, traceId: string, assessmentId: string): Promise<Assessment> {
  return askForOne(api, { method: 'GET', path: pathOf(traceId, assessmentId) }, traceId)
}

export async function updateAssessment(api: Api, change: AssessmentChange): Promise<Assessment> {
  const { traceId, assessmentId, name, rationale, metadata } = change
  const old = await getAssessment(api, traceId, assessmentId)
  const content = changedContent(old, change)
  // In camelCase: MLflow ignores snake_case, and answers 200.
  const mask = [
    name !== undefined && 'assessmentName',
    content !== undefined && old.content.kind,
    rationale !== undefined && 'rationale',
    metadata !== undefined && 'metadata',
  ].filter((path) => path !== false)
  if (mask.length === 0) return old
  const changed = {
    ...old,
    name: name ?? old.name,
    content: content ?? old.content,
    rationale: rationale ?? old.rationale,
    metadata: metadataOf(metadata),
  }
  const body = `{"assessment":${assessmentToJson(changed)},"update_mask":"${mask.join(',')}"}`
  return askForOne(api, { method: 'PATCH', path: pathOf(traceId, assessmentId), body }, traceId)
}

export async function deleteAssessment(api: Api, traceId: string, assessmentId: string): Promise<void> {
  return api.ask({ method: 'DELETE', path: pathOf(traceId, assessmentId), body: '{}' }, nothing)
}

function newAssessment(options: AssessmentOptions & { source: SourceOptions }, content: AssessmentContent): Assessment {
  const nowMs = Date.now()
  return {
    // Made here, so that a request that is repeated because its answer was lost does not add a second one.
    assessmentId: newTraceId().replace('tr-', 'a-'),
    traceId: options.traceId,
    spanId: options.spanId,
    name: '',
    source: sourceOf(options.source),
    content,
    rationale: undefined,
    metadata: metadataOf(options.metadata),
    overrides: undefined,
    valid: true,
    createTimeMs: nowMs,
    lastUpdateTimeMs: nowMs,
  }
}

async function create(api: Api, assessment: Assessment): Promise<Assessment> {
  const { traceId, assessmentId } = assessment
  const body = `{"assessment":${assessmentToJson(assessment)}}`
  try {
    return await askForOne(api, { method: 'POST', path: pathOf(traceId), body }, traceId)
  } catch (error) {
    // MLflow answers 500 to an id it has; then an earlier attempt arrived, and only its answer was lost.
    if (!(error instanceof MlflowApiError) || error.status !== 500) throw error
    return getAssessment(api, traceId, assessmentId).catch(() => Promise.reject(error))
  }
}

function changedContent({ content }: Assessment, change: AssessmentChange): AssessmentContent | undefined {
  if (change.value === undefined && change.error === undefined) return undefined
  if (content.kind === 'feedback') return feedbackOf(change)
  if (content.kind === 'expectation' && change.error === undefined) return expectationOf(change.value)
  throw new TypeError(`an assessment that is ${content.kind} has no ${change.error === undefined ? 'value' : 'error'}`)
}

function askForOne(api: Api, question: Question, traceId: string): Promise<Assessment> {
  return api.ask(question, (answer) => readAssessment(objectIn(answer, 'assessment'), traceId))
}

function pathOf(traceId: string, assessmentId?: string): string {
  const base = `/api/3.0/mlflow/traces/${segment(traceId)}/assessments`
  return assessmentId === undefined ? base : `${base}/${segment(assessmentId)}`
}
