import { DatabaseSync } from 'node:sqlite'
import { buildSkeleton, type Span, skeletonRow } from '@clew/model'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import { Sql } from '../sql.ts'
import { batch, json, type SpanSketch, span, traceId } from '../testing/spans.ts'
import { createWriter } from '../write/writer.ts'
import { findSkeleton } from './traces.ts'

const HUNDRED_YEARS_NS = 3_155_760_000_000_000_000n

test.each<[string, SpanSketch[]]>([
  [
    'a tree whose rows come in disorder',
    [
      { trace: 0, id: 3, parent: 1 },
      { trace: 0, id: 1, parent: 0 },
      { trace: 0, id: 0 },
    ],
  ],
  [
    'a parent that was not received, a running span, a span that ends before it starts',
    [
      { trace: 0, id: 1, parent: 77 },
      { trace: 0, id: 2, parent: 1, endTimeNs: undefined },
      { trace: 0, id: 3, endTimeNs: 5n },
    ],
  ],
  ['spans that start together', [5, 2, 9, 1].map((id) => ({ trace: 0, id, startTimeNs: 7n }))],
  [
    'times too far apart for a double',
    [
      { trace: 0, id: 2, startTimeNs: HUNDRED_YEARS_NS + 1n },
      { trace: 0, id: 1, startTimeNs: HUNDRED_YEARS_NS + 2n },
      { trace: 0, id: 3, startTimeNs: HUNDRED_YEARS_NS },
      { trace: 0, id: 4, startTimeNs: 0n },
    ],
  ],
  [
    'models, tokens, costs, failures, exceptions',
    [
      {
        trace: 0,
        id: 0,
        status: { code: 'ERROR', message: 'm' },
        events: [{ name: 'exception', timeNs: 1n, attributes: new Map() }],
      },
      {
        trace: 0,
        id: 1,
        parent: 0,
        status: { code: 'UNSET', message: '' },
        attributes: new Map([
          ['mlflow.spanType', json('LLM')],
          ['mlflow.llm.model', json('small')],
          ['mlflow.chat.tokenUsage', json({ input_tokens: 3, output_tokens: 0, total_tokens: 3 })],
          ['mlflow.llm.cost', json({ input_cost: 0.5, output_cost: 0, total_cost: 0.5 })],
        ]),
      },
    ],
  ],
])('the skeleton of %s is the one the model builds', (_, sketches) => {
  const spans = sketches.map(span)
  expect(stored(spans)).toEqual(buildSkeleton(traceId(0), spans.map(skeletonRow)))
})

test('an unknown trace has no skeleton', () => {
  expect(stored([])).toBeUndefined()
})

function stored(spans: readonly Span[]) {
  const database = new DatabaseSync(':memory:')
  migrate(database)
  createWriter(database).methods.writeSpans(batch(spans))
  return findSkeleton(new Sql(database), traceId(0))
}
