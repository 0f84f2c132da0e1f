import { describe, expect, test } from 'vitest'
import { Queue } from './queue.ts'
import type { RecordingSpan } from './recording-span.ts'
import { Counters } from './statistics.ts'

const span = (spanId: number, contentSize = 100) => ({ spanId: String(spanId), contentSize }) as RecordingSpan
const ids = (spans: readonly RecordingSpan[]) => spans.map(({ spanId }) => Number(spanId))

function queueOf(maxSpans: number, maxBytes = 1e9) {
  const counters = new Counters()
  return { queue: new Queue({ maxSpans, maxBytes }, counters), counters }
}

describe('the queue', () => {
  test('gives back what came first, in batches', () => {
    const { queue } = queueOf(100)
    for (let index = 0; index < 7; index += 1) queue.addSpan(span(index))
    expect(ids(queue.take(3).spans)).toEqual([0, 1, 2])
    queue.addSpan(span(7))
    expect(ids(queue.take(3).spans)).toEqual([3, 4, 5])
    expect(ids(queue.take(3).spans)).toEqual([6, 7])
    expect(queue.take(3)).toEqual({ spans: [], roots: [] })
    expect(queue.isEmpty).toBe(true)
  })

  test('a trace leaves with, or after, the spans that came before it', () => {
    const { queue } = queueOf(100)
    queue.addSpan(span(1))
    queue.addSpan(span(2))
    queue.addTrace(span(2))
    queue.addSpan(span(3))
    expect(queue.take(1)).toMatchObject({ spans: [{ spanId: '1' }], roots: [] })
    expect(queue.take(1)).toMatchObject({ spans: [{ spanId: '2' }], roots: [{ spanId: '2' }] })
  })

  test('refuses the newest beyond its bounds, counts them, and takes again when there is room', () => {
    const { queue, counters } = queueOf(2)
    expect([1, 2, 3].map((id) => queue.addSpan(span(id)))).toEqual([true, true, false])
    expect(counters.read()).toMatchObject({ queued: 2, dropped: { queueFull: 1 } })
    queue.take(1)
    expect(queue.addSpan(span(4))).toBe(true)
    const bySize = queueOf(100, 250).queue
    expect([1, 2, 3].map((id) => bySize.addSpan(span(id)))).toEqual([true, true, false])
    bySize.take(1)
    expect(bySize.addSpan(span(4))).toBe(true)
  })

  test('traces are bounded too', () => {
    const { queue, counters } = queueOf(2)
    expect([1, 2, 3, 4, 5].map((id) => queue.addTrace(span(id)))).toEqual([true, true, true, true, false])
    expect(counters.read().traces).toMatchObject({ queued: 4, dropped: { queueFull: 1 } })
  })

  test('a batch holds no more content than can be encoded at a stretch, but always one span', () => {
    const { queue } = queueOf(100)
    for (const size of [900_000, 900_000, 900_000, 5_000_000, 10]) queue.addSpan(span(size, size))
    expect([0, 1, 2, 3].map(() => ids(queue.take(512).spans))).toEqual([
      [900_000, 900_000],
      [900_000],
      [5_000_000],
      [10],
    ])
  })
})
