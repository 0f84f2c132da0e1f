import {
  type AssessmentContent,
  type AssessmentError,
  type AssessmentSource,
  type AssessmentSourceType,
  encodeJson,
  type JsonValue,
  parseJson,
} from '@clew/model'

/** Who or what judged. */
export interface SourceOptions {
  readonly sourceType: AssessmentSourceType
  /** A user's name, a model's name; `default` if absent. */
  readonly sourceId?: string | undefined
}

/** What feedback says; `value` or `error` is there. */
export interface FeedbackValue {
  /** Text, a number, a boolean, or a list or an object of them. Numbers are doubles on the wire. */
  readonly value?: unknown
  /** Why there is no value: an Error becomes its name, message and stack; a text gets the code `ASSESSMENT_ERROR`. */
  readonly error?: Error | string | AssessmentError | undefined
}

/** @throws TypeError when it says nothing */
export function feedbackOf({ value, error }: FeedbackValue): AssessmentContent {
  if (value === undefined && error === undefined) throw new TypeError('feedback needs a value or an error')
  return { kind: 'feedback', value: jsonValueOf(value), error: errorOf(error) }
}

/** @throws TypeError when there is no value */
export function expectationOf(value: unknown): AssessmentContent {
  if (value === undefined) throw new TypeError('an expectation needs a value')
  return { kind: 'expectation', value: jsonValueOf(value) }
}

const sourceTypes: readonly string[] = ['HUMAN', 'LLM_JUDGE', 'CODE', 'SOURCE_TYPE_UNSPECIFIED']

/**
 * A type MLflow does not know is refused here: its server would drop it and whatever follows, and answer 200.
 *
 * @throws TypeError
 */
export function sourceOf({ sourceType, sourceId = 'default' }: SourceOptions): AssessmentSource {
  if (!sourceTypes.includes(sourceType)) {
    throw new TypeError(`sourceType must be one of ${sourceTypes.join(', ')}, not ${String(sourceType)}`)
  }
  return { sourceType, sourceId }
}

/** Metadata values are texts, as MLflow's client makes them. */
export function metadataOf(metadata: Readonly<Record<string, unknown>> = {}): ReadonlyMap<string, string> {
  return new Map(Object.entries(metadata).map(([key, value]) => [key, String(value)]))
}

function jsonValueOf(value: unknown): JsonValue {
  return parseJson(encodeJson(value))
}

function errorOf(error: FeedbackValue['error']): AssessmentError | undefined {
  if (error === undefined) return undefined
  if (error instanceof Error) return { errorCode: error.name, errorMessage: error.message, stackTrace: error.stack }
  if (typeof error !== 'string') return error
  return { errorCode: 'ASSESSMENT_ERROR', errorMessage: error, stackTrace: undefined }
}
