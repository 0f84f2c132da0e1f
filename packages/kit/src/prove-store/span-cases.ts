import type { JsonText, Span } from '@clew/model'
import { expect } from 'vitest'
import { DRAWN_ORIGIN_NS, draw, drawnSpanId } from '../draw.ts'
import { expectRefusal, type StoreSection } from './case.ts'

const AGENT = `
  agent AGENT 0-100 inputs=hello outputs=bye
    llm CHAT_MODEL 10-40 tokens=5/7 cost=0.25 model=gpt-5
    tool TOOL 50-90 error=broken
      child 60-70 UNSET`

export const spanCases: StoreSection = {
  title: 'spans',
  cases: [
    [
      'are read as they were written',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = stage.newTraceId()
        const spans = draw(AGENT, { traceId }).map(addOddities)
        await stage.write(experimentId, spans)
        expect(await stage.store.getSpans(traceId)).toEqual(spans)
        expect(await stage.store.getSpan(traceId, drawnSpanId(2))).toEqual(spans[2])
        expect(await stage.store.countSpans(traceId)).toBe(4)
      },
    ],
    [
      'keep the order of attributes and events',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [span] = draw('a 0-1 z=1 a=2 m=3 10=4 2=5', { traceId })
        await stage.write('0', [span!])
        const read = await stage.store.getSpan(traceId, drawnSpanId(0))
        expect([...(read?.attributes.keys() ?? [])]).toEqual(['z', 'a', 'm', '10', '2'])
      },
    ],
    [
      'come roots first, then by start, then by id',
      async (stage) => {
        const traceId = stage.newTraceId()
        const spans = draw('~ first 0-1\nroot 5-9\n  late 7-8\n  tie 6-7\n  tie 6-7\nother 4-9', { traceId })
        await stage.write('0', spans.toReversed())
        const names = (await stage.store.getSpans(traceId)).map((span) => `${span.name} ${Number(span.spanId)}`)
        expect(names).toEqual(['other 6', 'root 2', 'first 1', 'tie 4', 'tie 5', 'late 3'])
      },
    ],
    [
      'of an unknown trace are none',
      async (stage) => {
        const traceId = stage.newTraceId()
        expect(await stage.store.getSpans(traceId)).toEqual([])
        expect(await stage.store.getSpan(traceId, drawnSpanId(0))).toBeUndefined()
        expect(await stage.store.countSpans(traceId)).toBe(0)
        expect(await stage.store.getSkeleton(traceId)).toBeUndefined()
      },
    ],
    [
      'that come again change nothing',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = stage.newTraceId()
        const spans = draw(AGENT, { traceId })
        const batch = { traceTags: new Map([[traceId, new Map([['service.name', 'x']])]]), runId: 'r1' }
        await stage.write(experimentId, spans, batch)
        const before = [
          await stage.info(traceId),
          await stage.store.getSpans(traceId),
          await stage.store.getSkeleton(traceId),
        ]
        await stage.write(experimentId, spans, batch)
        await stage.write(experimentId, [...spans, ...spans], batch)
        expect([
          await stage.info(traceId),
          await stage.store.getSpans(traceId),
          await stage.store.getSkeleton(traceId),
        ]).toEqual(before)
        expect(await stage.found(experimentId, "run_id = 'r1'")).toBe('agent')
      },
    ],
    [
      'that come again with other contents replace the old ones',
      async (stage) => {
        const traceId = stage.newTraceId()
        await stage.write('0', draw('agent 0-100 inputs=long\n  llm 10-200 tokens=50/50', { traceId }))
        await stage.write('0', draw('agent 0-90 error=no\n  llm 10-20 tokens=1/2', { traceId }))
        const info = await stage.info(traceId)
        expect(info).toMatchObject({ state: 'ERROR', executionDurationMs: 90, requestPreview: undefined })
        expect(info.traceMetadata.get('mlflow.trace.tokenUsage')).toBe(
          '{"input_tokens": 1, "output_tokens": 2, "total_tokens": 3}',
        )
        expect(await stage.store.countSpans(traceId)).toBe(2)
      },
    ],
    [
      'meet in the same state whatever their order and batches',
      async (stage) => {
        const orders: ((spans: Span[]) => Span[][])[] = [
          (spans) => [spans],
          (spans) => spans.map((span) => [span]),
          (spans) => spans.toReversed().map((span) => [span]),
          (spans) => [
            [spans[2]!, spans[1]!],
            [spans[0]!, spans[3]!, spans[2]!],
          ],
        ]
        const states = await Promise.all(
          orders.map(async (order) => {
            const traceId = stage.newTraceId()
            for (const spans of order(draw(AGENT, { traceId }))) await stage.write('0', spans)
            const { traceId: _, tags, ...info } = await stage.info(traceId)
            return {
              info,
              name: tags.get('mlflow.traceName'),
              skeleton: { ...(await stage.store.getSkeleton(traceId)), traceId: '' },
            }
          }),
        )
        for (const state of states) expect(state).toEqual(states[0])
      },
    ],
    [
      'of several traces may share a batch, and one trace may span several',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const [a, b] = [stage.newTraceId(), stage.newTraceId()]
        const spans = [...draw('a 0-1\n  x 0-1', { traceId: a }), ...draw('b 2-3', { traceId: b })]
        await stage.write(experimentId, spans)
        expect(await stage.found(experimentId)).toBe('b a')
        expect(await stage.store.countSpans(a)).toBe(2)
        expect(await stage.store.countSpans(b)).toBe(1)
      },
    ],
    [
      'with the same id in two traces are two spans',
      async (stage) => {
        const [a, b] = [await stage.drawn('0', 'a 0-1'), await stage.drawn('0', 'b 0-1')]
        expect((await stage.store.getSpan(a, drawnSpanId(0)))?.name).toBe('a')
        expect((await stage.store.getSpan(b, drawnSpanId(0)))?.name).toBe('b')
      },
    ],
    [
      'of a trace stay in its first experiment',
      async (stage) => {
        const [first, second] = [await stage.newExperiment(), await stage.newExperiment()]
        const traceId = stage.newTraceId()
        await stage.write(first, draw('a 0-1', { traceId }))
        await stage.write(second, draw('a 0-1\n  b 0-1', { traceId }))
        await stage.write('987654321', draw('a 0-1\n  b 0-1\n  c 0-1', { traceId }))
        expect((await stage.info(traceId)).experimentId).toBe(first)
        expect(await stage.found(second)).toBe('')
        expect(await stage.store.countSpans(traceId)).toBe(3)
      },
    ],
    [
      'for an unknown experiment are refused, the whole batch',
      async (stage) => {
        const known = await stage.drawn('0', 'known 0-1')
        const [newId] = [stage.newTraceId()]
        const spans = [...draw('known 0-1\n  more 0-1', { traceId: known }), ...draw('new 0-1', { traceId: newId })]
        await expectRefusal(stage.write('987654321', spans), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.write('abc', spans), 'RESOURCE_DOES_NOT_EXIST')
        expect(await stage.store.countSpans(known)).toBe(1)
        expect(await stage.store.getTraceInfo(newId)).toBeUndefined()
      },
    ],
    [
      'for a deleted experiment are refused if their trace is new',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        await stage.store.setExperimentStage(experimentId, 'deleted')
        await expectRefusal(stage.drawn(experimentId, 'b 0-1'), 'INVALID_PARAMETER_VALUE')
        await stage.write(experimentId, draw('a 0-1\n  b 0-1', { traceId }))
        expect(await stage.store.countSpans(traceId)).toBe(2)
      },
    ],
    [
      'may be none in a batch',
      async (stage) => {
        await stage.write('0', [])
      },
    ],
    [
      'make a skeleton',
      async (stage) => {
        const traceId = await stage.drawn('0', `${AGENT}\n  ~ orphan 95-`)
        expect(await stage.store.getSkeleton(traceId)).toEqual({
          traceId,
          count: 5,
          originNs: String(DRAWN_ORIGIN_NS),
          spanId: [0, 1, 2, 3, 4].map(drawnSpanId),
          parent: [-1, 0, 0, 2, -2],
          name: [0, 1, 2, 3, 4],
          names: ['agent', 'llm', 'tool', 'child', 'orphan'],
          type: [0, 1, 2, 3, 3],
          types: ['AGENT', 'CHAT_MODEL', 'TOOL', 'UNKNOWN'],
          status: [1, 1, 2, 0, 1],
          start: [0, 10_000_000, 50_000_000, 60_000_000, 95_000_000],
          duration: [100_000_000, 30_000_000, 40_000_000, 10_000_000, -1],
          model: [-1, 0, -1, -1, -1],
          models: ['gpt-5'],
          inputTokens: [-1, 5, -1, -1, -1],
          outputTokens: [-1, 7, -1, -1, -1],
          cost: [-1, 0.25, -1, -1, -1],
          exceptions: [0, 0, 1, 0, 0],
        })
      },
    ],
    [
      'make a skeleton as the bytes of its JSON, which are the caller’s',
      async (stage) => {
        const traceId = await stage.drawn('0', '"ä \\u0000 😀" AGENT 0-100\n  call LLM 10-40 tokens=5/7')
        const read = async (id: string) => {
          const bytes = await stage.store.getSkeletonJson(id)
          const text = bytes && new TextDecoder('utf-8', { fatal: true }).decode(bytes)
          bytes?.fill(0)
          return text && JSON.parse(text)
        }
        const skeleton = await stage.store.getSkeleton(traceId)
        expect(skeleton?.names).toEqual(['ä \u0000 😀', 'call'])
        expect([await read(traceId), await read(traceId)]).toEqual([skeleton, skeleton])
        expect(await read(stage.newTraceId())).toBeUndefined()
      },
    ],
  ],
}

/** What a careless store would lose: links, numbers beyond floats, texts that are no JSON, a key that is a trap. */
function addOddities(span: Span, index: number): Span {
  return {
    ...span,
    attributes: new Map([
      ...span.attributes,
      ['__proto__', '{"a":1}' as JsonText],
      ['big', '9223372036854775807' as JsonText],
      ['float', '1.0' as JsonText],
      ['spaced', '{"b": 1, "a": [1,  2]}' as JsonText],
      ['', '"\\u0000 \\ud83d\\ude00 é"' as JsonText],
    ]),
    events: [...span.events, { name: 'tick', timeNs: 1n, attributes: new Map([['__proto__', '1' as JsonText]]) }],
    links: [{ traceId: span.traceId, spanId: drawnSpanId(index), attributes: new Map([['k', 'null' as JsonText]]) }],
  }
}
