import { describe, expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import type { Span } from '../span.ts'
import type { TraceInfo } from '../trace.ts'
import { SpanDigest } from './digest.ts'
import { spanFacts } from './facts.ts'
import { type ClientRecord, editTag, mergeInfo, NO_CLIENT, traceInfoOf } from './summary.ts'

const TRACE = `tr-${'1'.repeat(32)}`
const START = 1_760_000_000_123_456_789n

function span(spanId: string, changes: Partial<Span> = {}, attributes: Record<string, unknown> = {}): Span {
  return {
    traceId: TRACE,
    spanId,
    parentSpanId: undefined,
    name: `span ${spanId}`,
    startTimeNs: START,
    endTimeNs: START + 5_000_000n,
    status: { code: 'UNSET', message: '' },
    attributes: new Map(Object.entries(attributes).map(([key, value]) => [key, JSON.stringify(value) as JsonText])),
    events: [],
    links: [],
    ...changes,
  }
}

function infoOf(
  spans: readonly Span[],
  client: ClientRecord = NO_CLIENT,
  resourceTags = new Map<string, string>(),
): TraceInfo {
  const digest = new SpanDigest()
  for (const each of spans) digest.add(spanFacts(each))
  return traceInfoOf({
    traceId: TRACE,
    experimentId: '1',
    artifactLocation: 'mlflow-artifacts:/1',
    client,
    spans: digest.read(),
    resourceTags,
    assessments: [],
  })
}

const CLIENT_INFO: TraceInfo = {
  traceId: TRACE,
  experimentId: '1',
  clientRequestId: 'c1',
  requestTimeMs: 1000,
  executionDurationMs: 9000,
  state: 'OK',
  requestPreview: 'asked',
  responsePreview: 'answered',
  traceMetadata: new Map([['mlflow.trace.session', 'told']]),
  tags: new Map([
    ['mlflow.traceName', 'given'],
    ['team', 'a'],
  ]),
  assessments: [],
}

describe('spans alone', () => {
  test('give name, state, times, previews, totals, session and user', () => {
    const info = infoOf([
      span(
        'a',
        { name: 'agent', endTimeNs: START + 99_000_000n },
        { 'mlflow.spanInputs': { q: 1 }, 'mlflow.spanOutputs': 'done' },
      ),
      span(
        'b',
        { parentSpanId: 'a', startTimeNs: START + 1n },
        {
          'session.id': 's1',
          'user.id': 7,
          'mlflow.chat.tokenUsage': { input_tokens: 5, output_tokens: 7 },
          'mlflow.llm.cost': { input_cost: 0.1, output_cost: 0.2, total_cost: 0.3 },
        },
      ),
    ])
    expect(info).toEqual({
      traceId: TRACE,
      experimentId: '1',
      clientRequestId: undefined,
      requestTimeMs: 1_760_000_000_123,
      executionDurationMs: 99,
      state: 'OK',
      requestPreview: '{"q":1}',
      responsePreview: '"done"',
      traceMetadata: new Map([
        ['mlflow.trace.tokenUsage', '{"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}'],
        ['mlflow.trace.cost', '{"input_cost": 0.1, "output_cost": 0.2, "total_cost": 0.3}'],
        ['mlflow.trace.session', 's1'],
        ['mlflow.trace.user', '7'],
      ]),
      tags: new Map([
        ['mlflow.traceName', 'agent'],
        ['mlflow.artifactLocation', `mlflow-artifacts:/1/traces/${TRACE}/artifacts`],
        ['mlflow.trace.spansLocation', 'TRACKING_STORE'],
      ]),
      assessments: [],
    })
  })

  test.each([
    ['ERROR', 'a root that failed', span('a', { status: { code: 'ERROR', message: 'no' } })],
    ['OK', 'a root that succeeded', span('a', { status: { code: 'OK', message: '' } })],
    ['OK', 'a root that says nothing', span('a')],
    ['IN_PROGRESS', 'a root that runs', span('a', { endTimeNs: undefined, status: { code: 'ERROR', message: '' } })],
    ['IN_PROGRESS', 'no root', span('a', { parentSpanId: 'lost' })],
  ] as const)('are %s with %s', (state, _, each) => {
    expect(infoOf([each]).state).toBe(state)
  })

  test('take what only one span can give from the one that started first', () => {
    const late = span('a', { startTimeNs: START + 5n }, { 'session.id': 'late' })
    const early = span('b', {}, { 'gen_ai.conversation.id': 'early' })
    for (const order of [
      [late, early],
      [early, late],
    ]) {
      const info = infoOf(order)
      expect(info.tags.get('mlflow.traceName')).toBe('span b')
      expect(info.traceMetadata.get('mlflow.trace.session')).toBe('early')
    }
  })

  test('keep a duration from being negative', () => {
    expect(infoOf([span('a', { endTimeNs: 0n })]).executionDurationMs).toBe(0)
  })

  test('set tags from the root, over those of the resource', () => {
    const attributes = {
      'mlflow.traceTag.color': 'red',
      'mlflow.traceTag.n': 5,
      'mlflow.traceTag.bad?key': 'x',
      'mlflow.traceTag.': 'x',
    }
    const tags = infoOf(
      [span('a', {}, attributes)],
      NO_CLIENT,
      new Map([
        ['color', 'blue'],
        ['service.name', 'x'],
      ]),
    ).tags
    expect(Object.fromEntries(tags)).toMatchObject({ color: 'red', n: '5', 'service.name': 'x' })
    expect([...tags.keys()].some((key) => key.includes('?') || key === '')).toBe(false)
  })
})

describe('a client', () => {
  test('has the last word', () => {
    const client = mergeInfo(NO_CLIENT, CLIENT_INFO)
    const root = span('a', { status: { code: 'ERROR', message: '' } }, { 'session.id': 's', 'mlflow.spanInputs': 1 })
    const info = infoOf([root], client, new Map([['team', 'resource']]))
    expect(info).toMatchObject({ ...CLIENT_INFO, traceMetadata: expect.anything(), tags: expect.anything() })
    expect(Object.fromEntries(info.traceMetadata)).toEqual({
      'mlflow.trace.session': 'told',
      'mlflow.trace.infoFinalized': 'true',
    })
    expect(Object.fromEntries(info.tags)).toMatchObject({
      'mlflow.traceName': 'given',
      team: 'a',
      'mlflow.trace.spansLocation': 'TRACKING_STORE',
    })
  })

  test('leaves open what it does not say', () => {
    const open = {
      ...CLIENT_INFO,
      requestTimeMs: 0,
      executionDurationMs: undefined,
      requestPreview: undefined,
      responsePreview: undefined,
      tags: new Map(),
    }
    for (const state of ['IN_PROGRESS', 'STATE_UNSPECIFIED'] as const) {
      const client = mergeInfo(NO_CLIENT, { ...open, state })
      expect(infoOf([], client)).toMatchObject({ state, requestTimeMs: 0, executionDurationMs: undefined })
      expect(infoOf([span('a', {}, { 'mlflow.spanInputs': 'hi' })], client)).toMatchObject({
        state: 'OK',
        requestTimeMs: 1_760_000_000_123,
        executionDurationMs: 5,
        requestPreview: '"hi"',
      })
      expect(infoOf([span('a', { endTimeNs: undefined })], client).state).toBe('IN_PROGRESS')
    }
  })

  test('replaces scalars and adds to maps', () => {
    const second = {
      ...CLIENT_INFO,
      clientRequestId: undefined,
      requestPreview: undefined,
      state: 'ERROR' as const,
      traceMetadata: new Map([['k', 'v']]),
      tags: new Map([['team', 'b']]),
    }
    const info = infoOf([], mergeInfo(mergeInfo(NO_CLIENT, CLIENT_INFO), second))
    expect(info).toMatchObject({ clientRequestId: undefined, requestPreview: 'asked', state: 'ERROR' })
    expect(info.traceMetadata.get('mlflow.trace.session')).toBe('told')
    expect(info.tags.get('team')).toBe('b')
    expect(info.tags.get('mlflow.traceName')).toBe('given')
  })

  test('deletes a tag for good, whoever set it', () => {
    const client = editTag(editTag(NO_CLIENT, 'color', undefined), 'mlflow.traceName', undefined)
    const tags = infoOf([span('a', {}, { 'mlflow.traceTag.color': 'red' })], client).tags
    expect(tags.has('color')).toBe(false)
    expect(tags.has('mlflow.traceName')).toBe(false)
    expect(infoOf([], editTag(client, 'color', 'blue')).tags.get('color')).toBe('blue')
  })
})

describe('a digest', () => {
  const usage = (input: number) => ({ 'mlflow.chat.tokenUsage': { input_tokens: input, output_tokens: 0 } })
  const read = (spans: readonly Span[]) => {
    const digest = new SpanDigest()
    for (const each of spans) {
      digest.add(spanFacts(each))
      digest.read()
    }
    return digest.read()
  }

  test('is not changed by a span that comes again', () => {
    const spans = [span('a', {}, usage(1)), span('b', { parentSpanId: 'a' }, usage(5))]
    expect(read([...spans, ...spans])).toEqual(read(spans))
    expect(read(spans).count).toBe(2)
  })

  test.each([
    ['ended', span('b', { parentSpanId: 'a', endTimeNs: START + 77_000_000n }, usage(3))],
    ['started later', span('b', { parentSpanId: 'a', startTimeNs: START + 3_000_000n })],
    ['lost its end', span('b', { parentSpanId: 'a', endTimeNs: undefined })],
    ['moved to another parent', span('b', { parentSpanId: 'c' }, usage(3))],
    ['became a root', span('b', {}, usage(4))],
    ['changed its usage', span('b', { parentSpanId: 'a' }, usage(9))],
    ['lost its session', span('b', { parentSpanId: 'a' }, usage(3))],
  ])('knows only the last version of a span that %s', (_, second) => {
    const first = span(
      'b',
      { parentSpanId: 'a', startTimeNs: START - 1n, endTimeNs: START + 50_000_000n },
      { ...usage(3), 'session.id': 's' },
    )
    const others = [span('a'), span('c', { parentSpanId: 'a' }, usage(20))]
    expect(read([first, ...others, second])).toEqual(read([...others, second]))
  })

  test('takes a running span that ends for the same span', () => {
    const running = span('a', { endTimeNs: undefined })
    expect(read([running]).state).toBeUndefined()
    expect(read([running, span('a', {}, usage(2))])).toEqual(read([span('a', {}, usage(2))]))
  })

  test('adds 100,000 spans in batches without starting over', () => {
    const digest = new SpanDigest()
    const before = performance.now()
    for (let index = 0; index < 100_000; index++) {
      digest.add(
        spanFacts(
          span(
            `${index}`,
            { parentSpanId: index === 0 ? undefined : `${index >> 1}` },
            index % 4 === 3 ? usage(1) : {},
          ),
        ),
      )
      if (index % 500 === 0) digest.read()
    }
    expect(digest.read().count).toBe(100_000)
    expect(performance.now() - before).toBeLessThan(10_000)
  })
})
