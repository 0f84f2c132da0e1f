import { create, toBinary } from '@bufbuild/protobuf'
import { describe, expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import type { Span } from '../span.ts'
import { decodeOtlpJson } from './decode-json.ts'
import { decodeOtlpProtobuf } from './decode-protobuf.ts'
import { encodeOtlpJson } from './encode-json.ts'
import { encodeOtlpProtobuf } from './encode-protobuf.ts'
import { defaultOtlpLimits } from './export.ts'
import { ExportTraceServiceRequestSchema } from './oracle/generated/opentelemetry/proto/collector/trace/v1/trace_service_pb.js'

const span: Span = {
  traceId: 'tr-4bf92f3577b34da6a3ce929d0e0e4736',
  spanId: '00f067aa0ba902b7',
  parentSpanId: undefined,
  name: 'chat',
  startTimeNs: 1_750_000_000_123_456_789n,
  endTimeNs: 1_750_000_001_123_456_789n,
  status: { code: 'OK', message: '' },
  attributes: new Map(),
  events: [],
  links: [],
}

function json(fields: object): string {
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const wire = { traceId, spanId: '00f067aa0ba902b7', ...fields }
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [wire] }] }] })
}

function only(text: string): Span {
  const { groups, rejected } = decodeOtlpJson(text)
  expect(rejected).toEqual({ count: 0, reason: '' })
  return groups[0]!.spans[0]!
}

function refusal(text: string): string {
  const { groups, rejected } = decodeOtlpJson(text)
  expect(groups).toEqual([])
  expect(rejected.count).toBe(1)
  return rejected.reason
}

function attribute(value: unknown): JsonText | undefined {
  return only(json({ attributes: [{ key: 'k', value }] })).attributes.get('k')
}

describe('attribute values', () => {
  test.each([
    ['text', { stringValue: 'hi' }, '"hi"'],
    ['text that holds an object stands for it', { stringValue: '{"a": 1}' }, '{"a": 1}'],
    ['text that holds a JSON string stands for it', { stringValue: '"quoted"' }, '"quoted"'],
    ['text that holds a number stays text', { stringValue: '5' }, '"5"'],
    ['text that holds a boolean stays text', { stringValue: 'true' }, '"true"'],
    ['text that only begins like JSON stays text', { stringValue: '[INST] hi' }, '"[INST] hi"'],
    ['an int64 as text', { intValue: '9223372036854775807' }, '9223372036854775807'],
    ['an int64 as a number', { intValue: 5 }, '5'],
    ['a double', { doubleValue: 0.1 }, '0.1'],
    ['a whole double', { doubleValue: 1 }, '1.0'],
    ['not a number', { doubleValue: 'NaN' }, '"NaN"'],
    ['infinity', { doubleValue: '-Infinity' }, '"-Infinity"'],
    ['a boolean', { boolValue: false }, 'false'],
    ['bytes are base64', { bytesValue: 'AAH/' }, '"AAH/"'],
    ['an empty value', {}, 'null'],
    ['no value', undefined, 'null'],
    [
      'nested values, whose strings are literal',
      { kvlistValue: { values: [{ key: 'a', value: { arrayValue: { values: [{ stringValue: '{"x":1}' }, {}] } } }] } },
      '{"a":["{\\"x\\":1}",null]}',
    ],
    ['an empty list', { arrayValue: {} }, '[]'],
    ['snake_case', { kvlist_value: { values: [] } }, '{}'],
  ])('%s', (_, value, text) => {
    expect(attribute(value)).toBe(text)
  })

  test('integers beyond 2^53 written as JSON numbers are exact', () => {
    const text = json({ attributes: [{ key: 'k', value: { intValue: 0 } }], startTimeUnixNano: 1 })
      .replace('"intValue":0', '"intValue":9007199254740993')
      .replace('"startTimeUnixNano":1', '"startTimeUnixNano":1750000000000000001')
    expect(only(text).attributes.get('k')).toBe('9007199254740993')
    expect(only(text).startTimeNs).toBe(1_750_000_000_000_000_001n)
  })

  test('bytes off the wire are base64', () => {
    const request = create(ExportTraceServiceRequestSchema, {
      resourceSpans: [
        {
          scopeSpans: [
            {
              spans: [
                {
                  traceId: new Uint8Array(16).fill(1),
                  spanId: new Uint8Array(8).fill(2),
                  attributes: [
                    { key: 'b', value: { value: { case: 'bytesValue', value: new Uint8Array([0, 1, 255]) } } },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
    const { groups } = decodeOtlpProtobuf(toBinary(ExportTraceServiceRequestSchema, request))
    expect(groups[0]!.spans[0]!.attributes.get('b')).toBe('"AAH/"')
  })

  test('in events nothing is stripped', () => {
    const events = [{ name: 'e', timeUnixNano: '1', attributes: [{ key: 'k', value: { stringValue: '{"a":1}' } }] }]
    expect(only(json({ events })).events[0]!.attributes.get('k')).toBe('"{\\"a\\":1}"')
  })
})

describe('JSON spans', () => {
  test('ids in upper case, in links too', () => {
    const read = only(
      json({
        traceId: '4BF92F3577B34DA6A3CE929D0E0E4736',
        spanId: '00F067AA0BA902B7',
        links: [{ traceId: 'ABF92F3577B34DA6A3CE929D0E0E4736', spanId: 'A0F067AA0BA902B7' }],
      }),
    )
    expect(read.traceId).toBe('tr-4bf92f3577b34da6a3ce929d0e0e4736')
    expect(read.links).toEqual([
      { traceId: 'tr-abf92f3577b34da6a3ce929d0e0e4736', spanId: 'a0f067aa0ba902b7', attributes: new Map() },
    ])
  })

  test.each([
    ['STATUS_CODE_ERROR', { code: 'ERROR', message: 'boom' }],
    [2, { code: 'ERROR', message: 'boom' }],
    ['2', { code: 'ERROR', message: 'boom' }],
    [1, { code: 'OK', message: '' }],
    ['STATUS_CODE_UNSET', { code: 'UNSET', message: '' }],
    [7, { code: 'UNSET', message: '' }],
  ])('status code %s', (code, status) => {
    expect(only(json({ status: { code, message: 'boom' } })).status).toEqual(status)
  })

  test('end time 0 and none are a span that runs; fields nobody knows are ignored', () => {
    expect(only(json({ endTimeUnixNano: '0', future: { x: [1] } })).endTimeNs).toBeUndefined()
    expect(only(json({})).endTimeNs).toBeUndefined()
  })

  test('a parent id of zeros is a root', () => {
    expect(only(json({ parentSpanId: '0000000000000000' })).parentSpanId).toBeUndefined()
  })
})

describe('a span that cannot be one is refused alone', () => {
  test.each([
    [{ traceId: '' }, "The trace id '' is not 32 hex digits (16 bytes)."],
    [{ traceId: '0'.repeat(32) }, 'The trace id is all zeros.'],
    [{ spanId: '00f067' }, "The span id '00f067' is not 16 hex digits (8 bytes)."],
    [
      { traceId: 'S/kvNXezTaajzpKdDg5HNg==' },
      "The trace id 'S/kvNXezTaajzpKdDg5HNg==' is not 32 hex digits (16 bytes).",
    ],
    [{ parentSpanId: 'xyz' }, "The parent span id 'xyz' is not 16 hex digits (8 bytes)."],
    [
      { startTimeUnixNano: '18446744073709551615' },
      'The start time 18446744073709551615 is not between 1970 and 2262.',
    ],
    [{ startTimeUnixNano: 'noon' }, 'The field startTimeUnixNano is not an integer.'],
    [{ name: 5 }, 'The field name is not text.'],
    [{ attributes: {} }, 'The field attributes is not an array.'],
    [{ attributes: [{ key: 'k', value: 'v' }] }, 'The value of an attribute is not an object.'],
    [{ attributes: [{ key: 'k', value: { intValue: 1.5 } }] }, 'An intValue is not a 64-bit integer.'],
    [
      { attributes: [{ key: 'k', value: { intValue: '9223372036854775808' } }] },
      'An intValue is not a 64-bit integer.',
    ],
    [{ attributes: [{ key: 'k', value: { doubleValue: 'x' } }] }, 'A doubleValue is not a number.'],
  ])('%j', (fields, reason) => {
    expect(refusal(json(fields))).toBe(reason)
  })

  test('the others are kept, refusals counted, the first reason told', () => {
    const bad = { ...span, traceId: 'tr-' }
    const zero = { ...span, spanId: '0000000000000000' }
    const spans = [bad, span, zero, { ...span, name: 'second' }]
    for (const { groups, rejected } of [
      decodeOtlpProtobuf(encodeOtlpProtobuf(spans, new Map())),
      decodeOtlpJson(encodeOtlpJson(spans, new Map())),
    ]) {
      expect(groups[0]!.spans).toEqual([span, { ...span, name: 'second' }])
      expect(rejected).toEqual({ count: 2, reason: "The trace id '' is not 32 hex digits (16 bytes)." })
    }
  })

  test('a link that points nowhere is left out', () => {
    const links = [
      { traceId: 'tr-', spanId: '', attributes: new Map() },
      { traceId: span.traceId, spanId: span.spanId, attributes: new Map() },
    ]
    expect(decodeOtlpProtobuf(encodeOtlpProtobuf([{ ...span, links }], new Map())).groups[0]!.spans[0]!.links).toEqual([
      links[1],
    ])
  })
})

describe('limits', () => {
  const three = new Map([1, 2, 3].map((n) => [`k${n}`, '1' as JsonText] as const))
  const event = { name: 'e', timeNs: 1n, attributes: new Map() }
  const link = { traceId: span.traceId, spanId: span.spanId, attributes: new Map() }
  const deep = new Map([['k', `${'['.repeat(9)}${']'.repeat(9)}` as JsonText]])

  test.each([
    ['spans', { maxSpans: 0 }, span, 'The request has more than 0 spans.'],
    ['attributes', { maxAttributes: 2 }, { ...span, attributes: three }, 'There are more than 2 attributes.'],
    ['events', { maxEvents: 1 }, { ...span, events: [event, event] }, 'There are more than 1 events.'],
    ['links', { maxLinks: 1 }, { ...span, links: [link, link] }, 'There are more than 1 links.'],
    [
      'depth',
      { maxDepth: 8 },
      { ...span, events: [{ ...event, attributes: deep }] },
      'A value is nested deeper than 8 levels.',
    ],
    [
      'sizes',
      { maxValueBytes: 4 },
      { ...span, attributes: new Map([['k', '"12345"' as JsonText]]) },
      'A value is longer than 4 bytes.',
    ],
  ])('%s', (_, limits, beyond, reason) => {
    const bounded = { ...defaultOtlpLimits, ...limits }
    const refused = { groups: [], rejected: { count: 1, reason } }
    expect(decodeOtlpProtobuf(encodeOtlpProtobuf([beyond], new Map()), bounded)).toEqual(refused)
    expect(decodeOtlpJson(encodeOtlpJson([beyond], new Map()), bounded)).toEqual(refused)
  })

  test('a thousand nested arrays are refused at the limit', () => {
    let value: number[] = []
    for (let i = 0; i < 1000; i++) value = field(5, field(1, value))
    const bytes = field(1, field(2, field(2, field(9, field(2, value)))))
    expect(decodeOtlpProtobuf(new Uint8Array(bytes)).rejected).toEqual({
      count: 1,
      reason: 'A value is nested deeper than 64 levels.',
    })
    expect(() => decodeOtlpJson('['.repeat(1_000_000))).toThrow('Nested too deep')
  })

  /** A length-delimited field, by hand. */
  function field(number: number, content: number[]): number[] {
    const length: number[] = []
    for (let rest = content.length; rest > 0 || length.length === 0; rest >>= 7) length.push((rest & 127) | 128)
    length.push(length.pop()! & 127)
    return [(number << 3) | 2, ...length, ...content]
  }
})

describe('a body that is none', () => {
  test.each([
    [[0x0a, 0x7f], 'A field of 127 bytes runs past the end of its message, at byte 2.'],
    [[0x0a], 'A number runs past the end of its message, at byte 1.'],
    [
      [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
      'A number is longer than ten bytes, at byte 10.',
    ],
    [[0x0b], 'Wire type 3 does not exist in OTLP, at byte 1.'],
    [[0x09, 1, 2], 'A field of 8 bytes runs past the end of its message, at byte 1.'],
  ])('bytes %j', (bytes, message) => {
    expect(() => decodeOtlpProtobuf(new Uint8Array(bytes))).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: `The protobuf body cannot be read: ${message}` }),
    )
  })

  test.each([
    ['', 'Expected a value at position 0 of the JSON text'],
    ['[]', 'The request is not an object.'],
    ['{"resourceSpans":{}}', 'The field resourceSpans is not an array.'],
    ['{"resourceSpans":[{"scopeSpans":[1]}]}', 'An entry of scopeSpans is not an object.'],
  ])('text %j', (text, message) => {
    expect(() => decodeOtlpJson(text)).toThrow(
      expect.objectContaining({ code: 'BAD_REQUEST', message: `The JSON body cannot be read: ${message}` }),
    )
  })

  test('nothing at all is an export of nothing', () => {
    const nothing = { groups: [], rejected: { count: 0, reason: '' } }
    expect(decodeOtlpProtobuf(new Uint8Array(0))).toEqual(nothing)
    expect(decodeOtlpJson('{}')).toEqual(nothing)
  })
})

describe('keys from outside are only keys', () => {
  test('__proto__ as an attribute, in a value, and in a resource', () => {
    const attributes = new Map([['__proto__', '{"__proto__":{"polluted":1}}' as JsonText]])
    const { groups } = decodeOtlpProtobuf(encodeOtlpProtobuf([{ ...span, attributes }], attributes))
    expect(groups[0]!.spans[0]!.attributes).toEqual(attributes)
    expect(groups[0]!.resource).toEqual(attributes)
    expect(Object.prototype).not.toHaveProperty('polluted')
  })
})
