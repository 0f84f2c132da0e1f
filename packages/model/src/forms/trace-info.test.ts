import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Assessment, AssessmentContent } from '../assessment.ts'
import { parseJson } from '../json/parse.ts'
import type { JsonValue } from '../json/text.ts'
import { randomSpanId, randomTraceId } from '../otlp/oracle/random-span.ts'
import type { TraceInfo } from '../trace.ts'
import { assessmentToJson, readAssessment } from './assessment.ts'
import { readTraceInfo, traceInfoToJson } from './trace-info.ts'

/** Answers of MLflow 3.17.2, recorded. */
function recorded(name: string): JsonValue {
  return parseJson(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8'))
}

const text = fc.string({ unit: 'grapheme' })
const key = fc.oneof(text, fc.constant('__proto__'))
const map = fc.array(fc.tuple(key, text), { maxLength: 4 }).map((entries) => new Map(entries))
const timeMs = fc.integer({ min: 0, max: 4_000_000_000_000 })
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })

const value: fc.Arbitrary<JsonValue> = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
  fc.array(fc.oneof(text, fc.integer()), { maxLength: 3 }),
)

const content: fc.Arbitrary<AssessmentContent> = fc.oneof(
  fc.record({
    kind: fc.constant('feedback' as const),
    value,
    error: optional(fc.record({ errorCode: text, errorMessage: optional(text), stackTrace: optional(text) })),
  }),
  fc.record({ kind: fc.constant('expectation' as const), value }),
  fc.record({ kind: fc.constant('issue' as const), issueName: optional(text) }),
)

const randomAssessment: fc.Arbitrary<Assessment> = fc.record({
  assessmentId: fc.uuid().map((uuid) => `a-${uuid.replaceAll('-', '')}`),
  traceId: fc.constant('tr-4bf92f3577b34da6a3ce929d0e0e4736'),
  spanId: optional(randomSpanId),
  name: text,
  source: optional(
    fc.record({
      sourceType: fc.constantFrom('HUMAN', 'LLM_JUDGE', 'CODE', 'SOURCE_TYPE_UNSPECIFIED'),
      sourceId: text,
    }),
  ),
  content,
  rationale: optional(text),
  metadata: map,
  overrides: optional(fc.uuid()),
  valid: fc.boolean(),
  createTimeMs: timeMs,
  lastUpdateTimeMs: timeMs,
})

const randomInfo: fc.Arbitrary<TraceInfo> = fc
  .record({
    traceId: randomTraceId,
    experimentId: fc.nat().map(String),
    clientRequestId: optional(text),
    requestTimeMs: timeMs,
    executionDurationMs: optional(fc.integer({ min: 0, max: 1_000_000_000 })),
    state: fc.constantFrom('STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS'),
    requestPreview: optional(text),
    responsePreview: optional(text),
    traceMetadata: map,
    tags: map,
    assessments: fc.array(randomAssessment, { maxLength: 2 }),
  })
  .map((info) => ({
    ...info,
    assessments: info.assessments.map((assessment) => ({ ...assessment, traceId: info.traceId })),
  }))

describe('trace infos', () => {
  test('there and back', () => {
    fc.assert(
      fc.property(randomInfo, (info) => {
        expect(readTraceInfo(parseJson(traceInfoToJson(info)))).toEqual(info)
      }),
    )
  })

  test('what MLflow answered is read, and written as MLflow wrote it', () => {
    const wire = recorded('trace-info')
    expect(parseJson(traceInfoToJson(readTraceInfo(wire)))).toEqual(wire)
  })

  test('camelCase, enums by number, offsets, any digits, null as unset', () => {
    const info = readTraceInfo(
      parseJson(`{"traceId":"tr-1","traceLocation":{"type":1,"mlflowExperiment":{"experimentId":"7"}},
        "requestTime":"2025-06-15T16:07:41.282+02:00","executionDuration":"0.1s","state":2,"clientRequestId":null,
        "traceMetadata":null,"unknown":{"x":1}}`),
    )
    expect(info).toMatchObject({
      traceId: 'tr-1',
      experimentId: '7',
      requestTimeMs: 1_749_996_461_282,
      executionDurationMs: 100,
      state: 'ERROR',
    })
    expect(info.clientRequestId).toBeUndefined()
    expect(info.traceMetadata.size).toBe(0)
  })

  test('keys are only keys', () => {
    const info = readTraceInfo(
      parseJson(
        `{"trace_id":"t","trace_location":{"mlflow_experiment":{"experiment_id":"0"}},"tags":{"__proto__":"x"}}`,
      ),
    )
    expect([...info.tags]).toEqual([['__proto__', 'x']])
    expect(traceInfoToJson(info)).toContain('"tags":{"__proto__":"x"}')
  })

  const good = { trace_id: 'tr-1', trace_location: { mlflow_experiment: { experiment_id: '1' } } }

  test.each([
    [{ ...good, trace_id: undefined }, "Missing value for required parameter 'trace_id'."],
    [{ ...good, trace_id: '' }, "Missing value for required parameter 'trace_id'."],
    [{ ...good, trace_location: undefined }, "Missing value for required parameter 'trace_location'."],
    [
      { ...good, trace_location: { type: 'INFERENCE_TABLE' } },
      `Invalid value "INFERENCE_TABLE" for parameter 'trace_location.type' supplied:  Hint: Value was of type 'str'.`,
    ],
    [
      { ...good, state: 'FINE' },
      `Invalid value "FINE" for parameter 'state' supplied:  Hint: Value was of type 'str'.`,
    ],
    [{ ...good, state: 9 }, `Invalid value 9 for parameter 'state' supplied:  Hint: Value was of type 'int'.`],
    [{ ...good, request_time: 'noon' }, `Invalid value "noon" for parameter 'request_time' supplied:`],
    [{ ...good, request_time: 5 }, `Invalid value 5 for parameter 'request_time' supplied:`],
    [{ ...good, execution_duration: '5' }, `Invalid value "5" for parameter 'execution_duration' supplied:`],
    [{ ...good, tags: [] }, `Invalid value [] for parameter 'tags' supplied:  Hint: Value was of type 'list'.`],
    [
      { ...good, tags: { a: 1.5 } },
      `Invalid value 1.5 for parameter 'tags.a' supplied:  Hint: Value was of type 'float'.`,
    ],
    [{ ...good, trace_metadata: 'x' }, `Invalid value "x" for parameter 'trace_metadata' supplied:`],
    [{ ...good, assessments: {} }, `Invalid value {} for parameter 'assessments' supplied:`],
    [true, `Invalid value true for parameter 'trace_info' supplied:  Hint: Value was of type 'bool'.`],
  ])('%j is refused by name', (wire, message) => {
    expect(() => readTraceInfo(wire as JsonValue)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) }),
    )
  })
})

describe('assessments', () => {
  test('what was sent to MLflow is answered as MLflow answered', () => {
    for (const { request, answer } of recorded('assessments') as unknown as {
      request: JsonValue
      answer: JsonValue
    }[]) {
      const { assessment_id, trace_id, create_time, last_update_time } = answer as { [key: string]: JsonValue }
      const sent = { ...(request as object), assessment_id, create_time, last_update_time } as JsonValue
      expect(parseJson(assessmentToJson(readAssessment(sent, String(trace_id))))).toEqual(answer)
    }
  })

  test('numbers are doubles', () => {
    const read = readAssessment({ feedback: { value: [5, { n: 1n }] } }, 'tr-1')
    expect(assessmentToJson(read)).toContain('"feedback":{"value":[5.0,{"n":1.0}]}')
  })

  test('lists and objects expected are texts with the blanks of Python', () => {
    const read = readAssessment({ expectation: { value: { k: [1, { z: null }] } } }, 'tr-1')
    expect(assessmentToJson(read)).toContain(
      '"expectation":{"serialized_value":{"serialization_format":"JSON_FORMAT","value":"{\\"k\\": [1, {\\"z\\": null}]}"}}',
    )
  })

  test('what only the server knows is left open; the trace of the path wins', () => {
    expect(readAssessment({ trace_id: 'tr-other', feedback: {} }, 'tr-1')).toMatchObject({
      assessmentId: '',
      traceId: 'tr-1',
      createTimeMs: 0,
      lastUpdateTimeMs: 0,
      valid: true,
      content: { kind: 'feedback', value: null },
    })
  })

  test('of two kinds the first one counts', () => {
    const both = parseJson('{"expectation":{"value":1},"feedback":{"value":2}}')
    expect(readAssessment(both, 'tr-1').content).toEqual({ kind: 'expectation', value: 1 })
  })

  test('AI_JUDGE is LLM_JUDGE', () => {
    const sent = { source: { source_type: 'AI_JUDGE', source_id: 'gpt' }, feedback: {} }
    expect(readAssessment(sent, 'tr-1').source).toEqual({ sourceType: 'LLM_JUDGE', sourceId: 'gpt' })
  })

  test.each([
    [{}, 'Unknown assessment type: None.'],
    [{ feedback: 5 }, `Invalid value 5 for parameter 'feedback' supplied:`],
    [{ feedback: {}, assessment_name: 5 }, `Invalid value 5 for parameter 'assessment_name' supplied:`],
    [{ feedback: {}, source: { source_type: 'CAT' } }, `Invalid value "CAT" for parameter 'source_type' supplied:`],
    [{ feedback: {}, create_time: 'now' }, `Invalid value "now" for parameter 'create_time' supplied:`],
    [{ expectation: { serialized_value: { value: '{' } } }, `for parameter 'serialized_value' supplied:`],
    [{ feedback: { error: 'x' } }, `Invalid value "x" for parameter 'error' supplied:`],
  ])('%j is refused by name', (wire, message) => {
    expect(() => readAssessment(wire, 'tr-1')).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) }),
    )
  })
})
