import {
  compareSortKeys,
  type SearchedTrace,
  type SortKey,
  sortKeyOf,
  type TracePage,
  type TraceQuery,
  traceTest,
} from '@clew/model'
import { type KeyValue, parsePageToken, printPageToken } from '../page-token.ts'
import { copyInfo } from './copy.ts'
import type { TraceLinks } from './links.ts'
import { sessionAssessments } from './session-assessments.ts'
import type { TraceRecord } from './trace-record.ts'

/** By trace id. */
export type TraceRecords = ReadonlyMap<string, TraceRecord>

/** One page of the records that match. */
export function searchPage(records: TraceRecords, links: TraceLinks, query: TraceQuery): TracePage {
  const { orderBy } = query
  const compare = compareSortKeys(orderBy)
  const mark = JSON.stringify(orderBy)
  const after = query.cursor === undefined ? undefined : keyOf(parsePageToken(mark, orderBy.length + 2, query.cursor))
  const rows: { record: TraceRecord; key: SortKey }[] = []
  for (const record of matching(records, links, query)) {
    const key = sortKeyOf(record.info, orderBy)
    if (after === undefined || compare(key, after) > 0) rows.push({ record, key })
  }
  const page = rows.sort((a, b) => compare(a.key, b.key)).slice(0, query.limit)
  const last = page.at(-1)
  const isFull = page.length === query.limit && last !== undefined
  return {
    traces: page.map(({ record }) => copyInfo(record.info)),
    cursor: isFull
      ? printPageToken(
          mark,
          last.key.map((value) => value ?? null),
        )
      : undefined,
  }
}

export function* matching(
  records: TraceRecords,
  links: TraceLinks,
  query: Pick<TraceQuery, 'experimentIds' | 'filter'>,
): Generator<TraceRecord> {
  const experimentIds = new Set(query.experimentIds)
  const isMeant = query.filter === undefined ? () => true : traceTest(query.filter)
  const ofSession = sessionAssessments(records)
  for (const record of records.values()) {
    if (!experimentIds.has(record.experimentId)) continue
    const { traceId, info } = record
    const trace: SearchedTrace = {
      info,
      runIds: links.runsOf(traceId),
      prompts: links.promptsOf(traceId),
      sessionAssessments: () => ofSession(record),
      spans: () => record.spans.values(),
    }
    if (isMeant(trace)) yield record
  }
}

function keyOf(values: readonly KeyValue[]): SortKey {
  return values.map((value) => value ?? undefined)
}
