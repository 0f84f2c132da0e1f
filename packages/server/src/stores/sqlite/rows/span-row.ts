import type { JsonText, Span, SpanStatusCode } from '@clew/model'
import { bigintOf, optionalBigint, optionalText, type Row, textOf } from '../sql.ts'
import { unpackAttributes, unpackEvents, unpackLinks } from './payload.ts'

/** Statuses by the number that stands for them in the file. */
const STATUSES: readonly SpanStatusCode[] = ['UNSET', 'OK', 'ERROR']

export function statusNumber(code: SpanStatusCode): number {
  return STATUSES.indexOf(code)
}

/** Columns {@link readSpan} needs, of `spans s` joined with `payloads p`. Read integers as bigint. */
export const SPAN_COLUMNS = `s.span_id, s.parent_id, s.name, s.status, s.start_ns, s.duration_ns,
  p.attributes, p.cuts, p.status_message, p.events, p.links`

export function readSpan(traceId: string, row: Row): Span {
  const startTimeNs = bigintOf(row, 'start_ns')
  const duration = optionalBigint(row, 'duration_ns')
  return {
    traceId,
    spanId: textOf(row, 'span_id'),
    parentSpanId: optionalText(row, 'parent_id'),
    name: textOf(row, 'name'),
    startTimeNs,
    endTimeNs: duration === undefined ? undefined : startTimeNs + duration,
    status: {
      code: STATUSES[Number(bigintOf(row, 'status'))] ?? 'UNSET',
      message: optionalText(row, 'status_message') ?? '',
    },
    attributes: attributesOf(row),
    events: unpackEvents(optionalText(row, 'events')),
    links: unpackLinks(optionalText(row, 'links')),
  }
}

function attributesOf(row: Row): Map<string, JsonText> {
  return unpackAttributes(textOf(row, 'attributes'), textOf(row, 'cuts'))
}
