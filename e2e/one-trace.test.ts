/** One trace followed all the way: nothing about a span may change between the program and the screen. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeOtlpProtobuf } from '@clew/model'
import { flush, init, type LiveSpan, shutdown, withSpan } from '@clew/tracing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openSqliteStore } from '../packages/server/src/stores/sqlite/index.ts'
import { clewApi } from './harness/clew-api.ts'
import { factsOnScreen } from './harness/facts-on-screen.ts'
import { openScreens, type Screens, screenshot } from './harness/screens.ts'
import {
  type EventFacts,
  factsOfLive,
  factsOfMlflow,
  factsOfPayload,
  factsOfSpan,
  type SpanFacts,
} from './harness/span-facts.ts'
import { tapWire, type Wiretap } from './harness/wiretap.ts'

let screens: Screens
let wire: Wiretap

beforeAll(async () => {
  screens = await openScreens()
  wire = await tapWire({ target: screens.clew.url })
})
afterAll(async () => {
  await shutdown()
  await wire?.close()
  await screens?.close()
})

test('a trace of eight spans is the same in the SDK, on the wire, in SQLite, in both APIs and on the screen', async (context) => {
  if (screens.missing !== undefined) context.skip(screens.missing)
  const api = clewApi(screens.clew.url)
  const experimentId = await api.createExperiment('one trace')
  init({ trackingUri: wire.url, experimentId })
  const program = await bakeCake()
  await flush()
  const [traceId = ''] = program.map((span) => span.traceId)
  expect(program).toHaveLength(8)
  expect(new Set(program.map((span) => span.traceId)).size).toBe(1)

  const exports = wire.posted.filter(({ path }) => path === '/v1/traces')
  const onTheWire = exports.flatMap(({ body }) => decodeOtlpProtobuf(body).groups.flatMap((group) => group.spans))
  expect(inOrder(onTheWire.map(factsOfSpan))).toEqual(program)

  expect(inOrder(await spansOnDisk(traceId))).toEqual(program)

  const { spans } = await api.mlflowTrace(traceId)
  expect(inOrder(spans.map(factsOfMlflow))).toEqual(program)

  const skeleton = await api.skeleton(traceId)
  const payloads = await Promise.all(skeleton.spanId.map((spanId) => api.span(traceId, spanId)))
  expect(inOrder(payloads.map(factsOfPayload))).toEqual(program)
  expect(skeleton.spanId).toEqual(program.map((span) => span.spanId))
  expect(skeleton.name.map((name) => skeleton.names[name])).toEqual(program.map((span) => span.name))
  expect(skeleton.type.map((type) => skeleton.types[type])).toEqual(program.map((span) => span.type))
  expect(skeleton.start.map((start) => BigInt(start) + BigInt(skeleton.originNs))).toEqual(
    program.map((span) => span.startNs),
  )
  expect(skeleton.duration.map(BigInt)).toEqual(program.map((span) => (span.endNs ?? 0n) - span.startNs))
  expect(skeleton.parent.map((row) => skeleton.spanId[row])).toEqual(program.map((span) => span.parentId))

  const page = await screens.page()
  await page.goto(`/experiments/${experimentId}/traces/${traceId}`)
  const shown = await factsOnScreen(page, program)
  await screenshot(page, 'one-trace')
  expect(shown).toEqual(program.map(withoutEventTimes))
  expect(screens.complaints).toEqual([])
})

/** What a process of its own finds in a copy of the files, as they were left by a server that was not stopped. */
async function spansOnDisk(traceId: string): Promise<SpanFacts[]> {
  const copy = await mkdtemp(join(tmpdir(), 'clew-copy-'))
  await cp(screens.clew.data, copy, { recursive: true })
  const store = await openSqliteStore(copy)
  try {
    return (await store.getSpans(traceId)).map(factsOfSpan)
  } finally {
    await store.close()
    await rm(copy, { recursive: true, force: true })
  }
}

/** The screen tells when an event was, in milliseconds since the span began, and has the stack in a tab of its own. */
function withoutEventTimes(span: SpanFacts) {
  const events = span.events.map(({ name, attributes }) => {
    const { 'exception.stacktrace': _, ...shown } = attributes
    return { name, attributes: shown }
  })
  return { ...span, events }
}

/** Eight spans of many types and values, one failed. What each was when it ended, in order of start. */
async function bakeCake(): Promise<SpanFacts[]> {
  const events = new Map<LiveSpan, EventFacts[]>()
  const open = <T>(name: string, spanType: string, body: (span: LiveSpan) => Promise<T>) =>
    withSpan(
      (span) => {
        events.set(span, [])
        return body(span)
      },
      { name, spanType },
    )
  await open('bake', 'AGENT', async (root) => {
    root.setInputs({ cake: 'plum', eggs: 3, exact: 2n ** 60n + 1n, share: 0.1, none: null, list: [[], {}, '"'] })
    await open('recipes', 'RETRIEVER', async (span) => {
      span.setInputs('plum cake ✓ 🥧')
      await open('embed', 'EMBEDDING', async (inner) => inner.setOutputs([0.25, -1e-9, 1e21]))
      span.setOutputs([{ page_content: 'Stone the plums.', metadata: { doc_uri: 'book/12', score: 1 } }])
    })
    await open('plan', 'CHAT_MODEL', async (span) => {
      span.setInputs({ messages: [{ role: 'user', content: 'What first?' }] })
      span.setOutputs({ role: 'assistant', content: '{"step": 1}' })
      note(span, 'first token', { after_ms: 12, words: ['mix', 'rest'], cut: false })
      note(span, 'done', {})
    })
    await open('mix', 'TOOL', async (span) => {
      span.setInputs({ ['__proto__']: 'a key like any other' })
      await open('count', 'a type of its own', async (inner) => inner.setOutputs(2n ** 63n - 1n))
    })
    await open('oven', 'TOOL', async (span) => {
      span.setInputs({ celsius: -0, text: '12', empty: '' })
      throw new RangeError('180° is all it has')
    }).catch(() => {})
    await open('taste', 'UNKNOWN', async (span) => span.setOutputs(''))
  })
  return inOrder([...events].map(([span, added]) => withException(factsOfLive(span, added))))

  function note(span: LiveSpan, name: string, attributes: EventFacts['attributes']): void {
    const timeNs = span.startTimeNs + 1n
    span.addEvent({ name, timeNs, attributes })
    events.get(span)?.push({ name, timeNs, attributes })
  }
}

/** The SDK itself adds the exception; when it did and with which stack is taken from what is compared. */
function withException(span: SpanFacts): SpanFacts {
  if (span.status !== 'ERROR') return span
  const attributes = {
    'exception.type': 'RangeError',
    'exception.message': '180° is all it has',
    'exception.stacktrace': expect.stringContaining('one-trace.test.ts'),
  }
  return { ...span, events: [{ name: 'exception', timeNs: expect.any(BigInt), attributes }] }
}

function inOrder(spans: readonly SpanFacts[]): SpanFacts[] {
  return [...spans].sort((left, right) =>
    left.startNs === right.startNs ? (left.spanId < right.spanId ? -1 : 1) : left.startNs < right.startNs ? -1 : 1,
  )
}
