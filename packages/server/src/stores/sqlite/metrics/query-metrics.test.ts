import { DatabaseSync } from 'node:sqlite'
import {
  type Aggregation,
  type Dimension,
  type JsonText,
  type Measure,
  type MetricQuery,
  metricViews,
  parseFilter,
} from '@clew/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MemoryStore } from '../../memory.ts'
import { migrate } from '../migrate.ts'
import { TestFunctions } from '../search/test-functions.ts'
import { Sql } from '../sql.ts'
import { batch, json, span, traceId } from '../testing/spans.ts'
import { createWriter, type WriterMethods } from '../write/writer.ts'
import { metricStatement, queryMetrics } from './query-metrics.ts'

const START_MS = 1_760_000_000_000
const TRACES = 60

const PLAIN: MetricQuery = {
  experimentIds: ['0'],
  measure: { view: 'TRACES', metric: 'trace_count' },
  aggregations: [{ type: 'COUNT' }],
  dimensions: [],
  filter: undefined,
  rowFilters: [],
  startMs: undefined,
  endMs: undefined,
  intervalMs: undefined,
  limit: 1000,
}

const { memory, context } = await filledStores()

test('any query is answered as the reference answers it', async () => {
  let answered = 0
  const check = async (query: MetricQuery) => {
    const expected = (await memory.queryMetrics(query)).map(({ values, ...point }) => ({
      ...point,
      values: values.map((value) => expect.closeTo(value, 6)),
    }))
    expect(queryMetrics(context, query)).toEqual(expected)
    if (expected.length > 1) answered++
  }
  await fc.assert(fc.asyncProperty(queries(), check), { numRuns: 1000 })
  expect(answered).toBeGreaterThan(200)
})

test.each<[string, Partial<MetricQuery>]>([
  ['a count by status', { dimensions: ['trace_status'], intervalMs: 86_400_000 }],
  ['latencies', { measure: { view: 'TRACES', metric: 'latency' }, aggregations: percentiles(50, 90, 99) }],
  [
    'sums of tokens',
    { measure: { view: 'TRACES', metric: 'cache_creation_input_tokens' }, aggregations: [{ type: 'SUM' }] },
  ],
])('a dashboard reads %s from one index in order of time', (_, changes) => {
  const query = { ...PLAIN, startMs: START_MS, endMs: START_MS + 1, ...changes }
  expect(planOf(query)).toContain(
    'SEARCH t USING COVERING INDEX traces_by_time (experiment_id=? AND request_time_ms>? AND request_time_ms<?)',
  )
})

test('spans are reached by the key of their trace, and payloads not at all', () => {
  const measure = { view: 'SPANS', metric: 'total_cost' } as const
  const plan = planOf({
    ...PLAIN,
    measure,
    aggregations: [{ type: 'SUM' }],
    dimensions: ['span_model_name'],
    startMs: 0,
  })
  expect(plan).toContain('SEARCH s USING PRIMARY KEY (trace=?)')
  expect(plan).not.toContain('payloads')
})

function planOf(query: MetricQuery): string {
  const { text, values } = metricStatement(query, context.tests)
  const rows = context.sql.database.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...values)
  return rows.map((row) => row['detail']).join('\n')
}

function percentiles(...values: number[]): Aggregation[] {
  return values.map((percentile) => ({ type: 'PERCENTILE', percentile }))
}

const MEASURES: readonly Measure[] = (['TRACES', 'SPANS', 'ASSESSMENTS'] as const).flatMap((view) =>
  Object.keys(metricViews[view]).map((metric) => ({ view, metric }) as Measure),
)

function queries(): fc.Arbitrary<MetricQuery> {
  return fc.constantFrom(...MEASURES).chain((measure) => {
    const rules: Record<string, { aggregations: readonly Aggregation['type'][]; dimensions: readonly Dimension[] }> =
      metricViews[measure.view]
    const rule = rules[measure.metric] ?? { aggregations: [], dimensions: [] }
    const aggregations = fc
      .constantFrom(...rule.aggregations)
      .chain(
        (type): fc.Arbitrary<Aggregation> =>
          type === 'PERCENTILE'
            ? fc.double({ min: 0, max: 100, noNaN: true }).map((percentile) => ({ type, percentile }))
            : fc.constant({ type }),
      )
    const time = (min: number, max: number) =>
      fc.option(fc.integer({ min: START_MS + min, max: START_MS + max }), { nil: undefined })
    return fc.record({
      experimentIds: fc.constantFrom(['0'], ['0', '1'], ['9']),
      measure: fc.constant(measure),
      aggregations: fc.array(aggregations, { minLength: 1, maxLength: 3 }),
      dimensions: fc.shuffledSubarray([...rule.dimensions]),
      filter: fc.constantFrom(undefined, parseFilter("status = 'OK'"), parseFilter("tag.color IS NULL OR name = 'a'")),
      rowFilters:
        measure.view === 'SPANS'
          ? fc.constantFrom([], [{ field: 'span_type' as const, text: 'TOOL' }])
          : fc.constant([]),
      startMs: time(-1000, 8000),
      endMs: time(7000, 20_000),
      intervalMs: fc.constantFrom(undefined, 1000, 7000, 86_400_000),
      limit: fc.constantFrom(1000, 1000, 3),
    })
  })
}

/** The reference and a database with the same traces, each as the remainders of its number say. */
async function filledStores() {
  const store = new MemoryStore()
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const { methods } = createWriter(database)
  for (const each of [store, methods]) {
    await each.createExperiment({ name: 'second', artifactLocation: undefined, tags: new Map() })
    for (let n = 0; n < TRACES; n++) await fill(each, n)
  }
  return { memory: store, context: { sql: new Sql(database), tests: new TestFunctions(database) } }
}

type Filled = 'writeSpans' | 'setTraceTag' | 'createAssessment'

async function fill(store: Pick<MemoryStore | WriterMethods, Filled>, n: number): Promise<void> {
  const startTimeNs = BigInt(START_MS + n * 317) * 1_000_000n
  const attributes = new Map<string, JsonText>([
    ['mlflow.spanType', json(n % 3 === 0 ? 'TOOL' : 'LLM')],
    ['mlflow.llm.model', json(n % 4 === 0 ? 5 : `m${n % 3}`)],
    ['mlflow.chat.tokenUsage', json({ input_tokens: n, ...(n % 2 === 0 && { cache_read_input_tokens: n / 2 }) })],
  ])
  if (n % 5 !== 0) attributes.set('mlflow.llm.provider', json(`p😀${n % 2}`))
  if (n % 5 !== 1)
    attributes.set('mlflow.llm.cost', json({ total_cost: n / 3000, ...(n % 2 === 0 && { input_cost: n }) }))
  const name = ['a', 'Ａ', '😀', 'b'][n % 4] ?? ''
  const code = n % 6 === 1 ? 'ERROR' : n % 6 === 2 ? 'UNSET' : 'OK'
  const session: [string, JsonText][] = n % 2 === 0 ? [['session.id', json(`s${n % 8}`)]] : []
  const times = { startTimeNs, endTimeNs: n % 7 === 3 ? undefined : startTimeNs + BigInt((n % 11) * 1_234_567) }
  await store.writeSpans(
    batch(
      [
        span({ trace: n, id: 0, name, ...times, attributes: new Map(session), status: { code, message: '' } }),
        span({ trace: n, id: 1, parent: 0, ...times, name: `step ${n % 2}`, attributes }),
      ],
      { experimentId: n % 4 === 3 ? '1' : '0' },
    ),
  )
  if (n % 3 === 1) await store.setTraceTag(traceId(n), 'color', 'red')
  const values = [true, false, ' YES ', 'no', n, 'good', { a: n }, null]
  await store.createAssessment({
    assessmentId: `a-${n}`,
    traceId: traceId(n),
    spanId: undefined,
    name: n % 2 === 0 ? 'even' : 'odd',
    source: undefined,
    content: { kind: 'feedback', value: values[n % 8] ?? null, error: undefined },
    rationale: undefined,
    metadata: new Map(),
    overrides: undefined,
    valid: n % 9 !== 0,
    createTimeMs: n,
    lastUpdateTimeMs: n,
  })
}
