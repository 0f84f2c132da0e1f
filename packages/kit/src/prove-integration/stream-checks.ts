import { setTimeout as delay } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ClewSpanKey, type Span, SpanKey } from '@clew/model'
import { expect } from 'vitest'
import type { Check } from './check.ts'
import type { Fixture } from './fixture.ts'
import { isAsyncIterable, type Stage } from './stage.ts'

/** However a stream ends, or never begins, its span ends once, and the stream behaves as without tracing. */
export const streamChecks: readonly Check[] = [
  { name: 'leaving a stream with break ends its span', run: (stage) => checkLeaving(stage, leaveByBreak) },
  { name: 'leaving a stream with an exception ends its span', run: (stage) => checkLeaving(stage, leaveByThrow) },
  { name: 'leaving a stream with return() ends its span', run: (stage) => checkLeaving(stage, leaveByReturn) },
  { name: 'aborting a stream ends its span', run: checkAbort },
  { name: 'a stream that is never read ends at the sweep', run: checkUnread },
  { name: 'a stream that is forgotten ends when it is collected', run: checkCollected },
  { name: 'a teed stream brings both readers every chunk, and is one span', run: checkTee },
]

type Leaving = (stream: AsyncIterable<unknown>) => Promise<unknown>

async function leaveByBreak(stream: AsyncIterable<unknown>): Promise<unknown> {
  for await (const chunk of stream) return structuredClone(chunk)
  return undefined
}

async function leaveByThrow(stream: AsyncIterable<unknown>): Promise<unknown> {
  const thrown = new Error('thrown by the consumer')
  try {
    for await (const _chunk of stream) throw thrown
  } catch (error) {
    expect(error).toBe(thrown)
  }
  return undefined
}

async function leaveByReturn(stream: AsyncIterable<unknown>): Promise<unknown> {
  const iterator = stream[Symbol.asyncIterator]()
  await iterator.next()
  return await iterator.return?.('returned')
}

async function checkLeaving(stage: Stage, leave: Leaving): Promise<void> {
  for (const fixture of longStreams(stage)) {
    const plain = await leaveOne(stage, fixture, leave)
    const traced = await stage.withTracing(() => leaveOne(stage, fixture, leave))
    expect(traced, fixture.name).toStrictEqual(plain)
    const spans = await stage.takeSpans()
    expect(spans.map(outcomeOf), fixture.name).toEqual(['stopped'])
    expect(spans[0]?.attributes.has(SpanKey.outputs), 'the outputs until then').toBe(true)
  }
}

/** What the consumer got, and whether the provider saw it leave. */
async function leaveOne(stage: Stage, fixture: Fixture, leave: Leaving): Promise<unknown> {
  const before = stage.server.abandoned
  const answered = stage.server.answered
  const result = await leave(await openStream(stage, fixture, 'held'))
  for (let wait = 0; wait < 200 && stage.server.answered === answered; wait++) await delay(10)
  return { result, hasLeft: stage.server.abandoned > before }
}

async function checkAbort(stage: Stage): Promise<void> {
  const abortable = async (fixture: Fixture): Promise<unknown> => {
    const stream = await openStream(stage, fixture, 'held')
    const controller: unknown = Reflect.get(stream, 'controller')
    if (!(controller instanceof AbortController)) return 'cannot be aborted'
    const chunks: unknown[] = []
    for await (const chunk of stream) {
      chunks.push(structuredClone(chunk))
      controller.abort()
    }
    return chunks
  }
  for (const fixture of longStreams(stage)) {
    const plain = await abortable(fixture)
    expect(await stage.withTracing(() => abortable(fixture)), fixture.name).toStrictEqual(plain)
    const expected = plain === 'cannot be aborted' ? 'unread' : 'aborted'
    expect((await stage.sweepAndTakeSpans()).map(outcomeOf), fixture.name).toEqual([expected])
  }
}

async function checkUnread(stage: Stage): Promise<void> {
  for (const fixture of longStreams(stage)) {
    const held = await stage.withTracing(() => openStream(stage, fixture))
    expect(await stage.takeSpans(), 'nothing has ended yet').toHaveLength(0)
    const sweptAfterNs = BigInt(Date.now()) * 1_000_000n
    const spans = await stage.sweepAndTakeSpans()
    expect(spans.map(outcomeOf), fixture.name).toEqual(['unread'])
    expect(spans[0]?.endTimeNs, 'it ended when it was last seen').toBeLessThanOrEqual(sweptAfterNs + 5_000_000n)
    // Reading it now still works, and makes no second span.
    for await (const _chunk of held);
    expect(await stage.takeSpans()).toHaveLength(0)
  }
}

async function checkCollected(stage: Stage): Promise<void> {
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  for (const fixture of longStreams(stage).slice(0, 1)) {
    await stage.withTracing(async () => {
      await openStream(stage, fixture)
    })
    let spans: Span[] = []
    for (let round = 0; round < 100 && spans.length === 0; round++) {
      collect()
      await delay(10)
      spans = await stage.takeSpans()
    }
    expect(spans.map(outcomeOf), fixture.name).toEqual(['unread'])
  }
}

async function checkTee(stage: Stage): Promise<void> {
  const both = async (fixture: Fixture): Promise<unknown> => {
    const stream = await openStream(stage, fixture)
    const tee: unknown = Reflect.get(stream, 'tee')
    if (typeof tee !== 'function') return 'cannot be teed'
    const branches: AsyncIterable<unknown>[] = Reflect.apply(tee, stream, [])
    return Promise.all(branches.map(readAll))
  }
  for (const fixture of longStreams(stage)) {
    const plain = await both(fixture)
    expect(await stage.withTracing(() => both(fixture)), fixture.name).toStrictEqual(plain)
    expect(await stage.sweepAndTakeSpans(), fixture.name).toHaveLength(1)
  }
}

async function readAll(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = []
  for await (const chunk of stream) chunks.push(structuredClone(chunk))
  return chunks
}

/** Streams that end well and are long enough to be left in the middle. */
function longStreams(stage: Stage): Fixture[] {
  return stage.streams.filter((fixture) => {
    const events = fixture.replies[0]?.events ?? []
    return events.length >= 4 && !events.some((event) => event.startsWith('{"error":'))
  })
}

async function openStream(stage: Stage, fixture: Fixture, mode?: 'held'): Promise<AsyncIterable<unknown> & object> {
  const stream: unknown = await stage.start(fixture, stage.connect(fixture, mode))
  if (!isAsyncIterable(stream)) throw new Error(`${fixture.name} did not return a stream`)
  return stream
}

function outcomeOf(span: Span): unknown {
  const text = span.attributes.get(ClewSpanKey.outcome)
  return text === undefined ? undefined : JSON.parse(text)
}
