import { traceIdOf } from '../ids.ts'
import type { Attributes, Span, SpanEvent, SpanLink, SpanStatus } from '../span.ts'
import { MAX_TIME_NS } from '../time.ts'
import { SpanRefused } from './export.ts'

/** The fields of a span as they stand on the wire, before anything was checked. */
export interface SpanFields {
  /** Hex digits in either case. */
  traceId: string
  /** Hex digits in either case. */
  spanId: string
  /** Hex digits in either case; empty for a root. */
  parentSpanId: string
  name: string
  startTimeNs: bigint
  /** 0 while the span runs. */
  endTimeNs: bigint
  statusCode: number
  statusMessage: string
  attributes: Attributes
  events: SpanEvent[]
  links: SpanLink[]
}

const NO_STATUS: SpanStatus = { code: 'UNSET', message: '' }
const OK_STATUS: SpanStatus = { code: 'OK', message: '' }

/**
 * A span, if its ids are ids and its times can be kept. A parent id of zeros means a root, as some exporters write it.
 *
 * @throws SpanRefused with a sentence
 */
export function spanOf(fields: SpanFields): Span {
  const traceId = idOf(fields.traceId, 32, 'trace id')
  const spanId = idOf(fields.spanId, 16, 'span id')
  return {
    traceId: traceIdOf(traceId),
    spanId,
    parentSpanId: isAbsent(fields.parentSpanId) ? undefined : idOf(fields.parentSpanId, 16, 'parent span id'),
    name: fields.name,
    startTimeNs: timeOf(fields.startTimeNs, 'start time'),
    endTimeNs: fields.endTimeNs === 0n ? undefined : timeOf(fields.endTimeNs, 'end time'),
    status: statusOf(fields.statusCode, fields.statusMessage),
    attributes: fields.attributes,
    events: fields.events,
    links: fields.links,
  }
}

/** A link, or `undefined` if it points nowhere: that is no reason to lose the span. */
export function linkOf(traceId: string, spanId: string, attributes: Attributes): SpanLink | undefined {
  if (!isHexOf(traceId, 32) || !isHexOf(spanId, 16) || isZero(traceId) || isZero(spanId)) return undefined
  return { traceId: traceIdOf(traceId.toLowerCase()), spanId: spanId.toLowerCase(), attributes }
}

/** @throws SpanRefused for a time int64 cannot hold */
export function timeOf(ns: bigint, what: string): bigint {
  if (ns > MAX_TIME_NS || ns < 0n) throw new SpanRefused(`The ${what} ${ns} is not between 1970 and 2262.`)
  return ns
}

function statusOf(code: number, message: string): SpanStatus {
  if (code === 2) return { code: 'ERROR', message }
  return code === 1 ? OK_STATUS : NO_STATUS
}

function idOf(hex: string, digits: number, what: string): string {
  if (!isHexOf(hex, digits)) {
    throw new SpanRefused(`The ${what} '${hex.slice(0, 64)}' is not ${digits} hex digits (${digits / 2} bytes).`)
  }
  if (isZero(hex)) throw new SpanRefused(`The ${what} is all zeros.`)
  return hex.toLowerCase()
}

function isAbsent(hex: string): boolean {
  return hex === '' || hex === '0000000000000000'
}

function isHexOf(text: string, digits: number): boolean {
  return text.length === digits && /^[0-9a-fA-F]+$/.test(text)
}

function isZero(hex: string): boolean {
  return hex.charCodeAt(0) === 48 && /^0+$/.test(hex)
}
