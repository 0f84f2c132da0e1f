import type { JsonText } from '@clew/model'
import { expect, test } from 'vitest'
import { ReadSpan, ReadTrace } from './index.ts'
import { sampleInfo, sampleSpan } from './testing/samples.ts'

const spanWith = (attributes: Record<string, string>) =>
  new ReadSpan(sampleSpan({ attributes: new Map(Object.entries(attributes) as [string, JsonText][]) }))

test('attributes are read without losing anything', () => {
  const span = spanWith({
    'mlflow.spanType': '"TOOL"',
    'mlflow.spanInputs': '{"id":9223372036854775807,"__proto__":"a key like any other"}',
    'mlflow.spanOutputs': 'null',
    share: '0.1',
  })
  expect(span.spanType).toBe('TOOL')
  const inputs = span.inputs as { readonly [key: string]: unknown }
  expect(Object.entries(inputs)).toEqual([
    ['id', 9223372036854775807n],
    ['__proto__', 'a key like any other'],
  ])
  expect(span.outputs).toBeNull()
  expect(span.getAttribute('share')).toBe(0.1)
  expect(span.getAttribute('absent')).toBeUndefined()
})

test('what is absent or cannot be read is undefined', () => {
  const span = spanWith({ 'mlflow.spanInputs': 'nonsense', 'mlflow.spanType': '7', 'mlflow.chat.tokenUsage': '[]' })
  expect([span.inputs, span.outputs, span.tokenUsage, span.cost]).toEqual([undefined, undefined, undefined, undefined])
  expect(span.spanType).toBe('UNKNOWN')
})

test('a trace finds its spans by name, pattern, type and id, and its root', () => {
  const spans = [
    sampleSpan({ spanId: '000000000000000a', parentSpanId: '00f067aa0ba902b7', name: 'search 1' }),
    sampleSpan(),
    sampleSpan({
      spanId: '000000000000000b',
      parentSpanId: '00f067aa0ba902b7',
      name: 'search 2',
      attributes: new Map(),
    }),
  ].map((span) => new ReadSpan(span))
  const trace = new ReadTrace(sampleInfo(), spans)
  const names = (selection: Parameters<ReadTrace['searchSpans']>[0]) =>
    trace.searchSpans(selection).map(({ name }) => name)
  expect(trace.root).toBe(spans[1])
  expect(names({})).toEqual(['search 1', 'answer', 'search 2'])
  expect(names({ name: 'search' })).toEqual([])
  // With a memory of its own, which must not make it skip spans.
  expect(names({ name: /search/g })).toEqual(['search 1', 'search 2'])
  expect(names({ name: /search/, spanType: 'AGENT' })).toEqual(['search 1'])
  expect(names({ spanId: '000000000000000b' })).toEqual(['search 2'])
  expect(new ReadTrace(sampleInfo(), []).root).toBeUndefined()
})

test('a trace tells the tokens and the cost its server has added up', () => {
  const traceMetadata = new Map([
    ['mlflow.trace.tokenUsage', '{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15}'],
    ['mlflow.trace.cost', '{"input_cost": 0.25, "output_cost": 0.5, "total_cost": 0.75}'],
  ])
  const trace = new ReadTrace(sampleInfo({ traceMetadata }), [])
  expect(trace.tokenUsage).toMatchObject({ input: 10, output: 5, total: 15 })
  expect(trace.cost).toEqual({ input: 0.25, output: 0.5, total: 0.75 })
  expect(new ReadTrace(sampleInfo(), []).tokenUsage).toBeUndefined()
})
