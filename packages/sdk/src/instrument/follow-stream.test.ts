import { ChunkEvent, ClewSpanKey } from '@clew/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { init, shutdown } from '../control.ts'
import type { RecordingSpan } from '../recording-span.ts'
import type { LiveSpan } from '../span.ts'
import { traceCalls } from './call.ts'
import { MAX_CHUNK_CHARACTERS, MAX_CHUNK_EVENTS } from './follow-stream.ts'
import type { CaptureOptions, TracedMethod } from './integration.ts'
import { patchMethod } from './patch.ts'

const spans: LiveSpan[] = []

beforeAll(() => {
  init({
    trackingUri: 'http://127.0.0.1:9',
    batchIntervalMs: 60_000,
    spanProcessors: [(span) => void spans.push(span)],
  })
})

beforeEach(() => {
  spans.length = 0
})

afterAll(() => shutdown({ timeoutMs: 1 }))

const method: TracedMethod = {
  path: 'work',
  clientPath: 'work',
  name: 'Work',
  kind: 'LLM',
  start: () => ({}),
  end: () => ({}),
  stream() {
    let sum = ''
    return {
      step(chunk) {
        if (chunk === 'bad') throw new Error('a bug in a fold')
        sum += String(chunk)
      },
      done: () => ({ outputs: sum.slice(0, 100) }),
    }
  },
}

/** Streams the chunks through a traced function, and reads `limit` of them. */
async function read(chunks: readonly string[], capture: CaptureOptions = {}, limit = chunks.length): Promise<string[]> {
  const library = {
    async *work(): AsyncGenerator<string> {
      yield* chunks
    },
  }
  patchMethod(
    library,
    'work',
    traceCalls(method, () => capture),
  )
  const got: string[] = []
  for await (const chunk of library.work()) {
    got.push(chunk)
    if (got.length >= limit && limit < chunks.length) break
  }
  return got
}

const events = () =>
  (spans[0] as RecordingSpan).toSpan().events.map((event) => [event.name, event.attributes.get(ChunkEvent.value)])

test('chunks become events in the order they came, and the outputs are what they add up to', async () => {
  expect(await read(['a', 'b'])).toEqual(['a', 'b'])
  expect(spans[0]?.outputs).toBe('ab')
  expect(events()).toEqual([
    ['mlflow.chunk.item.0', '"\\"a\\""'],
    ['mlflow.chunk.item.1', '"\\"b\\""'],
  ])
})

test('however many chunks come, only so many become events, and all are counted', async () => {
  await read(Array.from({ length: 1_000 }, () => 'x'))
  expect(events()).toHaveLength(MAX_CHUNK_EVENTS)
  expect(spans[0]?.getAttribute(ClewSpanKey.streamChunks)).toBe(1_000)
})

test('however large the chunks are, the events stay below their bound', async () => {
  await read(Array.from({ length: 10 }, () => 'x'.repeat(MAX_CHUNK_CHARACTERS / 4)))
  expect(events()).toHaveLength(3)
  expect(spans[0]?.getAttribute(ClewSpanKey.streamChunks)).toBe(10)
})

test('with outputs off there are no events', async () => {
  await read(['a', 'b'], { captureOutputs: false })
  expect(events()).toEqual([])
  expect(spans[0]?.outputs).toBeUndefined()
})

test('a stream left early has the outputs until then', async () => {
  await read(['a', 'b', 'c'], {}, 2)
  expect(spans.map((span) => [span.outputs, span.getAttribute(ClewSpanKey.outcome)])).toEqual([['ab', 'stopped']])
})

test('a fold that throws at one chunk goes on with the next', async () => {
  expect(await read(['a', 'bad', 'c'])).toEqual(['a', 'bad', 'c'])
  expect(spans[0]?.outputs).toBe('ac')
})
