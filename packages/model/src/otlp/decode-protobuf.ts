import type { JsonText } from '../json/text.ts'
import type { Span } from '../span.ts'
import { readKeyValue } from './decode-any-value.ts'
import {
  defaultOtlpLimits,
  type OtlpExport,
  type OtlpGroup,
  type OtlpLimits,
  Rejections,
  SpanRefused,
} from './export.ts'
import { ProtoReader } from './proto-reader.ts'
import { readSpanFields } from './read-span.ts'
import { spanOf } from './span-fields.ts'
import {
  REQUEST_RESOURCE_SPANS,
  RESOURCE_ATTRIBUTE,
  RESOURCE_SPANS_RESOURCE,
  RESOURCE_SPANS_SCOPE_SPANS,
  SCOPE_NAME,
  SCOPE_SPANS_SCOPE,
  SCOPE_SPANS_SPAN,
  SCOPE_VERSION,
} from './tags.ts'

/**
 * Decodes the body of an OTLP trace export (`ExportTraceServiceRequest`, opentelemetry-proto 1.x). Unknown fields are
 * stepped over. What MLflow does not keep is not kept: kind, trace state, flags, dropped counts, schema urls.
 *
 * A span that cannot be a span (ids of wrong length or all zeros, times int64 cannot hold, beyond a limit) is refused
 * alone. A link that points nowhere is left out.
 *
 * @throws ClewError `BAD_REQUEST` if the bytes are not a message
 */
export function decodeOtlpProtobuf(bytes: Uint8Array, limits: OtlpLimits = defaultOtlpLimits): OtlpExport {
  const reader = new ProtoReader(bytes)
  const body: Body = { reader, limits, rejections: new Rejections(), spans: 0, groups: [] }
  const end = bytes.length
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === REQUEST_RESOURCE_SPANS) readResourceSpans(body, reader.field(end))
    else reader.skip(tag & 7, end)
  }
  const { count, reason } = body.rejections
  return { groups: body.groups, rejected: { count, reason } }
}

interface Body {
  readonly reader: ProtoReader
  readonly limits: OtlpLimits
  readonly rejections: Rejections
  /** Spans met so far, refused ones too. */
  spans: number
  readonly groups: OtlpGroup[]
}

/** The resource may stand after its spans, so its attributes are collected into a map the groups already share. */
function readResourceSpans(body: Body, end: number): void {
  const { reader } = body
  const resource = new Map<string, JsonText>()
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === RESOURCE_SPANS_RESOURCE) readResource(body, reader.field(end), resource)
    else if (tag === RESOURCE_SPANS_SCOPE_SPANS) readScopeSpans(body, reader.field(end), resource)
    else reader.skip(tag & 7, end)
  }
}

function readResource({ reader, limits }: Body, end: number, resource: Map<string, JsonText>): void {
  try {
    while (reader.at < end) {
      const tag = reader.uint32(end)
      if (tag === RESOURCE_ATTRIBUTE) {
        readKeyValue(reader, reader.field(end), { into: resource, strings: 'literal', limits })
      } else reader.skip(tag & 7, end)
    }
  } catch (error) {
    if (error instanceof SpanRefused) reader.fail(`the resource is beyond the limits (${error.message})`)
    throw error
  }
}

function readScopeSpans(body: Body, end: number, resource: Map<string, JsonText>): void {
  const { reader } = body
  const scope = { name: '', version: '' }
  const spans: Span[] = []
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === SCOPE_SPANS_SCOPE) readScope(reader, reader.field(end), scope)
    else if (tag === SCOPE_SPANS_SPAN) {
      const spanEnd = reader.field(end)
      const span = readSpanAlone(body, spanEnd)
      reader.at = spanEnd
      if (span !== undefined) spans.push(span)
    } else reader.skip(tag & 7, end)
  }
  if (spans.length > 0) body.groups.push({ resource, scope, spans })
}

function readScope(reader: ProtoReader, end: number, scope: { name: string; version: string }): void {
  while (reader.at < end) {
    const tag = reader.uint32(end)
    if (tag === SCOPE_NAME) scope.name = reader.text(reader.field(end))
    else if (tag === SCOPE_VERSION) scope.version = reader.text(reader.field(end))
    else reader.skip(tag & 7, end)
  }
}

function readSpanAlone(body: Body, end: number): Span | undefined {
  const { reader, limits, rejections } = body
  if (++body.spans > limits.maxSpans) {
    rejections.add(`The request has more than ${limits.maxSpans} spans.`)
    return undefined
  }
  try {
    return spanOf(readSpanFields(reader, end, limits))
  } catch (error) {
    if (!(error instanceof SpanRefused)) throw error
    rejections.add(error.message)
    return undefined
  }
}
