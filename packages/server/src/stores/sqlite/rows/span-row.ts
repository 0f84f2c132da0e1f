import type { JsonText, SkeletonRow, Span, SpanStatusCode } from '@clew/model'
import { bigintOf, optionalBigint, optionalNumber, optionalText, type Row, textOf } from '../sql.ts'
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

/** Columns {@link readSkeletonRow} needs, of `spans`. Read integers as bigint. */
export const SKELETON_COLUMNS = `span_id, parent_id, name, type, status, start_ns, duration_ns, model,
  input_tokens, output_tokens, cost, exceptions`

export function readSkeletonRow(row: Row): SkeletonRow {
  const startTimeNs = bigintOf(row, 'start_ns')
  const duration = optionalBigint(row, 'duration_ns')
  return {
    spanId: textOf(row, 'span_id'),
    parentSpanId: optionalText(row, 'parent_id'),
    name: textOf(row, 'name'),
    type: textOf(row, 'type'),
    status: STATUSES[Number(bigintOf(row, 'status'))] ?? 'UNSET',
    startTimeNs,
    endTimeNs: duration === undefined ? undefined : startTimeNs + duration,
    model: optionalText(row, 'model'),
    inputTokens: optionalNumber(row, 'input_tokens'),
    outputTokens: optionalNumber(row, 'output_tokens'),
    cost: optionalNumber(row, 'cost'),
    exceptions: Number(bigintOf(row, 'exceptions')),
  }
}

function attributesOf(row: Row): Map<string, JsonText> {
  return unpackAttributes(textOf(row, 'attributes'), textOf(row, 'cuts'))
}
