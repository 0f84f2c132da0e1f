import { describe, expect, test } from 'vitest'
import type { Assessment, AssessmentContent } from '../assessment.ts'
import { SpanDigest } from '../derive/digest.ts'
import { spanFacts } from '../derive/facts.ts'
import { type ClientRecord, NO_CLIENT, traceInfoOf } from '../derive/summary.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import type { Span, SpanStatusCode } from '../span.ts'
import { type SearchedTrace, traceTest } from './evaluate.ts'
import * as recorded from './fixtures/mlflow-answers.ts'
import { compareSortKeys, sortKeyOf } from './order-traces.ts'
import { parseFilter } from './parse-filter.ts'
import { parseOrderBy } from './parse-order.ts'

const START = 1_760_000_700_000_000_000n
const MS = 1_000_000n
const VALUES: readonly JsonValue[] = [true, 'yes', 5, 0.5, { a: 1 }]

/** `t0` to `t5`, a second apart, the earlier the longer, each an agent or a chain with one tool; and a span alone. */
const traces: readonly (SearchedTrace & { readonly name: string })[] = [
  ...[0, 1, 2, 3, 4, 5].map(drawTrace),
  drawOrphan(),
]

describe('MLflow accepts or refuses, and so do we', () => {
  test.each(linesOf(recorded.filterAnswers))('%s  ⇒  %s', (text, answer) => expect(search(text, [])).toBe(answer))
  test.each(linesOf(recorded.orderAnswers))('by %s  ⇒  %s', (text, answer) => expect(sort(text)).toBe(answer))
})

describe('MLflow refuses or misses, and we do not', () => {
  test.each(linesOf(recorded.betterFilterAnswers))('%s  ⇒  %s', (text, answer) => expect(search(text, [])).toBe(answer))
  test.each(linesOf(recorded.betterOrderAnswers))('by %s  ⇒  %s', (text, answer) => expect(sort(text)).toBe(answer))
})

function sort(text: string): string {
  return search('', text === 'timestamp_ms, status' ? [text] : text.split(', '))
}

function search(filterText: string, orderBy: readonly string[]): string {
  try {
    const filter = parseFilter(filterText)
    const orders = parseOrderBy(orderBy)
    const compare = compareSortKeys(orders)
    const found = traces.filter(filter === undefined ? () => true : traceTest(filter))
    const sorted = found.toSorted((a, b) => compare(sortKeyOf(a.info, orders), sortKeyOf(b.info, orders)))
    return sorted.map((trace) => trace.name).join(' ')
  } catch (error) {
    return `! ${error instanceof Error ? error.message : error}`
  }
}

function linesOf(table: string): [text: string, answer: string][] {
  return table
    .slice(1, -1)
    .split('\n')
    .map((line) => {
      const [text = '', answer = ''] = line.replaceAll('¬', '`').split(' ⇒ ')
      let whole = answer
      for (const [name, set] of recorded.printedSets) whole = whole.replaceAll(name, set)
      return [text, whole]
    })
}

function drawTrace(i: number): SearchedTrace & { name: string } {
  const traceId = `tr-${String(i).padStart(32, '0')}`
  const start = START + BigInt(i) * 1000n * MS
  const root = draw(
    traceId,
    'a',
    i === 4 ? "it's" : `t${i}`,
    start,
    start + BigInt(6 - i) * 10n * MS,
    i === 3 ? 'ERROR' : 'OK',
    {
      'mlflow.spanType': i % 2 === 1 ? 'AGENT' : 'CHAIN',
      'mlflow.spanInputs': { q: `Needle${i}`, n: i },
    },
  )
  const child = draw(traceId, 'b', 'child', start, start + MS, i === 2 ? 'ERROR' : 'OK', {
    'mlflow.spanType': 'TOOL',
    model: `m${i}`,
    size: i,
    'deep.key': 'v',
  })
  const color = ['red', 'Red', 'green'][i % 3] ?? ''
  const client: ClientRecord = {
    ...NO_CLIENT,
    metadata: new Map([
      ['env', i < 3 ? 'prod' : 'dev'],
      ['mlflow.trace.session', `s${i >> 1}`],
    ]),
    tags: new Map(
      i === 5
        ? []
        : [
            ['color', color],
            ['my.tag', 'x y'],
          ],
    ),
  }
  const value = VALUES[i]
  const assessments = [
    ...(value === undefined ? [assess('has space', 'feedback', 'z')] : [assess('score', 'feedback', value)]),
    ...(i === 0 ? [assess('want', 'expectation', 'Paris')] : []),
  ]
  return searched(`t${i}`, [root, { ...child, parentSpanId: 'a' }], client, assessments)
}

function drawOrphan(): SearchedTrace & { name: string } {
  const span = draw('tr-orphan', 'c', 'orphan', START - 1000n * MS, START, 'UNSET', {})
  return searched('orphan', [{ ...span, parentSpanId: 'lost' }], NO_CLIENT, [])
}

function draw(
  traceId: string,
  spanId: string,
  name: string,
  start: bigint,
  end: bigint,
  code: SpanStatusCode,
  attributes: Record<string, unknown>,
): Span {
  return {
    traceId,
    spanId,
    parentSpanId: undefined,
    name,
    startTimeNs: start,
    endTimeNs: end,
    status: { code, message: '' },
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, JSON.stringify(value) as JsonText])),
    events: [],
    links: [],
  }
}

function assess(name: string, kind: 'feedback' | 'expectation', value: JsonValue): Assessment {
  const content: AssessmentContent = kind === 'feedback' ? { kind, value, error: undefined } : { kind, value }
  return {
    assessmentId: `a-${name}`,
    traceId: '',
    spanId: undefined,
    name,
    source: undefined,
    content,
    rationale: undefined,
    metadata: new Map(),
    overrides: undefined,
    valid: true,
    createTimeMs: 0,
    lastUpdateTimeMs: 0,
  }
}

function searched(name: string, spans: readonly Span[], client: ClientRecord, assessments: readonly Assessment[]) {
  const digest = new SpanDigest()
  for (const span of spans) digest.add(spanFacts(span))
  const info = traceInfoOf({
    traceId: spans[0]?.traceId ?? '',
    experimentId: '1',
    artifactLocation: 'mlflow-artifacts:/1',
    client,
    spans: digest.read(),
    resourceTags: new Map(),
    assessments,
  })
  return {
    name,
    info,
    runIds: new Set<string>(),
    prompts: new Set<string>(),
    sessionAssessments: () => [],
    spans: () => spans,
  }
}
