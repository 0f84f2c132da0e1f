import {
  type Filter,
  type Operator,
  parseFilter,
  parseOrderBy,
  printFilter,
  spanContent,
  type TraceQuery,
} from '@clew/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { packPayload, spanContentOf } from '../rows/payload.ts'
import { filledStores, TRACES } from '../testing/filled-stores.ts'
import { json, span } from '../testing/spans.ts'
import { countTraces, searchTraces } from './search.ts'

const { memory, context } = await filledStores()

test.each([
  `name = 'step 0'`,
  `span.name = 'plan' AND span.type = 'TOOL'`,
  `(span.name = 'plan') AND (span.type = 'TOOL')`,
  `span.attributes.temperature = '0.5' OR span.attributes.temperature != '0.5'`,
  `span.attributes.\`a"b\` = 'odd'`,
  `tag.\`a"b\` = 'odd' OR tag.\`$.x\` IS NOT NULL`,
  `trace.text ILIKE '%HELLO%'`,
  `span.content LIKE '%exception.type%'`,
  `feedback.score = '5' OR feedback.score >= 6`,
  `feedback.score != '5' AND NOT expectation.answer IS NULL`,
  `run_id = 'run-1'`,
  `metadata.mlflow.sourceRun = 'run-2'`,
  `prompt = 'p/1'`,
  `issue.id = 'slow'`,
  `execution_time_ms > 400 AND status IN ('OK', 'ERROR')`,
  `name RLIKE '^st.p [01]$'`,
  `NOT (name = 'step 1')`,
  `end_time_ms <= 1760000005500`,
])('%s finds what the reference finds', async (text) => {
  const found = await expectSame({ filter: parseFilter(text), orderBy: [] })
  expect(found.length).toBeGreaterThan(0)
  expect(found.length).toBeLessThan(TRACES)
})

test('any filter in any order finds what the reference finds, page by page', async () => {
  await fc.assert(
    fc.asyncProperty(
      filters(),
      fc.subarray(ORDERS, { maxLength: 3 }),
      fc.integer({ min: 1, max: 7 }),
      (filter, orders, limit) => expectSame({ filter, orderBy: parseOrderBy(orders) }, limit).then(() => undefined),
    ),
    { numRuns: 300 },
  )
})

test('values of a filter never become SQL', async () => {
  const hostile = `'); DROP TABLE traces; --"`
  const comparison = (field: object) =>
    ({ type: 'comparison', field, operator: '=', value: { type: 'text', text: hostile } }) as Filter
  for (const field of [
    { entity: 'tag', key: hostile },
    { entity: 'metadata', key: hostile },
    { entity: 'span-attribute', key: hostile },
    { entity: 'feedback', name: hostile },
    { entity: 'span', name: 'name' },
  ]) {
    expect(await expectSame({ filter: comparison(field), orderBy: [] })).toEqual([])
  }
  await expectSame({ filter: undefined, orderBy: [{ field: { entity: 'tag', key: hostile }, direction: 'asc' }] })
})

test('a cursor of another order, or no cursor at all, is refused', () => {
  const page = searchTraces(context, query({ filter: undefined, orderBy: [], limit: 2 }))
  const other = parseOrderBy(['status ASC'])
  for (const [cursor, orderBy] of [
    [page.cursor, other],
    ['nonsense', []],
    ['', []],
  ] as const) {
    const refused = () => searchTraces(context, query({ filter: undefined, orderBy, limit: 2, cursor }))
    expect(refused).toThrow(expect.objectContaining({ code: 'INVALID_PARAMETER_VALUE' }))
  }
})

test('the text of a span is the same from its columns as from the span', () => {
  const attributes = new Map([['a "b"', json('x\ny')]])
  const spans = [
    span({ trace: 0, id: 0 }),
    span({
      trace: 0,
      id: 1,
      status: { code: 'ERROR', message: 'm' },
      attributes,
      events: [{ name: 'e', timeNs: 1n, attributes }],
    }),
  ]
  for (const each of spans) {
    const packed = packPayload(each)
    const content = spanContentOf(each.name, packed.statusMessage ?? '', packed.attributes, packed.events ?? '')
    expect(content).toBe(spanContent(each))
  }
})

function query(rest: Pick<TraceQuery, 'filter' | 'orderBy' | 'limit'> & { cursor?: string | undefined }): TraceQuery {
  return { experimentIds: ['0', '1'], cursor: undefined, ...rest }
}

async function expectSame(asked: Pick<TraceQuery, 'filter' | 'orderBy'>, limit = 500): Promise<string[]> {
  const { traces } = await memory.searchTraces(query({ ...asked, limit: 500 }))
  const expected = traces.map((trace) => trace.traceId)
  const found: string[] = []
  for (let cursor: string | undefined, more = true; more; more = cursor !== undefined) {
    const page = searchTraces(context, query({ ...asked, limit, cursor }))
    expect(page.traces.length).toBeLessThanOrEqual(limit)
    found.push(...page.traces.map((trace) => trace.traceId))
    cursor = page.cursor
  }
  expect(found).toEqual(expected)
  expect(countTraces(context, { experimentIds: ['0', '1'], filter: asked.filter }, 500)).toBe(expected.length)
  for (const experiment of ['0', '1']) {
    const scoped = { ...query({ ...asked, limit: 500 }), experimentIds: [experiment] }
    const inScope = expected.filter((id) =>
      traces.some((trace) => trace.traceId === id && trace.experimentId === experiment),
    )
    expect(searchTraces(context, scoped).traces.map((trace) => trace.traceId)).toEqual(inScope)
  }
  return expected
}

const ORDERS = [
  'timestamp_ms',
  'timestamp_ms DESC',
  'execution_time_ms',
  'end_time_ms DESC',
  'status',
  'request_id DESC',
  'name',
  'run_id DESC',
  'tag.color',
  'tag.color DESC',
  'experiment_id',
].filter((order, index, all) => all.findIndex((other) => other.split(' ')[0] === order.split(' ')[0]) === index)

/** What the parser could have made; the rest has no meaning to agree on. */
function filters(): fc.Arbitrary<Filter> {
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      comparisons(),
      fc.record({
        type: fc.constantFrom('and', 'or'),
        operands: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }) as fc.Arbitrary<Filter>,
      tie('tree').map((operand): Filter => ({ type: 'not', operand })),
    ),
  }))
  return tree
}

const TEXTS = [
  'plan',
  'act',
  'TOOL',
  'OK',
  'ERROR',
  'Red',
  'green',
  'odd',
  'run-1',
  'run-2',
  '0.5',
  '0.50',
  '5',
  '5.0',
  'text 5',
  'Hello 1 100%_\\',
  'step 0',
  'ö',
  'Slow answer',
  'slow',
]
const PATTERNS = ['%', '', '%o%', 'step _', '%100\\%%', 'T__L', '%hello%', '"%', '%ö%', 're%']
const REGEXES = ['^st', 'l+o', '[0-9]$', 'a|n', '']

function comparisons(): fc.Arbitrary<Filter> {
  const numeric = fc.record({
    field: fc
      .constantFrom(...(['timestamp_ms', 'execution_time_ms', 'end_time_ms'] as const))
      .map((name) => ({ entity: 'attribute' as const, name })),
    operator: fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>='),
    value: fc
      .constantFrom(0, 200, 400, 1_760_000_003_000, 1_760_000_003_400)
      .map((number) => ({ type: 'number' as const, number })),
  })
  const judged = fc.record({
    field: fc.constantFrom({ entity: 'feedback' as const, name: 'score' }),
    operator: fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>='),
    value: fc.constantFrom(5, 8, 20).map((number) => ({ type: 'number' as const, number })),
  })
  const fields = [
    ...(['status', 'request_id', 'client_request_id', 'name', 'run_id'] as const).map((name) => ({
      entity: 'attribute' as const,
      name,
    })),
    ...['color', 'a"b', '$.x', 'mlflow.traceName', 'none'].map((key) => ({ entity: 'tag' as const, key })),
    { entity: 'metadata' as const, key: 'mlflow.sourceRun' },
    ...(['name', 'type', 'status', 'content'] as const).map((name) => ({ entity: 'span' as const, name })),
    { entity: 'attribute' as const, name: 'text' as const },
    ...['temperature', 'a"b', 'mlflow.spanInputs', 'none'].map((key) => ({ entity: 'span-attribute' as const, key })),
    { entity: 'feedback' as const, name: 'score' },
    { entity: 'expectation' as const, name: 'answer' },
    { entity: 'issue' as const, name: 'id' },
    { entity: 'issue' as const, name: 'name' },
  ]
  const condition = fc.oneof(
    fc.record({
      operator: fc.constantFrom<Operator>('=', '!='),
      value: fc.constantFrom(...TEXTS).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('LIKE', 'ILIKE'),
      value: fc.constantFrom(...PATTERNS, ...TEXTS).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constant<Operator>('RLIKE'),
      value: fc.constantFrom(...REGEXES).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('IN', 'NOT IN'),
      value: fc.subarray(TEXTS, { minLength: 1 }).map((texts) => ({ type: 'list' as const, texts })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('IS NULL', 'IS NOT NULL'),
      value: fc.constant({ type: 'none' as const }),
    }),
  )
  const textual = fc.tuple(fc.constantFrom(...fields), condition).map(([field, rest]) => ({ field, ...rest }))
  return fc
    .oneof(numeric, judged, textual)
    .map((comparison): Filter => ({ type: 'comparison', ...comparison }))
    .filter(isWritable)
}

function isWritable(filter: Filter): boolean {
  try {
    return parseFilter(printFilter(filter)) !== undefined
  } catch {
    return false
  }
}
