import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseJson } from '../json/parse.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import { randomSpan } from '../otlp/oracle/random-span.ts'
import type { Attributes, Span } from '../span.ts'
import { spanToDictionary } from './dictionary-span.ts'
import { spanToLegacy } from './legacy-span.ts'
import { spanToProtoJson } from './proto-span.ts'
import { readSpanJson } from './read-span.ts'
import { withTraceRequestId } from './span-fields.ts'

/** Answers and uploads of MLflow 3.17.2, recorded. */
function recorded(name: string): readonly JsonValue[] {
  return parseJson(readFileSync(new URL(`fixtures/${name}.json`, import.meta.url), 'utf8')) as readonly JsonValue[]
}

const span: Span = {
  traceId: 'tr-4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: '53995c3f42cd8ad8',
  name: 'chat',
  startTimeNs: 1_750_000_000_123_456_789n,
  endTimeNs: 1_750_000_001_234_000_001n,
  status: { code: 'ERROR', message: 'boom' },
  attributes: texts({
    'mlflow.traceRequestId': '"tr-4bf92f3577b34da6a3ce929d0e0e4736"',
    'mlflow.spanInputs': '{"q":"hi","n":[1,2.0,null]}',
    none: 'null',
    big: '9007199254740993',
  }),
  events: [{ name: 'exception', timeNs: 1_750_000_000_500_000_000n, attributes: texts({ 'exception.type': '"E"' }) }],
  links: [
    { traceId: 'tr-0000000000000000000000000000000a', spanId: '000000000000000b', attributes: texts({ l: '1' }) },
  ],
}

function texts(object: Record<string, string>): Attributes {
  return new Map(Object.entries(object) as [string, JsonText][])
}

describe('the protobuf form', () => {
  test('there and back', () => {
    fc.assert(
      fc.property(randomSpan, (random) => {
        const expected = { ...random, attributes: withTraceRequestId(random) }
        expect(readSpanJson(parseJson(spanToProtoJson(random)))).toEqual(expected)
      }),
    )
  })

  test('what MLflow answered is read, and written as MLflow wrote it', () => {
    for (const wire of recorded('proto-spans')) {
      expect(parseJson(spanToProtoJson(readSpanJson(wire)))).toEqual(wire)
    }
  })

  test('every kind of value', () => {
    expect(parseJson(spanToProtoJson(span))).toEqual(
      parseJson(`{"trace_id":"S/kvNXezTaajzpKdDg5HNg==","span_id":"APBnqgupArc=","parent_span_id":"U5lcP0LNitg=","name":"chat",
        "start_time_unix_nano":1750000000123456789,"end_time_unix_nano":1750000001234000001,"attributes":[
        {"key":"mlflow.traceRequestId","value":{"string_value":"tr-4bf92f3577b34da6a3ce929d0e0e4736"}},
        {"key":"mlflow.spanInputs","value":{"kvlist_value":{"values":[{"key":"q","value":{"string_value":"hi"}},
          {"key":"n","value":{"array_value":{"values":[{"int_value":1},{"double_value":2.0},{}]}}}]}}},
        {"key":"none"},{"key":"big","value":{"int_value":9007199254740993}}],
        "events":[{"time_unix_nano":1750000000500000000,"name":"exception",
          "attributes":[{"key":"exception.type","value":{"string_value":"E"}}]}],
        "links":[{"trace_id":"AAAAAAAAAAAAAAAAAAAACg==","span_id":"AAAAAAAAAAs=","attributes":[{"key":"l","value":{"int_value":1}}]}],
        "status":{"message":"boom","code":"STATUS_CODE_ERROR"}}`),
    )
    expect(spanToProtoJson(span)).toContain('"double_value":2.0')
  })

  test('what is empty is left out, and the trace request id is always there', () => {
    const bare: Span = {
      ...span,
      parentSpanId: undefined,
      name: '',
      endTimeNs: undefined,
      status: { code: 'UNSET', message: '' },
      attributes: new Map(),
      events: [],
      links: [],
    }
    expect(Object.keys(parseJson(spanToProtoJson(bare)) as object)).toEqual([
      'trace_id',
      'span_id',
      'start_time_unix_nano',
      'attributes',
      'status',
    ])
    expect(spanToProtoJson(bare)).toContain('{"key":"mlflow.traceRequestId"')
    expect(spanToProtoJson(bare)).toContain('"status":{}')
  })
})

describe('the dictionary form', () => {
  test('there and back; attributes of events and links are values, so 1.0 comes back as 1', () => {
    fc.assert(
      fc.property(randomSpan, (random) => {
        const expected = {
          ...random,
          attributes: withTraceRequestId(random),
          events: random.events.map((event) => ({ ...event, attributes: asValues(event.attributes) })),
          links: random.links.map((link) => ({ ...link, attributes: asValues(link.attributes) })),
        }
        expect(readSpanJson(parseJson(spanToDictionary(random)))).toEqual(expected)
      }),
    )
  })

  test('what a client uploaded is read, and written as the client wrote it', () => {
    for (const wire of recorded('dictionary-spans')) {
      expect(parseJson(spanToDictionary(readSpanJson(wire)))).toEqual(wire)
    }
  })

  test('MLflow 3.5.0 wrote hex ids and short status names', () => {
    const read = readSpanJson({
      trace_id: 'tr-4bf92f3577b34da6a3ce929d0e0e4736',
      span_id: '00f067aa0ba902b7',
      parent_span_id: null,
      name: 'old',
      start_time_unix_nano: 1750000000123456789n,
      end_time_unix_nano: null,
      status: { code: 'OK', message: '' },
      attributes: { 'mlflow.spanType': '"CHAIN"' },
    })
    expect(read).toMatchObject({ traceId: span.traceId, spanId: span.spanId, status: { code: 'OK' } })
    expect(read.parentSpanId).toBeUndefined()
    expect(read.endTimeNs).toBeUndefined()
  })

  test('the TypeScript SDK writes values where texts belong, and an empty parent', () => {
    const read = readSpanJson({
      trace_id: 'S/kvNXezTaajzpKdDg5HNg==',
      span_id: 'APBnqgupArc=',
      parent_span_id: '',
      name: 'ts',
      start_time_unix_nano: '1750000000123456789',
      end_time_unix_nano: 1750000001234000001n,
      status: { code: 'STATUS_CODE_OK' },
      attributes: { 'mlflow.spanType': 'CHAIN', 'mlflow.spanInputs': { q: 'hi' }, text: '"quoted"', empty: '' },
    })
    expect(read.parentSpanId).toBeUndefined()
    expect(read.startTimeNs).toBe(span.startTimeNs)
    expect(read.attributes).toEqual(
      texts({ 'mlflow.spanType': '"CHAIN"', 'mlflow.spanInputs': '{"q":"hi"}', text: '"quoted"', empty: '""' }),
    )
  })

  test('a link whose ids MLflow garbled is left out', () => {
    const links = [{ trace_id: `tr-${'e1cd3ae1'.repeat(6)}`, span_id: 'd34d34d34d34d34d34d34d35', attributes: {} }]
    const wire = parseJson(spanToDictionary(span)) as { [key: string]: JsonValue }
    expect(readSpanJson({ ...wire, links }).links).toEqual([])
  })
})

describe('the form before 3.0', () => {
  test('there and back, but for links, which it does not know', () => {
    fc.assert(
      fc.property(randomSpan, (random) => {
        const events = random.events.map((event) => ({
          ...event,
          timeNs: event.timeNs + 10n ** 17n > 2n ** 63n - 1n ? event.timeNs : event.timeNs + 10n ** 17n,
        }))
        const plausible = { ...random, events }
        const expected = {
          ...plausible,
          attributes: withTraceRequestId(random),
          events: events.map((event) => ({ ...event, attributes: asValues(event.attributes) })),
          links: [],
        }
        expect(readSpanJson(parseJson(spanToLegacy(plausible)))).toEqual(expected)
      }),
    )
  })

  test('events in microseconds are moved to where they belong', () => {
    const wire = parseJson(spanToLegacy(span)) as { [key: string]: JsonValue }
    const events = [{ name: 'exception', timestamp: 1_750_000_000_500_000, attributes: {} }]
    expect(readSpanJson({ ...wire, events }).events[0]!.timeNs).toBe(1_750_000_000_500_000_000n)
  })

  test('its shape', () => {
    expect(parseJson(spanToLegacy(span))).toMatchObject({
      name: 'chat',
      context: { span_id: '0x00f067aa0ba902b7', trace_id: '0x4bf92f3577b34da6a3ce929d0e0e4736' },
      parent_id: '0x53995c3f42cd8ad8',
      start_time: 1750000000123456789n,
      status_code: 'ERROR',
      status_message: 'boom',
    })
  })
})

describe('what is no span', () => {
  const wire = parseJson(spanToDictionary(span)) as { [key: string]: JsonValue }

  test.each([
    ['text', 'text', `Invalid value "text" for parameter 'span' supplied:  Hint: Value was of type 'str'.`],
    ['a trace id', { ...wire, trace_id: 'nope' }, `Invalid value "nope" for parameter 'trace_id'`],
    ['no span id', { ...wire, span_id: null }, `Invalid value null for parameter 'span_id'`],
    ['a time', { ...wire, start_time_unix_nano: 'noon' }, `parameter 'start_time_unix_nano' supplied`],
    ['a later time', { ...wire, start_time_unix_nano: 2n ** 63n }, `parameter 'start_time_unix_nano' supplied`],
    ['a status', { ...wire, status: { code: 'GREAT' } }, `Invalid value "GREAT" for parameter 'status.code'`],
    [
      'events',
      { ...wire, events: {} },
      `Invalid value {} for parameter 'events' supplied:  Hint: Value was of type 'dict'.`,
    ],
    ['attributes', { ...wire, attributes: 5 }, `Invalid value 5 for parameter 'attributes'`],
    ['key values', { ...wire, attributes: [{ key: 'k', value: 1 }] }, `parameter 'attributes'`],
  ])('is refused by name: %s', (_, value, message) => {
    expect(() => readSpanJson(value)).toThrow(
      expect.objectContaining({ code: 'INVALID_PARAMETER_VALUE', message: expect.stringContaining(message) }),
    )
  })
})

/** The texts as they are after a parser that does not tell 1.0 from 1. */
function asValues(attributes: Attributes): Attributes {
  return new Map([...attributes].map(([key, text]) => [key, writeJson(parseJson(text))]))
}
