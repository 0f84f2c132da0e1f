import type { JsonText, Span } from '@clew/model'
import { expect } from 'vitest'
import { draw, drawnSpanId } from '../draw.ts'
import type { StoreSection } from './case.ts'
import { feedbackOn, infoOf, queryOf } from './stage.ts'

/** What a store promises whatever is stored: ownership, extremes, concurrency. */
export const promiseCases: StoreSection = {
  title: 'a store',
  cases: [
    [
      'keeps nothing of what it was given',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = stage.newTraceId()
        const attributes = new Map<string, JsonText>([['k', '1' as JsonText]])
        const span: Span = { ...draw('a 0-1', { traceId })[0]!, attributes }
        const spans = [span]
        await stage.write(experimentId, spans)
        spans.pop()
        attributes.set('k', '2' as JsonText)
        const tags = new Map([['k', '1']])
        const metadata = new Map([['k', '1']])
        const assessments = [feedbackOn(traceId, `a-${stage.next()}`, { metadata })]
        await stage.store.upsertTraceInfo(infoOf(traceId, experimentId, { tags, traceMetadata: metadata, assessments }))
        tags.set('k', '2')
        metadata.set('k', '2')
        assessments.pop()
        expect((await stage.store.getSpan(traceId, span.spanId))?.attributes.get('k')).toBe('1')
        const info = await stage.info(traceId)
        expect([info.tags.get('k'), info.traceMetadata.get('k'), info.assessments[0]?.metadata.get('k')]).toEqual([
          '1',
          '1',
          '1',
        ])
      },
    ],
    [
      'gives snapshots that nobody can change it by, and that it does not change',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1 k=1')
        const answers = async () => ({
          info: await stage.info(traceId),
          infos: await stage.store.getTraceInfos([traceId]),
          page: await stage.search(experimentId),
          spans: await stage.store.getSpans(traceId),
          span: await stage.store.getSpan(traceId, drawnSpanId(0)),
          experiment: await stage.store.getExperiment(experimentId),
        })
        const taken = await answers()
        const kept = await answers()
        spoil(taken.info.tags)
        spoil(taken.infos[0]?.traceMetadata)
        spoil(taken.page.traces[0]?.tags)
        spoil(taken.spans[0]?.attributes)
        spoil(taken.span?.attributes)
        spoil(taken.experiment?.tags)
        expect(await answers()).toEqual(kept)
        await stage.write(experimentId, draw('b 0-9 k=2\n  c 0-1', { traceId }))
        await stage.store.setTraceTag(traceId, 'k', 'v')
        expect(kept.info.tags.get('mlflow.traceName')).toBe('a')
        expect(kept.spans.map((span) => span.attributes.get('k'))).toEqual(['1'])
      },
    ],
    [
      'keeps times to the nanosecond, to the ends of 64 bits',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [root, child] = draw('a 0-1\n  b 0-1', { traceId })
        const last = 9_223_372_036_854_775_807n
        const spans = [
          { ...root!, startTimeNs: 0n, endTimeNs: last },
          {
            ...child!,
            startTimeNs: last - 1n,
            endTimeNs: last,
            events: [{ name: 'e', timeNs: last, attributes: new Map() }],
          },
        ]
        await stage.write('0', spans)
        expect(await stage.store.getSpans(traceId)).toEqual(spans)
        expect(await stage.info(traceId)).toMatchObject({ requestTimeMs: 0, executionDurationMs: 9_223_372_036_854 })
        expect(await stage.store.getSkeleton(traceId)).toMatchObject({ originNs: '0', start: [0, Number(last - 1n)] })
      },
    ],
    [
      'keeps a span that ends before it starts, and one without a name',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [span] = draw('a 0-1', { traceId })
        const odd = { ...span!, name: '', endTimeNs: 5n }
        await stage.write('0', [odd])
        expect(await stage.store.getSpans(traceId)).toEqual([odd])
        expect((await stage.info(traceId)).executionDurationMs).toBe(0)
        expect(await stage.store.getSkeleton(traceId)).toMatchObject({ duration: [0] })
      },
    ],
    [
      'keeps values of megabytes and a thousand attributes',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [span] = draw('a 0-1', { traceId })
        const attributes = new Map([['big', JSON.stringify('x😀'.repeat(1_000_000)) as JsonText]])
        for (let index = 0; index < 1000; index++) attributes.set(`key ${index}`, String(index) as JsonText)
        await stage.write('0', [{ ...span!, attributes }])
        expect((await stage.store.getSpan(traceId, span!.spanId))?.attributes).toEqual(attributes)
      },
    ],
    [
      'compares ids exactly',
      async (stage) => {
        const traceId = stage.newTraceId()
        await stage.write('0', draw('a 0-1', { traceId }))
        for (const other of [
          traceId.toUpperCase(),
          ` ${traceId}`,
          traceId.slice(3),
          `${traceId}\u0000`,
          '',
          '__proto__',
        ]) {
          expect(await stage.store.getTraceInfo(other)).toBeUndefined()
          expect(await stage.store.getSpans(other)).toEqual([])
        }
        for (const odd of ['abc', 'constructor', '__proto__']) {
          await stage.store.upsertTraceInfo(infoOf(odd, '0', { clientRequestId: odd }))
          expect(await stage.info(odd)).toMatchObject({ traceId: odd, clientRequestId: odd })
        }
      },
    ],
    [
      'takes writes from many at once and loses none',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceIds = Array.from({ length: 20 }, () => stage.newTraceId())
        const shared = stage.newTraceId()
        const sharedSpans = draw(
          ['shared 0-1', ...traceIds.map((_, index) => `  s${index} 0-1 tokens=1/1`)].join('\n'),
          { traceId: shared },
        )
        await Promise.all([
          ...traceIds.map((traceId, index) =>
            stage.write(experimentId, draw(`t${index} 0-1\n  child 0-1`, { traceId })),
          ),
          ...traceIds.map((traceId, index) =>
            stage.store.upsertTraceInfo(infoOf(traceId, experimentId, { clientRequestId: `c${index}` })),
          ),
          ...sharedSpans.toReversed().map((span) => stage.write(experimentId, [span])),
        ])
        await Promise.all(traceIds.map((traceId, index) => stage.store.setTraceTag(traceId, 'n', String(index))))
        for (const [index, traceId] of traceIds.entries()) {
          expect(await stage.store.countSpans(traceId)).toBe(2)
          const { clientRequestId, tags } = await stage.info(traceId)
          expect([clientRequestId, tags.get('n'), tags.get('mlflow.traceName')]).toEqual([
            `c${index}`,
            String(index),
            `t${index}`,
          ])
        }
        expect(await stage.store.countSpans(shared)).toBe(21)
        expect((await stage.info(shared)).traceMetadata.get('mlflow.trace.tokenUsage')).toContain('"total_tokens": 40')
        expect(await stage.store.countTraces(queryOf(experimentId, {}), 100)).toBe(21)
      },
    ],
    [
      'lets a reader that starts after a write resolved see it',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (let index = 0; index < 20; index++) {
          const traceId = await stage.drawn(experimentId, `t${index} ${index}-${index}`)
          expect((await stage.search(experimentId, { limit: 1 })).traces[0]?.traceId).toBe(traceId)
          expect(await stage.store.countSpans(traceId)).toBe(1)
          expect(await stage.store.getSpans(traceId)).toHaveLength(1)
        }
      },
    ],
    [
      'does not let one rejected write spoil those beside it',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const outcomes = await Promise.allSettled([
          stage.drawn(experimentId, 'a 0-1'),
          stage.drawn('987654321', 'b 0-1'),
          stage.drawn(experimentId, 'c 0-1'),
          stage.store.setTraceTag(stage.newTraceId(), 'k', 'v'),
          stage.drawn(experimentId, 'd 0-1'),
        ])
        expect(outcomes.map((outcome) => outcome.status)).toEqual([
          'fulfilled',
          'rejected',
          'fulfilled',
          'rejected',
          'fulfilled',
        ])
        expect((await stage.found(experimentId)).split(' ').sort()).toEqual(['a', 'c', 'd'])
      },
    ],
    [
      'serves the skeleton of 100,000 spans',
      async (stage) => {
        const traceId = stage.newTraceId()
        const count = 100_000
        const [root] = draw('step 0-1', { traceId })
        for (let from = 0; from < count; from += 5000)
          await stage.write(
            '0',
            Array.from({ length: 5000 }, (_, index) => stepOf(root!, from + index)),
          )
        expect(await stage.store.countSpans(traceId)).toBe(count)
        const before = performance.now()
        const skeleton = await stage.store.getSkeleton(traceId)
        expect(performance.now() - before).toBeLessThan(10_000)
        expect(skeleton?.count).toBe(count)
        expect(skeleton?.parent.slice(0, 5)).toEqual([-1, 0, 0, 1, 1])
        expect(skeleton?.parent[count - 1]).toBe((count - 2) >> 1)
        expect(skeleton?.names).toEqual(['step'])
        expect((await stage.store.getSpan(traceId, drawnSpanId(count - 1)))?.parentSpanId).toBe(
          drawnSpanId((count - 2) >> 1),
        )
        await stage.store.deleteTraces({ experimentId: '0', traceIds: [traceId] })
        expect(await stage.store.countSpans(traceId)).toBe(0)
      },
    ],
  ],
}

function stepOf(span: Span, index: number): Span {
  return {
    ...span,
    spanId: drawnSpanId(index),
    parentSpanId: index === 0 ? undefined : drawnSpanId((index - 1) >> 1),
    startTimeNs: span.startTimeNs + BigInt(index),
    endTimeNs: span.startTimeNs + BigInt(index + 1),
  }
}

/** What a careless reader might do to a map that is only readonly to the compiler. */
function spoil(map: ReadonlyMap<string, string> | undefined): void {
  if (map instanceof Map) map.clear()
}
