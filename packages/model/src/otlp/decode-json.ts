import { ClewError } from '../errors.ts'
import { fieldOf, integerOf, type JsonObject } from '../json/object.ts'
import { parseJson } from '../json/parse.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import type { Span, SpanEvent, SpanLink } from '../span.ts'
import {
  defaultOtlpLimits,
  type OtlpExport,
  type OtlpGroup,
  type OtlpLimits,
  Rejections,
  SpanRefused,
} from './export.ts'
import { integerField, listField, objectOf, textField } from './json-fields.ts'
import { readAttributes } from './read-any-value.ts'
import { linkOf, spanOf, timeOf } from './span-fields.ts'

/**
 * Decodes the JSON form of an OTLP trace export: hex ids in either case, in links too; times and 64-bit integers as
 * strings or numbers, read exactly; enums by name or number; unknown fields ignored. Names in snake_case are read as
 * well. Spans are refused as {@link decodeOtlpProtobuf} refuses them; a field of a wrong type is such a reason too.
 *
 * @throws ClewError `BAD_REQUEST` if the text is not JSON or not an export
 */
export function decodeOtlpJson(text: string, limits: OtlpLimits = defaultOtlpLimits): OtlpExport {
  const body: Body = { limits, rejections: new Rejections(), spans: 0, groups: [] }
  try {
    const request = objectOf(parseBody(text), 'The request')
    for (const entry of listField(request, 'resourceSpans')) readResourceSpans(body, entry)
  } catch (error) {
    if (!(error instanceof SpanRefused || error instanceof SyntaxError)) throw error
    throw new ClewError('BAD_REQUEST', `The JSON body cannot be read: ${error.message}`, { cause: error })
  }
  const { count, reason } = body.rejections
  return { groups: body.groups, rejected: { count, reason } }
}

/** An integer a double may not hold, as a JSON number; also finds some inside strings, which costs time only. */
const LONG_INTEGER = /[[:,\s]-?[0-9]{16}/

/**
 * `JSON.parse` is several times faster than the lossless parser and as good where no number is long: exporters write
 * 64-bit numbers as strings. Its objects have a prototype, and are only asked for the names of this protocol here.
 */
function parseBody(text: string): JsonValue {
  if (LONG_INTEGER.test(text)) return parseJson(text)
  try {
    return JSON.parse(text)
  } catch {
    return parseJson(text)
  }
}

interface Body {
  readonly limits: OtlpLimits
  readonly rejections: Rejections
  /** Spans met so far, refused ones too. */
  spans: number
  readonly groups: OtlpGroup[]
}

function readResourceSpans(body: Body, value: JsonValue): void {
  const resourceSpans = objectOf(value, 'An entry of resourceSpans')
  const resource = readResource(resourceSpans, body.limits)
  for (const entry of listField(resourceSpans, 'scopeSpans')) {
    const scopeSpans = objectOf(entry, 'An entry of scopeSpans')
    const scope = readScope(scopeSpans)
    const spans: Span[] = []
    for (const span of listField(scopeSpans, 'spans')) readSpanAlone(body, span, spans)
    if (spans.length > 0) body.groups.push({ resource, scope, spans })
  }
}

function readResource(resourceSpans: JsonObject, limits: OtlpLimits): Map<string, JsonText> {
  const value = fieldOf(resourceSpans, 'resource')
  if (value === undefined) return new Map()
  return readAttributes(listField(objectOf(value, 'The resource'), 'attributes'), 'literal', limits)
}

function readScope(scopeSpans: JsonObject): { name: string; version: string } {
  const value = fieldOf(scopeSpans, 'scope')
  if (value === undefined) return { name: '', version: '' }
  const scope = objectOf(value, 'The scope')
  return { name: textField(scope, 'name'), version: textField(scope, 'version') }
}

function readSpanAlone(body: Body, value: JsonValue, spans: Span[]): void {
  const { limits, rejections } = body
  if (++body.spans > limits.maxSpans) {
    rejections.add(`The request has more than ${limits.maxSpans} spans.`)
    return
  }
  try {
    spans.push(readSpan(objectOf(value, 'A span'), limits))
  } catch (error) {
    if (!(error instanceof SpanRefused)) throw error
    rejections.add(error.message)
  }
}

function readSpan(span: JsonObject, limits: OtlpLimits): Span {
  const status = fieldOf(span, 'status')
  const statusObject = status === undefined ? {} : objectOf(status, 'The status')
  return spanOf({
    traceId: textField(span, 'traceId'),
    spanId: textField(span, 'spanId'),
    parentSpanId: textField(span, 'parentSpanId'),
    name: textField(span, 'name'),
    startTimeNs: integerField(span, 'startTimeUnixNano'),
    endTimeNs: integerField(span, 'endTimeUnixNano'),
    statusCode: statusCodeOf(fieldOf(statusObject, 'code')),
    statusMessage: textField(statusObject, 'message'),
    attributes: readAttributes(listField(span, 'attributes'), 'stripped', limits),
    events: boundedList(span, 'events', limits.maxEvents).map((event) => readEvent(event, limits)),
    links: boundedList(span, 'links', limits.maxLinks).flatMap((link) => readLink(link, limits)),
  })
}

function boundedList(span: JsonObject, name: string, limit: number): readonly JsonValue[] {
  const list = listField(span, name)
  if (list.length > limit) throw new SpanRefused(`There are more than ${limit} ${name}.`)
  return list
}

/** By name or number; what a later version may add counts as unset. */
function statusCodeOf(value: JsonValue | undefined): number {
  if (value === 'STATUS_CODE_OK') return 1
  if (value === 'STATUS_CODE_ERROR') return 2
  return value === undefined ? 0 : Number(integerOf(value) ?? 0n)
}

function readEvent(value: JsonValue, limits: OtlpLimits): SpanEvent {
  const event = objectOf(value, 'An event')
  return {
    name: textField(event, 'name'),
    timeNs: timeOf(integerField(event, 'timeUnixNano'), 'time of an event'),
    attributes: readAttributes(listField(event, 'attributes'), 'literal', limits),
  }
}

function readLink(value: JsonValue, limits: OtlpLimits): SpanLink[] {
  const link = objectOf(value, 'A link')
  const attributes = readAttributes(listField(link, 'attributes'), 'literal', limits)
  const pointer = linkOf(textField(link, 'traceId'), textField(link, 'spanId'), attributes)
  return pointer === undefined ? [] : [pointer]
}
