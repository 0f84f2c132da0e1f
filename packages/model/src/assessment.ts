import type { JsonValue } from './json/text.ts'

export type AssessmentSourceType = 'HUMAN' | 'LLM_JUDGE' | 'CODE' | 'SOURCE_TYPE_UNSPECIFIED'

export interface AssessmentSource {
  readonly sourceType: AssessmentSourceType | (string & {})
  readonly sourceId: string
}

export interface AssessmentError {
  readonly errorCode: string
  readonly errorMessage: string | undefined
  readonly stackTrace: string | undefined
}

/** What was said: a judgement of the output, what it should have been, or the name of a known issue. */
export type AssessmentContent =
  | { readonly kind: 'feedback'; readonly value: JsonValue; readonly error: AssessmentError | undefined }
  | { readonly kind: 'expectation'; readonly value: JsonValue }
  | { readonly kind: 'issue'; readonly issueName: string | undefined }

/** Feedback, an expectation or an issue, attached to a trace or to one of its spans. */
export interface Assessment {
  /** `a-` and 32 hex digits. */
  readonly assessmentId: string
  readonly traceId: string
  readonly spanId: string | undefined
  readonly name: string
  readonly source: AssessmentSource | undefined
  readonly content: AssessmentContent
  readonly rationale: string | undefined
  readonly metadata: ReadonlyMap<string, string>
  /** The id of the assessment this one replaces. */
  readonly overrides: string | undefined
  /** False once another assessment overrides this one. */
  readonly valid: boolean
  /** Milliseconds since the Unix epoch. */
  readonly createTimeMs: number
  /** Milliseconds since the Unix epoch. */
  readonly lastUpdateTimeMs: number
}
