import {
  type Assessment,
  type AssessmentPatch,
  ClewError,
  type ClientRecord,
  headlineOf,
  NO_CLIENT,
  type Span,
  SpanDigest,
  spanFacts,
  type TraceHeadline,
  type TraceInfo,
  traceInfoOf,
} from '@clew/model'
import { copyAssessment, copySpan } from './copy.ts'

/** One trace of a {@link MemoryStore}. */
export class TraceRecord {
  readonly traceId: string
  readonly experimentId: string
  readonly #artifactLocation: string
  readonly #spans = new Map<string, Span>()
  readonly #digest = new SpanDigest()
  readonly #assessments = new Map<string, Assessment>()
  #client: ClientRecord = NO_CLIENT
  #resourceTags: ReadonlyMap<string, string> = new Map()
  #info: TraceInfo | undefined

  constructor(traceId: string, experiment: { experimentId: string; artifactLocation: string }) {
    this.traceId = traceId
    this.experimentId = experiment.experimentId
    this.#artifactLocation = experiment.artifactLocation
  }

  /** What is known of the trace now. Made anew after each change, so an older one stays as it was. */
  get info(): TraceInfo {
    this.#info ??= traceInfoOf({
      traceId: this.traceId,
      experimentId: this.experimentId,
      artifactLocation: this.#artifactLocation,
      client: this.#client,
      spans: this.#digest.read(),
      resourceTags: this.#resourceTags,
      assessments: [...this.#assessments.values()].sort((a, b) => a.createTimeMs - b.createTimeMs),
    })
    return this.#info
  }

  get headline(): TraceHeadline {
    return headlineOf(this.info.state, this.#digest.read())
  }

  get spans(): ReadonlyMap<string, Span> {
    return this.#spans
  }

  get assessments(): ReadonlyMap<string, Assessment> {
    return this.#assessments
  }

  /** Roots first, then by start time, then by span id. */
  sortedSpans(): Span[] {
    return [...this.#spans.values()].sort(compareSpans)
  }

  addSpans(spans: Iterable<Span>, resourceTags: ReadonlyMap<string, string> | undefined): void {
    for (const span of spans) {
      this.#spans.set(span.spanId, copySpan(span))
      this.#digest.add(spanFacts(span))
    }
    if (resourceTags !== undefined) this.#resourceTags = new Map([...this.#resourceTags, ...resourceTags])
    this.#info = undefined
  }

  changeClient(change: (client: ClientRecord) => ClientRecord): void {
    this.#client = change(this.#client)
    this.#info = undefined
  }

  putAssessment(assessment: Assessment): void {
    this.#assessments.set(assessment.assessmentId, copyAssessment({ ...assessment, traceId: this.traceId }))
    this.#info = undefined
  }

  createAssessment(assessment: Assessment): void {
    const { overrides } = assessment
    if (overrides !== undefined) this.putAssessment({ ...this.existingAssessment(overrides), valid: false })
    this.putAssessment(assessment)
  }

  updateAssessment(assessmentId: string, patch: AssessmentPatch): Assessment {
    const old = this.existingAssessment(assessmentId)
    const { content = old.content } = patch
    if (content.kind !== old.content.kind) {
      const article = old.content.kind === 'feedback' ? 'a' : 'an'
      const message = `Cannot update ${content.kind} value on ${article} ${old.content.kind}.`
      throw new ClewError('INVALID_PARAMETER_VALUE', message)
    }
    this.putAssessment({
      ...old,
      name: patch.name ?? old.name,
      content,
      rationale: patch.rationale ?? old.rationale,
      metadata: new Map([...old.metadata, ...(patch.metadata ?? [])]),
      valid: patch.valid ?? old.valid,
      lastUpdateTimeMs: patch.lastUpdateTimeMs,
    })
    return this.existingAssessment(assessmentId)
  }

  deleteAssessment(assessmentId: string): void {
    const overrides = this.#assessments.get(assessmentId)?.overrides
    this.#assessments.delete(assessmentId)
    this.#info = undefined
    const overridden = overrides === undefined ? undefined : this.#assessments.get(overrides)
    const isStillOverridden = [...this.#assessments.values()].some((other) => other.overrides === overrides)
    if (overridden !== undefined && !isStillOverridden) this.putAssessment({ ...overridden, valid: true })
  }

  existingAssessment(assessmentId: string): Assessment {
    const assessment = this.#assessments.get(assessmentId)
    if (assessment !== undefined) return assessment
    const message = `Assessment with ID '${assessmentId}' not found for trace '${this.traceId}'`
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
  }
}

function compareSpans(a: Span, b: Span): number {
  const rank = Number(a.parentSpanId !== undefined) - Number(b.parentSpanId !== undefined)
  if (rank !== 0) return rank
  if (a.startTimeNs !== b.startTimeNs) return a.startTimeNs < b.startTimeNs ? -1 : 1
  return a.spanId < b.spanId ? -1 : 1
}
