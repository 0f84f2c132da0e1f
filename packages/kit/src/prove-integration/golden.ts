import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { type Attributes, ExceptionEvent, type Span, SpanKey } from '@clew/model'
import { expect } from 'vitest'

/** Set to write what comes out as the new golden files, to be read and committed. */
const isUpdating = process.env['CLEW_UPDATE_GOLDEN'] === '1'

/** The span each case runs in; it is no part of the case. */
export const CALLER = 'caller'

/** Compares the spans of a case with `<case>.spans.json`: everything but ids, times and stacks. */
export function expectGolden(spans: readonly Span[], file: URL): void {
  const actual = spans.filter((span) => span.name !== CALLER).map((span) => describeSpan(span, spans))
  if (isUpdating) writeFileSync(file, `${JSON.stringify(actual, null, 2)}\n`)
  if (!existsSync(file)) throw new Error(`${file.pathname} is missing; run once with CLEW_UPDATE_GOLDEN=1 and read it`)
  expect(actual).toEqual(JSON.parse(readFileSync(file, 'utf8')))
}

function describeSpan(span: Span, all: readonly Span[]): unknown {
  return {
    name: span.name,
    parent: all.find((other) => other.spanId === span.parentSpanId)?.name ?? null,
    status: span.status,
    attributes: describeAttributes(span.attributes),
    events: span.events.map((event) => ({ name: event.name, attributes: describeAttributes(event.attributes) })),
  }
}

const VOLATILE: ReadonlySet<string> = new Set([SpanKey.traceRequestId, ExceptionEvent.stacktrace])

function describeAttributes(attributes: Attributes): Record<string, unknown> {
  const entries = [...attributes]
    .filter(([key]) => !VOLATILE.has(key))
    .sort(([left], [right]) => (left < right ? -1 : 1))
  return Object.fromEntries(entries.map(([key, text]) => [key, JSON.parse(text)]))
}
