import { hexOf } from '../ids.ts'
import type { JsonText } from '../json/text.ts'
import type { SpanEvent, SpanLink } from '../span.ts'
import { readKeyValue } from './decode-any-value.ts'
import { type OtlpLimits, SpanRefused } from './export.ts'
import type { ProtoReader } from './proto-reader.ts'
import { linkOf, type SpanFields, timeOf } from './span-fields.ts'
import {
  EVENT_ATTRIBUTE,
  EVENT_NAME,
  EVENT_TIME,
  LINK_ATTRIBUTE,
  LINK_SPAN_ID,
  LINK_TRACE_ID,
  SPAN_ATTRIBUTE,
  SPAN_END_TIME,
  SPAN_EVENT,
  SPAN_LINK,
  SPAN_NAME,
  SPAN_PARENT_SPAN_ID,
  SPAN_SPAN_ID,
  SPAN_START_TIME,
  SPAN_STATUS,
  SPAN_TRACE_ID,
  STATUS_CODE,
  STATUS_MESSAGE,
} from './tags.ts'

/**
 * Reads the fields of one Span message off the wire.
 *
 * @throws SpanRefused beyond a limit; the reader then stands somewhere inside the message
 */
export function readSpanFields(reader: ProtoReader, end: number, limits: OtlpLimits): SpanFields {
  const attributes = new Map<string, JsonText>()
  const into = { into: attributes, strings: 'stripped', limits } as const
  const fields: SpanFields = {
    traceId: '',
    spanId: '',
    parentSpanId: '',
    name: '',
    startTimeNs: 0n,
    endTimeNs: 0n,
    statusCode: 0,
    statusMessage: '',
    attributes,
    events: [],
    links: [],
  }
  while (reader.at < end) {
    const tag = reader.uint32(end)
    switch (tag) {
      case SPAN_TRACE_ID:
        fields.traceId = readId(reader, reader.field(end))
        break
      case SPAN_SPAN_ID:
        fields.spanId = readId(reader, reader.field(end))
        break
      case SPAN_PARENT_SPAN_ID:
        fields.parentSpanId = readId(reader, reader.field(end))
        break
      case SPAN_NAME:
        fields.name = reader.text(reader.field(end))
        break
      case SPAN_START_TIME:
        fields.startTimeNs = reader.fixed64(end)
        break
      case SPAN_END_TIME:
        fields.endTimeNs = reader.fixed64(end)
        break
      case SPAN_ATTRIBUTE:
        readKeyValue(reader, reader.field(end), into)
        break
      case SPAN_EVENT:
        readEvent(reader, reader.field(end), { events: fields.events, limits })
        break
      case SPAN_LINK:
        readLink(reader, reader.field(end), { links: fields.links, limits })
        break
      case SPAN_STATUS:
        readStatus(reader, reader.field(end), fields)
        break
      default:
        reader.skip(tag & 7, end)
    }
  }
  return fields
}

/** Hex digits; of an id of absurd length, as many as it takes to see that it is none. */
function readId(reader: ProtoReader, end: number): string {
  const start = reader.at
  reader.at = end
  return hexOf(reader.bytes, start, Math.min(end, start + 33))
}

function readEvent(
  reader: ProtoReader,
  end: number,
  { events, limits }: { events: SpanEvent[]; limits: OtlpLimits },
): void {
  const attributes = new Map<string, JsonText>()
  let name = ''
  let timeNs = 0n
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === EVENT_TIME) timeNs = timeOf(reader.fixed64(end), 'time of an event')
    else if (tag === EVENT_NAME) name = reader.text(reader.field(end))
    else if (tag === EVENT_ATTRIBUTE) {
      readKeyValue(reader, reader.field(end), { into: attributes, strings: 'literal', limits })
    } else reader.skip(tag & 7, end)
  }
  if (events.push({ name, timeNs, attributes }) > limits.maxEvents) {
    throw new SpanRefused(`There are more than ${limits.maxEvents} events.`)
  }
}

function readLink(
  reader: ProtoReader,
  end: number,
  { links, limits }: { links: SpanLink[]; limits: OtlpLimits },
): void {
  const attributes = new Map<string, JsonText>()
  let traceId = ''
  let spanId = ''
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === LINK_TRACE_ID) traceId = readId(reader, reader.field(end))
    else if (tag === LINK_SPAN_ID) spanId = readId(reader, reader.field(end))
    else if (tag === LINK_ATTRIBUTE) {
      readKeyValue(reader, reader.field(end), { into: attributes, strings: 'literal', limits })
    } else reader.skip(tag & 7, end)
  }
  const link = linkOf(traceId, spanId, attributes)
  if (link !== undefined && links.push(link) > limits.maxLinks) {
    throw new SpanRefused(`There are more than ${limits.maxLinks} links.`)
  }
}

function readStatus(reader: ProtoReader, end: number, fields: SpanFields): void {
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === STATUS_MESSAGE) fields.statusMessage = reader.text(reader.field(end))
    else if (tag === STATUS_CODE) fields.statusCode = reader.uint32(end)
    else reader.skip(tag & 7, end)
  }
}
