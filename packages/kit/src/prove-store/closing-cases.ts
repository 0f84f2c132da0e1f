import type { MetricQuery, TraceStore } from '@clew/model'
import { draw } from '../draw.ts'
import { expectRefusal, type StoreSection } from './case.ts'
import { feedbackOn, infoOf, queryOf } from './stage.ts'

/** Run on a store of its own, which it closes. */
export const closingCases: StoreSection = {
  title: 'closing',
  cases: [
    [
      'waits for the writes that were accepted, and may be done twice',
      async (stage) => {
        const traceId = stage.newTraceId()
        const writes = [stage.write('0', draw('a 0-1', { traceId })), stage.store.upsertTraceInfo(infoOf(traceId, '0'))]
        await Promise.all([stage.store.close(), stage.store.close()])
        await Promise.all(writes)
        await stage.store.close()
      },
    ],
    [
      'makes every other method refuse',
      async (stage) => {
        const { store } = stage
        await store.close()
        for (const [name, call] of Object.entries(callsOf(store))) {
          await expectRefusal(Promise.resolve().then(call), 'TEMPORARILY_UNAVAILABLE').catch((cause) => {
            throw new Error(`${name} did not refuse`, { cause })
          })
        }
      },
    ],
  ],
}

function callsOf(store: TraceStore): Record<string, () => Promise<unknown>> {
  const query = queryOf('0', {})
  const metricQuery: MetricQuery = {
    experimentIds: ['0'],
    measure: { view: 'TRACES', metric: 'trace_count' },
    aggregations: [{ type: 'COUNT' }],
    dimensions: [],
    filter: undefined,
    rowFilters: [],
    startMs: undefined,
    endMs: undefined,
    intervalMs: undefined,
    limit: 1,
  }
  const batch = { experimentId: '0', spans: draw('a 0-1'), traceTags: new Map(), runId: undefined }
  return {
    writeSpans: () => store.writeSpans(batch),
    upsertTraceInfo: () => store.upsertTraceInfo(infoOf('tr-1', '0')),
    getTraceInfo: () => store.getTraceInfo('tr-1'),
    getTraceInfos: () => store.getTraceInfos(['tr-1']),
    getHeadlines: () => store.getHeadlines(['tr-1']),
    searchTraces: () => store.searchTraces(query),
    countTraces: () => store.countTraces(query, 1),
    queryMetrics: () => store.queryMetrics(metricQuery),
    getSpans: () => store.getSpans('tr-1'),
    getSpan: () => store.getSpan('tr-1', '1'),
    countSpans: () => store.countSpans('tr-1'),
    getSkeleton: () => store.getSkeleton('tr-1'),
    getSkeletonJson: () => store.getSkeletonJson('tr-1'),
    setTraceTag: () => store.setTraceTag('tr-1', 'k', 'v'),
    deleteTraceTag: () => store.deleteTraceTag('tr-1', 'k'),
    deleteTraces: () => store.deleteTraces({ experimentId: '0', traceIds: ['tr-1'] }),
    linkTracesToRun: () => store.linkTracesToRun(['tr-1'], 'r'),
    linkPrompts: () => store.linkPrompts('tr-1', ['p/1']),
    createExperiment: () => store.createExperiment({ name: 'x', artifactLocation: undefined, tags: new Map() }),
    getExperiment: () => store.getExperiment('0'),
    getExperimentByName: () => store.getExperimentByName('Default'),
    searchExperiments: () =>
      store.searchExperiments({ filter: [], orderBy: [], stages: ['active'], limit: 1, cursor: undefined }),
    renameExperiment: () => store.renameExperiment('0', 'x'),
    setExperimentStage: () => store.setExperimentStage('0', 'deleted'),
    setExperimentTag: () => store.setExperimentTag('0', 'k', 'v'),
    deleteExperimentTag: () => store.deleteExperimentTag('0', 'k'),
    experimentStatistics: () => store.experimentStatistics(),
    createAssessment: () => store.createAssessment(feedbackOn('tr-1', 'a-1')),
    getAssessment: () => store.getAssessment('tr-1', 'a-1'),
    updateAssessment: () => store.updateAssessment('tr-1', 'a-1', { lastUpdateTimeMs: 1 }),
    deleteAssessment: () => store.deleteAssessment('tr-1', 'a-1'),
  }
}
