import type { Assessment, AssessmentContent, AssessmentError, AssessmentSource } from '../assessment.ts'
import { ClewError } from '../errors.ts'
import { jsonString } from '../json/encode.ts'
import { fieldOf, isList, isObject, type JsonObject } from '../json/object.ts'
import { parseJson } from '../json/parse.ts'
import type { JsonValue } from '../json/text.ts'
import { writeDouble, writeJson } from '../json/write.ts'
import { formatTimestamp } from '../time.ts'
import { invalidField } from './invalid.ts'
import { readText, readTimestampMs } from './proto-fields.ts'
import { mapJson, readMap } from './string-map.ts'

/** An assessment as MLflow's REST API has it (`assessments.proto`, proto-JSON). */
export function assessmentToJson(assessment: Assessment): string {
  const { spanId, source, rationale, metadata, overrides } = assessment
  const members = [
    `"assessment_id":${jsonString(assessment.assessmentId)}`,
    `"assessment_name":${jsonString(assessment.name)}`,
    `"trace_id":${jsonString(assessment.traceId)}`,
    spanId !== undefined && `"span_id":${jsonString(spanId)}`,
    source !== undefined && `"source":${sourceJson(source)}`,
    `"create_time":"${formatTimestamp(assessment.createTimeMs)}"`,
    `"last_update_time":"${formatTimestamp(assessment.lastUpdateTimeMs)}"`,
    contentJson(assessment.content),
    rationale !== undefined && `"rationale":${jsonString(rationale)}`,
    metadata.size > 0 && `"metadata":${mapJson(metadata)}`,
    overrides !== undefined && `"overrides":${jsonString(overrides)}`,
    `"valid":${assessment.valid}`,
  ]
  return `{${members.filter((member) => member !== false).join(',')}}`
}

function sourceJson({ sourceType, sourceId }: AssessmentSource): string {
  const id = sourceId === '' ? '' : `,"source_id":${jsonString(sourceId)}`
  return `{"source_type":${jsonString(sourceType)}${id}}`
}

function contentJson(content: AssessmentContent): string {
  switch (content.kind) {
    case 'feedback': {
      const error = content.error === undefined ? '' : `,"error":${errorJson(content.error)}`
      return `"feedback":{"value":${valueJson(content.value)}${error}}`
    }
    case 'expectation':
      return `"expectation":{${expectationJson(content.value)}}`
    case 'issue':
      return `"issue":{${content.issueName === undefined ? '' : `"issue_name":${jsonString(content.issueName)}`}}`
  }
}

/** A scalar is a value; lists and objects travel as their JSON text. */
function expectationJson(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return `"value":${valueJson(value)}`
  const text = jsonString(spaced(value))
  return `"serialized_value":{"serialization_format":"JSON_FORMAT","value":${text}}`
}

/** With the blanks of Python's `json.dumps`, since the text itself is what is stored and shown. */
function spaced(value: JsonValue): string {
  if (isList(value)) return `[${value.map(spaced).join(', ')}]`
  if (!isObject(value)) return writeJson(value)
  const members = Object.entries(value).map(([key, member]) => `${jsonString(key)}: ${spaced(member)}`)
  return `{${members.join(', ')}}`
}

/** `google.protobuf.Value` knows doubles only, and MLflow's clients read `5.0`. */
function valueJson(value: JsonValue): string {
  if (typeof value === 'number' || typeof value === 'bigint') return writeDouble(Number(value))
  if (isList(value)) return `[${value.map(valueJson).join(',')}]`
  if (!isObject(value)) return writeJson(value)
  return `{${Object.entries(value)
    .map(([key, member]) => `${jsonString(key)}:${valueJson(member)}`)
    .join(',')}}`
}

function errorJson({ errorCode, errorMessage, stackTrace }: AssessmentError): string {
  const message = errorMessage === undefined ? '' : `,"error_message":${jsonString(errorMessage)}`
  const stack = stackTrace === undefined ? '' : `,"stack_trace":${jsonString(stackTrace)}`
  return `{"error_code":${jsonString(errorCode)}${message}${stack}}`
}

/**
 * Reads an assessment, in snake_case or camelCase. `traceId`, from the path, wins over the one in the body. What only
 * the server can know is left open: an absent id is `''`, absent times are 0.
 *
 * @throws ClewError `INVALID_PARAMETER_VALUE`
 */
export function readAssessment(value: JsonValue, traceId: string): Assessment {
  if (!isObject(value)) throw invalidField('assessment', value)
  return {
    assessmentId: readText(value, 'assessmentId') ?? '',
    traceId,
    spanId: readText(value, 'spanId') || undefined,
    name: readText(value, 'assessmentName') ?? '',
    source: readSource(fieldOf(value, 'source')),
    content: readContent(value),
    rationale: readText(value, 'rationale'),
    metadata: readMap(fieldOf(value, 'metadata'), 'metadata'),
    overrides: readText(value, 'overrides') || undefined,
    valid: fieldOf(value, 'valid') !== false,
    createTimeMs: readTimestampMs(value, 'createTime'),
    lastUpdateTimeMs: readTimestampMs(value, 'lastUpdateTime'),
  }
}

const sourceTypes = ['SOURCE_TYPE_UNSPECIFIED', 'HUMAN', 'LLM_JUDGE', 'CODE'] as const

/** `AI_JUDGE` is MLflow's older name of `LLM_JUDGE`. */
function readSource(value: JsonValue | undefined): AssessmentSource | undefined {
  if (value === undefined) return undefined
  if (!isObject(value)) throw invalidField('source', value)
  const type = fieldOf(value, 'sourceType')
  const known = sourceTypes.find((name, number) => type === undefined || type === name || type === number)
  if (known === undefined && type !== 'AI_JUDGE') throw invalidField('source_type', type)
  return { sourceType: known ?? 'LLM_JUDGE', sourceId: readText(value, 'sourceId') ?? '' }
}

/** Of several kinds the first in the text counts, as MLflow's parser has it. */
function readContent(assessment: JsonObject): AssessmentContent {
  for (const [key, value] of Object.entries(assessment)) {
    if (value === null) continue
    if (key !== 'feedback' && key !== 'expectation' && key !== 'issue') continue
    if (!isObject(value)) throw invalidField(key, value)
    if (key === 'feedback')
      return { kind: key, value: value['value'] ?? null, error: readError(fieldOf(value, 'error')) }
    if (key === 'expectation') return { kind: key, value: readExpectation(value) }
    return { kind: key, issueName: readText(value, 'issueName') }
  }
  throw new ClewError(
    'INVALID_PARAMETER_VALUE',
    'Unknown assessment type: None. An assessment has one of feedback, expectation and issue.',
  )
}

function readExpectation(expectation: JsonObject): JsonValue {
  const serialized = fieldOf(expectation, 'serializedValue')
  if (serialized === undefined) return expectation['value'] ?? null
  const text = isObject(serialized) ? fieldOf(serialized, 'value') : undefined
  try {
    if (typeof text === 'string') return parseJson(text)
  } catch {
    // Refused below, like every other value that is no JSON text.
  }
  throw invalidField('serialized_value', serialized)
}

function readError(value: JsonValue | undefined): AssessmentError | undefined {
  if (value === undefined) return undefined
  if (!isObject(value)) throw invalidField('error', value)
  return {
    errorCode: readText(value, 'errorCode') ?? '',
    errorMessage: readText(value, 'errorMessage'),
    stackTrace: readText(value, 'stackTrace'),
  }
}
