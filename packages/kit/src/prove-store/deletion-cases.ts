import { expect } from 'vitest'
import { DRAWN_ORIGIN_NS, draw, drawnSpanId } from '../draw.ts'
import type { StoreSection } from './case.ts'
import { feedbackOn } from './stage.ts'

const T0 = Number(DRAWN_ORIGIN_NS / 1_000_000n)

export const deletionCases: StoreSection = {
  title: 'deleting traces',
  cases: [
    [
      'by id removes all that belongs to them, and says how many there were',
      async (stage) => {
        const { store } = stage
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1 inputs=x\n  b 0-1')
        const kept = await stage.drawn(experimentId, 'kept 0-1')
        await store.createAssessment(feedbackOn(traceId, 'a-del'))
        await store.linkTracesToRun([traceId], 'run-del')
        await store.linkPrompts(traceId, ['p/1'])
        expect(await store.deleteTraces({ experimentId, traceIds: [traceId, traceId, 'tr-unknown'] })).toBe(1)
        expect(await store.getTraceInfo(traceId)).toBeUndefined()
        expect(await store.getSpans(traceId)).toEqual([])
        expect(await store.getSpan(traceId, drawnSpanId(0))).toBeUndefined()
        expect(await store.getSkeleton(traceId)).toBeUndefined()
        expect(await store.getAssessment(traceId, 'a-del')).toBeUndefined()
        expect(await stage.found(experimentId)).toBe('kept')
        expect(await store.countSpans(kept)).toBe(1)
        expect(await store.deleteTraces({ experimentId, traceIds: [traceId] })).toBe(0)
      },
    ],
    [
      'leaves nothing that a trace with the same id would find again',
      async (stage) => {
        const { store } = stage
        const [experimentId, other] = [await stage.newExperiment(), await stage.newExperiment()]
        const traceId = await stage.drawn(experimentId, 'old 0-100 inputs=x tokens=5/5\n  b 0-1')
        await store.setTraceTag(traceId, 'k', 'v')
        await store.deleteTraceTag(traceId, 'mlflow.traceName')
        await store.createAssessment(feedbackOn(traceId, 'a-again'))
        await store.linkTracesToRun([traceId], 'run-again')
        await store.deleteTraces({ experimentId, traceIds: [traceId] })
        await stage.write(other, draw('new 50-60', { traceId }))
        const info = await stage.info(traceId)
        expect(info).toMatchObject({
          experimentId: other,
          executionDurationMs: 10,
          requestPreview: undefined,
          assessments: [],
        })
        expect(info.traceMetadata.size).toBe(0)
        expect(info.tags.get('mlflow.traceName')).toBe('new')
        expect(info.tags.has('k')).toBe(false)
        expect(await store.countSpans(traceId)).toBe(1)
        expect(await stage.found(other, "run_id = 'run-again'")).toBe('')
      },
    ],
    [
      'leaves traces of other experiments alone',
      async (stage) => {
        const [experimentId, other] = [await stage.newExperiment(), await stage.newExperiment()]
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        expect(await stage.store.deleteTraces({ experimentId: other, traceIds: [traceId] })).toBe(0)
        expect(await stage.store.deleteTraces({ experimentId: '987654321', traceIds: [traceId] })).toBe(0)
        expect(await stage.store.deleteTraces({ experimentId: other, untilMs: T0 * 2, limit: undefined })).toBe(0)
        expect(await stage.found(experimentId)).toBe('a')
      },
    ],
    [
      'by time takes the oldest first, the bound included',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (const [name, at] of [
          ['c', 300],
          ['a', 100],
          ['d', 400],
          ['b', 200],
        ])
          await stage.drawn(experimentId, `${name} ${at}-${at}`)
        const remove = (untilMs: number, limit?: number) => stage.store.deleteTraces({ experimentId, untilMs, limit })
        expect(await remove(T0 + 99)).toBe(0)
        expect(await remove(T0 + 300, 2)).toBe(2)
        expect(await stage.found(experimentId)).toBe('d c')
        expect(await remove(T0 + 300)).toBe(1)
        expect(await stage.found(experimentId)).toBe('d')
      },
    ],
    [
      'takes as many ids as there are',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        const traceIds = [...Array.from({ length: 40_000 }, (_, index) => `tr-none-${index}`), traceId]
        expect(await stage.store.deleteTraces({ experimentId, traceIds })).toBe(1)
      },
    ],
  ],
}
