import { expect } from 'vitest'
import { draw } from '../draw.ts'
import type { StoreSection } from './case.ts'
import { feedbackOn, infoOf, queryOf, type Stage } from './stage.ts'

export const reopenCases: StoreSection = {
  title: 'opening again',
  cases: [
    [
      'finds everything as it was',
      async (stage) => {
        const { experimentId, traceId } = await fill(stage)
        const before = await read(stage, experimentId, traceId)
        await stage.reopen()
        expect(await read(stage, experimentId, traceId)).toEqual(before)
      },
    ],
    [
      'goes on where it was: numbers, sums, deleted tags',
      async (stage) => {
        const { experimentId, traceId } = await fill(stage)
        await stage.reopen()
        await stage.write(
          experimentId,
          draw('agent 0-100 tokens=1/1\n  llm 10-200 tokens=50/50\n  late 10-300', { traceId }),
        )
        const info = await stage.info(traceId)
        expect(info.executionDurationMs).toBe(300)
        expect(info.traceMetadata.get('mlflow.trace.tokenUsage')).toContain('"total_tokens": 2')
        expect(info.tags.has('gone')).toBe(false)
        expect(Number(await stage.newExperiment())).toBe(Number(experimentId) + 1)
      },
    ],
    [
      'keeps a cursor good',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (const name of ['a', 'b', 'c']) await stage.drawn(experimentId, `${name} 0-1`)
        const { cursor } = await stage.search(experimentId, { limit: 2, orderBy: ['name ASC'] })
        await stage.reopen()
        const { traces } = await stage.search(experimentId, { limit: 2, orderBy: ['name ASC'], cursor })
        expect(traces.map((trace) => trace.tags.get('mlflow.traceName'))).toEqual(['c'])
      },
    ],
  ],
}

async function fill(stage: Stage): Promise<{ experimentId: string; traceId: string }> {
  const { store } = stage
  const experimentId = await stage.newExperiment()
  await store.setExperimentTag(experimentId, 'k', 'v')
  const traceId = await stage.drawn(experimentId, 'agent 0-100 mlflow.traceTag.gone=x\n  llm 10-200 tokens=5/7', {
    runId: 'run-1',
  })
  await store.deleteTraceTag(traceId, 'gone')
  await store.setTraceTag(traceId, 'kept', 'x')
  await store.linkPrompts(traceId, ['p/1'])
  await store.createAssessment(feedbackOn(traceId, `a-${stage.next()}`))
  await store.upsertTraceInfo(infoOf(stage.newTraceId(), experimentId, { clientRequestId: 'c' }))
  return { experimentId, traceId }
}

async function read(stage: Stage, experimentId: string, traceId: string): Promise<unknown> {
  const { store } = stage
  return {
    experiment: await store.getExperiment(experimentId),
    statistics: await store.experimentStatistics(),
    headlines: await store.getHeadlines([traceId]),
    page: await stage.search(experimentId),
    linked: await store.countTraces(queryOf(experimentId, { filter: "run_id = 'run-1' AND prompt = 'p/1'" }), 10),
    spans: await store.getSpans(traceId),
    skeleton: await store.getSkeleton(traceId),
  }
}
