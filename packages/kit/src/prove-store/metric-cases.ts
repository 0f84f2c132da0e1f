import {
  type AggregationType,
  type MetricPoint,
  type MetricRequest,
  type MetricView,
  parseMetricQuery,
} from '@clew/model'
import { expect } from 'vitest'
import type { StoreSection } from './case.ts'
import { METRIC_T0, metricScene } from './metric-scene.ts'
import { infoOf, type Stage } from './stage.ts'

/**
 * A measurement of the scene (view, metric, aggregations, what more is asked), and its points: when the interval begins, in
 * milliseconds from the scene's begin; dimensions; values.
 */
const MEASUREMENTS: readonly (readonly [what: string, more: Partial<MetricRequest>, points: string])[] = [
  // counts
  ['TRACES trace_count COUNT', {}, '5'],
  ['TRACES trace_count COUNT', by('trace_name'), '__proto__: 1, alpha: 2, beta: 1'],
  ['TRACES trace_count COUNT', by('trace_status'), 'ERROR: 1, IN_PROGRESS: 2, OK: 2'],
  [
    'TRACES trace_count COUNT',
    by('trace_status', 'trace_name'),
    'ERROR beta: 1, IN_PROGRESS __proto__: 1, OK alpha: 2',
  ],
  ['TRACES trace_count COUNT', { ...by('trace_name', 'trace_status'), limit: 1 }, '__proto__ IN_PROGRESS: 1'],
  ['TRACES trace_count COUNT', { limit: 0 }, ''],
  ['TRACES session_count COUNT', {}, '2'],
  ['TRACES session_count COUNT', every(1), '0: 1, 1000: 2'],
  [
    'SPANS span_count COUNT',
    by('span_type', 'span_status'),
    'AGENT OK: 2, CHAIN ERROR: 1, LLM OK: 3, TOOL OK: 3, TOOL UNSET: 1, UNKNOWN OK: 2',
  ],
  ['SPANS span_count COUNT', {}, '12'],
  ['SPANS span_count COUNT', by('span_model_name'), 'm1: 2, m2: 1'],
  ['SPANS span_count COUNT', by('span_model_provider'), 'p1: 2'],
  ['ASSESSMENTS assessment_count COUNT', {}, '7'],
  ['ASSESSMENTS assessment_count COUNT', by('assessment_name'), 'iss-1: 1, score: 5, want: 1'],
  [
    'ASSESSMENTS assessment_count COUNT',
    by('assessment_name', 'assessment_value'),
    'score " No ": 1, score "good": 1, score 3.5: 1, score true: 1, score {"a": 1.0}: 1, want 4.0: 1',
  ],
  // numbers
  ['TRACES latency AVG MIN MAX P50 P0 P100 P25', {}, '150.25 1 300 150 1 300 75.25'],
  ['TRACES latency AVG P95', by('trace_name'), 'alpha: 150 195, beta: 300 300'],
  ['TRACES input_tokens SUM AVG MIN MAX P99.9', {}, '60 20 10 30 29.98'],
  ['TRACES output_tokens SUM', by('trace_name'), 'alpha: 4, beta: 2'],
  ['TRACES total_tokens SUM AVG', {}, '66 22'],
  ['TRACES cache_read_input_tokens SUM MIN', {}, '4 4'],
  ['TRACES cache_creation_input_tokens SUM AVG P50', {}, ''],
  [
    'SPANS latency AVG P50 MAX',
    by('span_name'),
    'alpha: 150 150 200, beta: 300 300 300, call: 14.3333333333 2 40, look: 10.5 1 30.5, orphan: 1 1 1',
  ],
  ['SPANS input_cost SUM', by('span_model_provider'), 'p1: 1.5'],
  ['SPANS input_cost SUM', by('span_model_name'), 'm1: 1.5, m2: 0'],
  ['SPANS output_cost SUM AVG', {}, '0.75 0.25'],
  ['SPANS total_cost SUM P50', by('span_model_name'), 'm1: 2.25 1.125, m2: 0.25 0.25'],
  ['ASSESSMENTS assessment_value AVG P50 MIN', by('assessment_name'), 'score: 1.5 1 0, want: 4 4 4'],
  // times
  ['TRACES trace_count COUNT', every(1), '0: 1, 1000: 2, 2000: 2'],
  ['TRACES latency AVG P50', every(1), '0: 100 100, 1000: 250 250, 2000: 1 1'],
  ['TRACES latency MAX', { ...every(1), ...by('trace_name') }, '0 alpha: 100, 1000 alpha: 200, 1000 beta: 300'],
  [
    'SPANS span_count COUNT',
    { ...every(2), ...by('span_name') },
    '0 alpha: 2, 0 beta: 1, 0 call: 3, 0 look: 3, 2000 __proto__: 1, 2000 look: 1, 2000 orphan: 1',
  ],
  ['ASSESSMENTS assessment_count COUNT', every(1), '0: 2, 1000: 3, 2000: 2'],
  ['ASSESSMENTS assessment_count COUNT', every(3600), '-3200000: 7'],
  ['TRACES trace_count COUNT', between(1000, 1500), '2'],
  ['TRACES trace_count COUNT', between(1001, 1499), '0'],
  ['TRACES trace_count COUNT', { startMs: METRIC_T0 + 1500 }, '3'],
  ['SPANS span_count COUNT', { endMs: METRIC_T0 }, '3'],
  ['ASSESSMENTS assessment_count COUNT', between(1000, 1000), '2'],
  ['TRACES trace_count COUNT', { ...between(1, 2), ...by('trace_name') }, ''],
  ['TRACES trace_count COUNT', { ...every(1), ...between(1, 2) }, ''],
  ['TRACES latency AVG', between(1, 2), ''],
  // filters
  ['TRACES trace_count COUNT', { filters: ["trace.status = 'OK'"] }, '2'],
  ['TRACES trace_count COUNT', { filters: ["trace.tag.color = 'red'"] }, '1'],
  ['TRACES trace_count COUNT', { filters: ['trace.metadata.`mlflow.trace.session` = "s1"'] }, '2'],
  ['TRACES trace_count COUNT', { filters: ["trace.metadata.mlflow.sourceRun = 'run-a'"] }, '1'],
  ['TRACES trace_count COUNT', { filters: ["trace.status = 'OK'", "trace.tag.color = 'red'"] }, '1'],
  ['TRACES trace_count COUNT', { filters: ["trace.status = 'OK'", "trace.status = 'ERROR'"] }, '0'],
  ['TRACES trace_count COUNT', { filters: [`trace.tag.\`') --"\` = "'); --"`] }, '0'],
  ['TRACES latency P50', { filters: ["trace.status = 'OK'"] }, '150'],
  ['SPANS span_count COUNT', { filters: ["span.type = 'TOOL'"] }, '4'],
  ['SPANS span_count COUNT', { filters: ["span.name = 'look'", "span.status = 'OK'"] }, '3'],
  ['SPANS span_count COUNT', { filters: ["span.name = 'call'", "trace.status = 'ERROR'"] }, '1'],
  ['ASSESSMENTS assessment_count COUNT', { filters: ["assessment.name = 'score'"] }, '5'],
  ['ASSESSMENTS assessment_count COUNT', { filters: ["assessment.type = 'issue'"] }, '1'],
]

export const metricCases: StoreSection = {
  title: 'a measurement',
  cases: [
    ...MEASUREMENTS.map(([what, more, points]): StoreSection['cases'][number] => [
      `of ${what} ${JSON.stringify(more)} is ${points || 'empty'}`,
      async (stage) => {
        expect(print(await measure(stage, [await metricScene(stage)], what, more))).toBe(points)
      },
    ]),
    [
      'of no experiment, or of unknown ones, is a count of zero and nothing else',
      async (stage) => {
        for (const ids of [[], ['987654321'], ['']]) {
          expect(print(await measure(stage, ids, 'SPANS span_count COUNT'))).toBe('0')
          expect(print(await measure(stage, ids, 'SPANS span_count COUNT', by('span_name')))).toBe('')
          expect(print(await measure(stage, ids, 'SPANS latency AVG P50'))).toBe('')
        }
      },
    ],
    [
      'is of all experiments asked for',
      async (stage) => {
        const [first, second] = [await stage.newExperiment(), await stage.newExperiment()]
        await stage.drawn(first, 'a 0-1')
        await stage.drawn(second, 'a 0-3')
        expect(print(await measure(stage, [first, second, second], 'TRACES latency AVG MAX'))).toBe('2 3')
      },
    ],
    [
      'follows what changes, and is the same when a batch is written again',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1 model=m cost=0.5 tokens=1/1')
        await stage.write(experimentId, await stage.store.getSpans(traceId))
        const costs = () => measure(stage, [experimentId], 'SPANS total_cost SUM', by('span_model_name'))
        const tokens = () => measure(stage, [experimentId], 'TRACES total_tokens SUM', by('trace_name'))
        expect([print(await costs()), print(await tokens())]).toEqual(['m: 0.5', 'a: 2'])
        await stage.store.setTraceTag(traceId, 'mlflow.traceName', 'b')
        const usage = new Map([['mlflow.trace.tokenUsage', '{"input_tokens": 5}']])
        await stage.store.upsertTraceInfo(infoOf(traceId, experimentId, { traceMetadata: usage }))
        expect(print(await tokens())).toBe('b: 5')
        await stage.store.deleteTraces({ experimentId, traceIds: [traceId] })
        expect([print(await costs()), print(await tokens())]).toEqual(['', ''])
      },
    ],
    [
      'counts intervals down to the second before 1970, too',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const info = infoOf(stage.newTraceId(), experimentId, { requestTimeMs: -1500 })
        await stage.store.upsertTraceInfo(info)
        const range = { startMs: -10_000, endMs: 10_000, intervalSeconds: 1 }
        const points = await measure(stage, [experimentId], 'TRACES trace_count COUNT', range)
        expect(points).toEqual([{ bucketMs: -2000, dimensions: [], values: [1] }])
      },
    ],
  ],
}

function by(...dimensions: string[]): Partial<MetricRequest> {
  return { dimensions }
}

function every(intervalSeconds: number): Partial<MetricRequest> {
  return { intervalSeconds, startMs: METRIC_T0 - 10_000, endMs: METRIC_T0 + 10_000 }
}

function between(startMs: number, endMs: number): Partial<MetricRequest> {
  return { startMs: METRIC_T0 + startMs, endMs: METRIC_T0 + endMs }
}

function measure(
  { store }: Stage,
  experimentIds: readonly string[],
  what: string,
  more: Partial<MetricRequest> = {},
): Promise<readonly MetricPoint[]> {
  const [view = '', metric = '', ...aggregations] = what.split(' ')
  const request = {
    experimentIds,
    view: view as MetricView,
    metric,
    aggregations: aggregations.map(aggregationOf),
    dimensions: [],
    filters: [],
    startMs: undefined,
    endMs: undefined,
    intervalSeconds: undefined,
    limit: 1000,
  }
  return store.queryMetrics(parseMetricQuery({ ...request, ...more }))
}

function aggregationOf(text: string): MetricRequest['aggregations'][number] {
  if (!/^P\d/.test(text)) return { type: text as AggregationType, percentile: undefined }
  return { type: 'PERCENTILE', percentile: Number(text.slice(1)) }
}

function print(points: readonly MetricPoint[]): string {
  return points
    .map(({ bucketMs, dimensions, values }) => {
      const group = [...(bucketMs === undefined ? [] : [String(bucketMs - METRIC_T0)]), ...dimensions].join(' ')
      // Sums may differ in their last bits.
      const printed = values.map((value) => Number(value.toPrecision(12))).join(' ')
      return group === '' ? printed : `${group}: ${printed}`
    })
    .join(', ')
}
