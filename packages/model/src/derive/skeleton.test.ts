import { expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import { buildSkeleton, type SkeletonRow, skeletonRow } from './skeleton.ts'

const ORIGIN = 1_760_000_000_000_000_001n

function row(spanId: string, parentSpanId: string | undefined, changes: Partial<SkeletonRow> = {}): SkeletonRow {
  return {
    spanId,
    parentSpanId,
    name: 'step',
    type: 'CHAIN',
    status: 'OK',
    startTimeNs: ORIGIN,
    endTimeNs: ORIGIN + 10n,
    model: undefined,
    inputTokens: undefined,
    outputTokens: undefined,
    cost: undefined,
    exceptions: 0,
    ...changes,
  }
}

test('a skeleton is columns in order of start', () => {
  const skeleton = buildSkeleton('tr-1', [
    row('d', 'lost', { startTimeNs: ORIGIN + 9_007_199_254_740_991n, endTimeNs: undefined, name: 'tool' }),
    row('c', 'a', {
      startTimeNs: ORIGIN + 1n,
      endTimeNs: ORIGIN + 4n,
      type: 'LLM',
      model: 'm',
      inputTokens: 5,
      outputTokens: 7,
      cost: 0.5,
      status: 'ERROR',
      exceptions: 2,
    }),
    row('b', 'c', { status: 'UNSET' }),
    row('a', undefined),
  ])
  expect(skeleton).toEqual({
    traceId: 'tr-1',
    count: 4,
    originNs: '1760000000000000001',
    spanId: ['a', 'b', 'c', 'd'],
    parent: [-1, 2, 0, -2],
    name: [0, 0, 0, 1],
    names: ['step', 'tool'],
    type: [0, 0, 1, 0],
    types: ['CHAIN', 'LLM'],
    status: [1, 0, 2, 1],
    start: [0, 0, 1, 9_007_199_254_740_991],
    duration: [10, 10, 3, -1],
    model: [-1, -1, 0, -1],
    models: ['m'],
    inputTokens: [-1, -1, 5, -1],
    outputTokens: [-1, -1, 7, -1],
    cost: [-1, -1, 0.5, -1],
    exceptions: [0, 0, 2, 0],
  })
})

test('a trace without spans has empty columns', () => {
  expect(buildSkeleton('tr-1', [])).toMatchObject({ count: 0, originNs: '0', spanId: [], names: [] })
})

test('a span that ends before it starts is not taken for a running one', () => {
  expect(buildSkeleton('tr-1', [row('a', undefined, { endTimeNs: 0n })]).duration).toEqual([0])
})

test('a row is what a span says of itself', () => {
  const attributes = new Map([
    ['mlflow.spanType', '"LLM"' as JsonText],
    ['mlflow.llm.model', '"gpt"' as JsonText],
    ['mlflow.chat.tokenUsage', '{"input_tokens": 5, "output_tokens": 7}' as JsonText],
    ['mlflow.llm.cost', '{"total_cost": 0.5}' as JsonText],
  ])
  const span = {
    traceId: 'tr-1',
    spanId: 'a',
    parentSpanId: undefined,
    name: 'call',
    startTimeNs: ORIGIN,
    endTimeNs: undefined,
    status: { code: 'ERROR', message: 'no' },
    attributes,
    events: [
      { name: 'exception', timeNs: ORIGIN, attributes: new Map() },
      { name: 'other', timeNs: ORIGIN, attributes: new Map() },
    ],
    links: [],
  } as const
  expect(skeletonRow(span)).toEqual(
    row('a', undefined, {
      name: 'call',
      type: 'LLM',
      status: 'ERROR',
      endTimeNs: undefined,
      model: 'gpt',
      inputTokens: 5,
      outputTokens: 7,
      cost: 0.5,
      exceptions: 1,
    }),
  )
  expect(skeletonRow({ ...span, attributes: new Map([['mlflow.spanType', '5' as JsonText]]) }).type).toBe('UNKNOWN')
})

test('100,000 spans are laid out in a blink', () => {
  const rows = Array.from({ length: 100_000 }, (_, index) =>
    row(index.toString(16).padStart(16, '0'), index === 0 ? undefined : (index >> 1).toString(16).padStart(16, '0'), {
      startTimeNs: ORIGIN + BigInt((index * 7919) % 100_000),
    }),
  )
  const before = performance.now()
  expect(buildSkeleton('tr-1', rows).count).toBe(100_000)
  expect(performance.now() - before).toBeLessThan(2_000)
})
