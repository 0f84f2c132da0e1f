import { setTimeout as delay } from 'node:timers/promises'
import { ClewSpanKey, ExceptionEvent, type Span, SpanKey } from '@clew/model'
import { context, withSpan } from '@clew/tracing'
import { expect } from 'vitest'
import type { Check } from './check.ts'
import { firstSuccess } from './result-checks.ts'
import { isAsyncIterable, type Stage } from './stage.ts'

/** The integration keeps to the host's wishes, and to the vocabulary. */
export const hostChecks: readonly Check[] = [
  { name: 'a failed call is marked with type, message and stack', run: checkErrors },
  { name: 'nothing is recorded where tracing is suppressed', run: checkSuppressed },
  { name: 'with content off there is no content anywhere', run: checkContentOff },
  { name: 'with inputs off nothing of the request is anywhere, not even in the response', run: checkInputsOff },
  { name: 'fifty calls at once keep their parents', run: checkConcurrency },
  { name: 'unhandled rejections are the same with and without tracing', run: checkRejections },
  { name: 'times are nanoseconds since the epoch and inside the call', run: checkTimes },
  { name: 'every attribute is a known key', run: checkKeys },
  { name: 'documents of retrievers have the shape the UI reads', run: checkDocuments },
]

async function checkErrors(stage: Stage): Promise<void> {
  const fixture = firstSuccess(stage)
  const outcome = await stage.withTracing(() => stage.run(fixture, 'failing'))
  if (outcome.kind !== 'error') throw new Error('the refused call did not fail')
  const [span] = await stage.takeSpans()
  expect(span?.status.code).toBe('ERROR')
  const event = span?.events.find((candidate) => candidate.name === ExceptionEvent.name)
  const read = (key: string): string => JSON.parse(event?.attributes.get(key) ?? '""')
  const { class: className, message } = outcome.error as { class: string; message: string }
  expect(read(ExceptionEvent.type)).toBe(className)
  expect(read(ExceptionEvent.message)).toBe(message)
  expect(read(ExceptionEvent.stacktrace)).toMatch(/\n\s+at /)
  expect(span?.status.message).toBe(`${className}: ${message}`)
}

async function checkSuppressed(stage: Stage): Promise<void> {
  await stage.withTracing(() =>
    context({ enabled: false }, async () => {
      for (const fixture of stage.fixtures) await stage.run(fixture)
    }),
  )
  expect(await stage.sweepAndTakeSpans()).toHaveLength(0)
}

/** A response may repeat the request, and so may the message of an error. */
async function checkInputsOff(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures) {
    await stage.withTracing(() => stage.run(fixture), { captureInputs: false })
    const spans = await stage.sweepAndTakeSpans()
    expect(spans.length, fixture.name).toBeGreaterThan(0)
    for (const secret of sentences(fixture.request)) {
      for (const span of spans) expect(textOf(span), fixture.name).not.toContain(secret)
    }
  }
}

async function checkContentOff(stage: Stage): Promise<void> {
  const off = { captureInputs: false, captureOutputs: false }
  for (const fixture of stage.fixtures) {
    const secrets = [...sentences(fixture.request), ...fixture.replies.flatMap(replySentences)]
    expect(secrets.length, `${fixture.name} has no sentence that could leak`).toBeGreaterThan(0)
    await stage.withTracing(() => stage.run(fixture), off)
    const spans = await stage.sweepAndTakeSpans()
    expect(spans.length, fixture.name).toBeGreaterThan(0)
    for (const span of spans) {
      const text = textOf(span)
      for (const secret of secrets) expect(text, fixture.name).not.toContain(secret)
      expect(span.attributes.has(SpanKey.inputs)).toBe(false)
      expect(span.attributes.has(SpanKey.outputs)).toBe(false)
    }
  }
}

function replySentences(reply: { readonly body?: unknown; readonly events?: readonly string[] }): string[] {
  return [...sentences(reply.body), ...(reply.events ?? []).flatMap((event) => sentences(JSON.parse(event)))]
}

/** What somebody wrote: texts with a space in them. Names, ids and numbers are no content. */
function sentences(value: unknown): string[] {
  if (typeof value === 'string') return /\w \w/.test(value) ? [value.trim()] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.values(value).flatMap(sentences)
}

/** Everything of a span in which a text could hide. */
function textOf(span: Span): string {
  const attributes = [span.attributes, ...span.events.map((event) => event.attributes)]
  const values = attributes.flatMap((one) => [...one.values()].map((text) => JSON.stringify(JSON.parse(text))))
  return [span.name, span.status.message, ...span.events.map((event) => event.name), ...values].join('\n')
}

const CALLS = 50

async function checkConcurrency(stage: Stage): Promise<void> {
  const fixture = firstSuccess(stage)
  await stage.withTracing(() =>
    Promise.all(
      Array.from({ length: CALLS }, (_, index) =>
        withSpan(
          async () => {
            await delay(index % 7)
            await stage.run(fixture)
          },
          { name: `caller ${index}` },
        ),
      ),
    ),
  )
  const spans = await stage.takeSpans()
  const callers = new Map(spans.filter((span) => span.name.startsWith('caller')).map((span) => [span.spanId, span]))
  const calls = spans.filter((span) => !callers.has(span.spanId))
  expect(calls).toHaveLength(CALLS)
  expect(new Set(calls.map((span) => span.parentSpanId))).toEqual(new Set(callers.keys()))
  for (const span of calls) expect(callers.get(span.parentSpanId ?? '')?.traceId).toBe(span.traceId)
}

async function checkRejections(stage: Stage): Promise<void> {
  const plain = await countRejections(stage)
  expect(plain.unhandled, 'the test sees unhandled rejections at all').toBeGreaterThan(0)
  expect(await stage.withTracing(() => countRejections(stage))).toEqual(plain)
  await stage.sweepAndTakeSpans()
}

/** Starts failing calls of every kind: forgotten, followed without a handler, and handled. */
async function countRejections(stage: Stage): Promise<{ readonly unhandled: number; readonly caught: number }> {
  const counts = { unhandled: 0, caught: 0 }
  const listeners = process.listeners('unhandledRejection')
  process.removeAllListeners('unhandledRejection')
  process.on('unhandledRejection', () => counts.unhandled++)
  const answered = stage.server.answered
  const count = (): void => {
    counts.caught++
  }
  const direct = stage.fixtures.filter((fixture) => stage.isDirect(fixture))
  for (const fixture of direct) {
    stage.start(fixture, stage.connect(fixture, 'failing'))
    void (stage.start(fixture, stage.connect(fixture, 'failing')) as Promise<unknown>).then(isAsyncIterable)
    ;(stage.start(fixture, stage.connect(fixture, 'failing')) as Promise<unknown>).then(isAsyncIterable, count)
  }
  for (let wait = 0; wait < 500 && stage.server.answered < answered + 3 * direct.length; wait++) await delay(10)
  await delay(100)
  process.removeAllListeners('unhandledRejection')
  for (const listener of listeners) process.on('unhandledRejection', listener)
  return counts
}

/** Date.now() and the clock of spans may differ by the resolution of the former. */
const CLOCK_TOLERANCE_NS = 30_000_000n

async function checkTimes(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures) {
    const beforeNs = BigInt(Date.now()) * 1_000_000n - CLOCK_TOLERANCE_NS
    await stage.withTracing(() => stage.run(fixture))
    const afterNs = BigInt(Date.now()) * 1_000_000n + CLOCK_TOLERANCE_NS
    for (const span of await stage.takeSpans()) {
      expect(span.startTimeNs, fixture.name).toBeGreaterThanOrEqual(beforeNs)
      expect(span.endTimeNs, fixture.name).toBeGreaterThanOrEqual(span.startTimeNs)
      expect(span.endTimeNs, fixture.name).toBeLessThanOrEqual(afterNs)
      for (const event of span.events) expect(event.timeNs).toBeGreaterThanOrEqual(span.startTimeNs)
    }
  }
}

/** MLflow's keys, Clew's own, and the parameters of the request, which MLflow copies under their own names. */
async function checkKeys(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures) {
    const own = typeof fixture.request === 'object' && fixture.request !== null ? Object.keys(fixture.request) : []
    // Helpers of a library add parameters of their own.
    const added = stage.isDirect(fixture) ? [] : ['tools', 'tool_choice', 'stream']
    const known = new Set<string>([...Object.values(SpanKey), ...Object.values(ClewSpanKey), ...own, ...added])
    await stage.withTracing(() => stage.run(fixture))
    for (const span of await stage.takeSpans()) {
      expect(
        [...span.attributes.keys()].filter((key) => !known.has(key)),
        fixture.name,
      ).toEqual([])
    }
  }
}

async function checkDocuments(stage: Stage): Promise<void> {
  for (const fixture of stage.fixtures) await stage.withTracing(() => stage.run(fixture))
  for (const span of await stage.takeSpans()) {
    if (span.attributes.get(SpanKey.type) !== '"RETRIEVER"') continue
    const documents: unknown = JSON.parse(span.attributes.get(SpanKey.outputs) ?? 'null')
    expect(documents).toBeInstanceOf(Array)
    for (const document of documents as unknown[]) expect(document).toMatchObject({ page_content: expect.any(String) })
  }
}
