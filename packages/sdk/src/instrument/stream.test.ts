import { describe, expect, test } from 'vitest'
import { isStream, type StreamObserver, watchStream } from './stream.ts'

function observer(): StreamObserver & { readonly seen: unknown[] } {
  const seen: unknown[] = []
  return {
    seen,
    opened: () => seen.push('opened'),
    readStart: () => undefined,
    readEnd: () => undefined,
    chunk: (chunk) => seen.push(chunk),
    ended: (outcome) => seen.push(outcome ?? 'ended'),
    failed: (error) => seen.push(error),
  }
}

/** As in the Stainless SDKs: everything goes through `iterator`, and leaving aborts. */
class SdkStream {
  readonly controller = new AbortController()
  readonly state = { isReleased: false }
  iterator: () => AsyncIterator<number>

  constructor(chunks: readonly (number | Error)[]) {
    const { state } = this
    const { signal } = this.controller
    this.iterator = async function* () {
      try {
        for (const chunk of chunks) {
          if (signal.aborted) return
          if (chunk instanceof Error) throw chunk
          yield chunk
        }
      } finally {
        state.isReleased = true
      }
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<number> {
    return this.iterator()
  }
}

async function* generate(): AsyncGenerator<number> {
  yield 1
  yield 2
}

const kinds: Record<string, () => AsyncIterable<number>> = {
  'the stream of an SDK': () => new SdkStream([1, 2]),
  'an async generator': () => generate(),
  'an async iterable': () => ({ [Symbol.asyncIterator]: () => generate() }),
}

describe.each(Object.entries(kinds))('%s', (_name, make) => {
  test('brings every chunk in order, and its end is seen once', async () => {
    const stream = make()
    const seen = observer()
    expect(isStream(stream)).toBe(true)
    expect(watchStream(stream, seen)).toBe(true)
    const chunks: number[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks).toEqual([1, 2])
    expect(seen.seen).toEqual([...(seen.seen.includes('opened') ? ['opened'] : []), 1, 2, 'ended'])
  })

  test('is stopped by break', async () => {
    const stream = make()
    const seen = observer()
    watchStream(stream, seen)
    for await (const _chunk of stream) break
    expect(seen.seen.slice(-2)).toEqual([1, 'stopped'])
  })

  test('is not read by watching it', async () => {
    const seen = observer()
    watchStream(make(), seen)
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(seen.seen.filter((event) => event !== 'opened')).toEqual([])
  })
})

test('leaving a stream still releases it', async () => {
  const stream = new SdkStream([1, 2])
  watchStream(stream, observer())
  for await (const _chunk of stream) break
  expect(stream.state.isReleased).toBe(true)
})

test('an aborted stream that ends quietly is known to be aborted', async () => {
  const stream = new SdkStream([1, 2, 3])
  const seen = observer()
  watchStream(stream, seen)
  for await (const _chunk of stream) stream.controller.abort()
  expect(seen.seen).toEqual(['opened', 1, 'aborted'])
})

test('an error in the middle reaches the reader as the same object', async () => {
  const error = new Error('connection lost')
  const stream = new SdkStream([1, error])
  const seen = observer()
  watchStream(stream, seen)
  const reader = stream[Symbol.asyncIterator]()
  expect(await reader.next()).toEqual({ value: 1, done: false })
  await expect(reader.next()).rejects.toBe(error)
  expect(seen.seen).toEqual(['opened', 1, error])
})

test('a second reader does not end what the first one reads', async () => {
  const stream = new SdkStream([1, 2])
  const seen = observer()
  watchStream(stream, seen)
  const first = stream.iterator()
  await first.next()
  for await (const _chunk of stream);
  expect(seen.seen).toEqual(['opened', 1])
})

test('watching twice reports once', async () => {
  const stream = new SdkStream([1])
  const [one, two] = [observer(), observer()]
  expect([watchStream(stream, one), watchStream(stream, two)]).toEqual([true, false])
  for await (const _chunk of stream);
  expect([one.seen, two.seen]).toEqual([['opened', 1, 'ended'], []])
})

test('a frozen stream cannot be watched and is left alone', async () => {
  const stream = Object.freeze(new SdkStream([1]))
  const seen = observer()
  expect(watchStream(stream, seen)).toBe(false)
  for await (const _chunk of stream);
  expect(seen.seen).toEqual([])
})

test('the iterator keeps its identity and its own kind', () => {
  const stream = new SdkStream([1])
  watchStream(stream, observer())
  const iterator = stream.iterator()
  expect(Object.prototype.toString.call(iterator)).toBe('[object AsyncGenerator]')
  expect(Object.keys(iterator)).toEqual([])
})
