import type { DatabaseSync } from 'node:sqlite'
import type {
  ExperimentPage,
  ExperimentQuery,
  ExperimentStatistics,
  MetricPoint,
  MetricQuery,
  Skeleton,
  Span,
  TraceHeadline,
  TraceInfo,
  TracePage,
  TraceQuery,
} from '@clew/model'
import { queryMetrics } from '../metrics/query-metrics.ts'
import { searchExperiments } from '../search/experiments.ts'
import { countTraces, searchTraces } from '../search/search.ts'
import { TestFunctions } from '../search/test-functions.ts'
import { Sql } from '../sql.ts'
import { experimentStatistics } from './experiments.ts'
import { findHeadlines, findSkeleton, findSpans, findTraceInfos } from './traces.ts'

/** What the reader thread does: reads that may take long, so that the thread that serves HTTP never waits for them. */
export type ReaderMethods = {
  searchTraces(query: TraceQuery): TracePage
  countTraces(query: Pick<TraceQuery, 'experimentIds' | 'filter'>, atMost: number): number
  searchExperiments(query: ExperimentQuery): ExperimentPage
  experimentStatistics(): ExperimentStatistics[]
  queryMetrics(query: MetricQuery): MetricPoint[]
  getSkeleton(traceId: string): Skeleton | undefined
  getSkeletonJson(traceId: string): Uint8Array<ArrayBuffer> | undefined
  getSpans(traceId: string): Span[]
  getTraceInfos(traceIds: readonly string[]): TraceInfo[]
  getHeadlines(traceIds: readonly string[]): Map<string, TraceHeadline>
}

export function createReader(database: DatabaseSync): ReaderMethods {
  const sql = new Sql(database)
  const search = { sql, tests: new TestFunctions(database) }
  return {
    searchTraces: (query) => searchTraces(search, query),
    countTraces: (query, atMost) => countTraces(search, query, atMost),
    searchExperiments: (query) => searchExperiments(search, query),
    experimentStatistics: () => experimentStatistics(sql),
    queryMetrics: (query) => queryMetrics(search, query),
    getSkeleton: (traceId) => findSkeleton(sql, traceId),
    getSkeletonJson(traceId) {
      const skeleton = findSkeleton(sql, traceId)
      return skeleton && new TextEncoder().encode(JSON.stringify(skeleton))
    },
    getSpans: (traceId) => findSpans(sql, traceId),
    getTraceInfos: (traceIds) => findTraceInfos(sql, traceIds),
    getHeadlines: (traceIds) => findHeadlines(sql, traceIds),
  }
}
