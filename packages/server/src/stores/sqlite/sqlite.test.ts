import { encodeOtlpProtobuf, type Span } from '@clew/model'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openSqliteStore, type SqliteOptions } from './index.ts'
import type { SqliteStore } from './store.ts'
import { batch, json, numberedBatch, span, spanId, traceId } from './testing/spans.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

describe('exports', () => {
  test('the bytes of an export are handed over, read on the writer thread and stored', async () => {
    const store = await openStore()
    const body = encodeOtlpProtobuf([span({ trace: 1, id: 0 })], new Map([['service.name', json('shop')]]))
    const whole = Uint8Array.from(body)
    expect(await store.ingest.submit({ ...PROTOBUF, body: whole })).toEqual({
      accepted: 1,
      rejected: 0,
      reason: undefined,
    })
    expect(whole.byteLength).toBe(0)
    expect((await store.getTraceInfo(traceId(1)))?.tags.get('service.name')).toBe('shop')
  })

  test('a body in the shared pool of buffers is copied, so its neighbours keep their bytes', async () => {
    const store = await openStore()
    const neighbour = Buffer.from('neighbour')
    const body = Buffer.from(encodeOtlpProtobuf([span({ trace: 1, id: 0 })], new Map()))
    await store.ingest.submit({ ...PROTOBUF, body })
    expect(neighbour.toString()).toBe('neighbour')
    expect(await store.countSpans(traceId(1))).toBe(1)
  })

  test('a body that cannot be read is refused alone, also among good ones', async () => {
    const store = await openStore()
    const good = encodeOtlpProtobuf([span({ trace: 1, id: 0 })], new Map())
    const outcomes = await Promise.allSettled([
      store.ingest.submit({ ...PROTOBUF, body: Uint8Array.from(good) }),
      store.ingest.submit({ ...PROTOBUF, body: Uint8Array.of(255, 255, 255) }),
      store.ingest.submit({ ...PROTOBUF, body: Uint8Array.from(good), experimentId: '77' }),
    ])
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'BAD_REQUEST' } },
      { status: 'fulfilled' },
    ])
    const unknown = store.ingest.submit({
      ...PROTOBUF,
      body: encodeOtlpProtobuf([span({ trace: 2, id: 0 })], new Map()),
      experimentId: '77',
    })
    await expect(unknown).rejects.toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' })
  })
})

describe('bounds', () => {
  test('writes beyond the number that may wait are refused, those before are stored', async () => {
    const store = await openStore({ writes: { maxCalls: 2 } })
    const outcomes = await Promise.allSettled([0, 1, 2].map((n) => store.writeSpans(numberedBatch(n))))
    expect(outcomes).toMatchObject([
      { status: 'fulfilled' },
      { status: 'fulfilled' },
      { status: 'rejected', reason: { code: 'REQUEST_LIMIT_EXCEEDED' } },
    ])
    await store.writeSpans(numberedBatch(2))
    expect(await store.countSpans(traceId(0))).toBe(12)
  })

  test('exports beyond the bytes that may wait are refused and keep their bytes; one is taken whatever its size', async () => {
    const store = await openStore({ writes: { maxBytes: 100 } })
    const bodies = [1, 2].map((n) => Uint8Array.from(encodeOtlpProtobuf([span({ trace: n, id: 0 })], new Map())))
    const sizes = bodies.map((body) => body.byteLength)
    const outcomes = await Promise.allSettled(bodies.map((body) => store.ingest.submit({ ...PROTOBUF, body })))
    expect(outcomes).toMatchObject([{ status: 'fulfilled' }, { reason: { code: 'REQUEST_LIMIT_EXCEEDED' } }])
    expect(bodies[1]?.byteLength).toBe(sizes[1])
  })

  test('on a full disk writing is refused, reading goes on, and what was acknowledged is there', async () => {
    const store = await openStore({ maxBytes: 2_000_000 })
    let stored = 0
    const fill = async () => {
      for (;;) {
        const attributes = new Map([['large', json('x'.repeat(100_000))]])
        await store.writeSpans(batch([span({ trace: stored, id: 0, attributes })]))
        stored++
      }
    }
    await expect(fill()).rejects.toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
    expect(stored).toBeGreaterThan(5)
    const page = await store.searchTraces({
      experimentIds: ['0'],
      filter: undefined,
      orderBy: [],
      limit: 500,
      cursor: undefined,
    })
    expect(page.traces).toHaveLength(stored)
    expect(await store.getSpans(traceId(stored - 1))).toHaveLength(1)
  })

  test('closing waits for what was accepted; afterwards everything is refused', async () => {
    const directory = temporaryDirectory()
    const store = await openSqliteStore(directory)
    const writes = Array.from({ length: 50 }, (_, n) => store.writeSpans(numberedBatch(n)))
    await store.close()
    await Promise.all(writes)
    await store.close()
    const refusal = { code: 'TEMPORARILY_UNAVAILABLE' }
    await expect(store.writeSpans(numberedBatch(0))).rejects.toMatchObject(refusal)
    await expect(store.getTraceInfo(traceId(0))).rejects.toMatchObject(refusal)
    await expect(store.getSkeleton(traceId(0))).rejects.toMatchObject(refusal)
    const again = await openSqliteStore(directory)
    expect(await again.countSpans(traceId(0))).toBe(200)
    await again.close()
  })
})

test('what a span holds comes back to the digit and to the character', async () => {
  const store = await openStore()
  const attributes = new Map([
    ['__proto__', json('x')],
    ['1', json(1)],
    ['whole', '1.0' as never],
    ['large', '18446744073709551616' as never],
    ['quotes "and" \\ newline \n', json({ 'a "b"': ['\u2028', '🧵', ''] })],
    ['', json(null)],
  ])
  const stored: Span = span({
    trace: 1,
    id: 0,
    startTimeNs: 2n ** 63n - 2n,
    endTimeNs: 2n ** 63n - 1n,
    status: { code: 'ERROR', message: 'first\nsecond' },
    attributes,
    events: [{ name: 'exception', timeNs: 2n ** 63n - 1n, attributes }],
    links: [{ traceId: traceId(9), spanId: spanId(9), attributes }],
  })
  const running = span({ trace: 1, id: 1, parent: 7, endTimeNs: undefined, attributes: new Map() })
  await store.writeSpans(batch([running, stored]))
  expect(await store.getSpan(traceId(1), spanId(0))).toEqual(stored)
  expect(await store.getSpans(traceId(1))).toEqual([stored, running])
})

test('writers and readers work side by side: counts only grow and lists are whole', async () => {
  const store = await openStore()
  let isWriting = true
  const read = async () => {
    let seen = 0
    let rounds = 0
    while (isWriting) {
      const [count, skeleton] = [await store.countSpans(traceId(0)), await store.getSkeleton(traceId(0))]
      expect(count % 4).toBe(0)
      expect(skeleton?.count ?? 0).toBeGreaterThanOrEqual(count)
      expect(count).toBeGreaterThanOrEqual(seen)
      seen = count
      rounds++
    }
    return rounds
  }
  const readers = [read(), read()]
  await Promise.all(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 25; n++) await store.writeSpans(numberedBatch(writer * 25 + n))
    }),
  )
  isWriting = false
  expect(Math.min(...(await Promise.all(readers)))).toBeGreaterThan(0)
  expect(await store.countSpans(traceId(0))).toBe(800)
  expect(await store.countTraces({ experimentIds: ['0'], filter: undefined }, 1000)).toBe(201)
})

test('a trace of 100,000 spans comes in a hundred batches and is read by structure and span by span', async () => {
  const store = await openStore()
  for (let at = 0; at < 100_000; at += 1000) {
    const spans = Array.from({ length: 1000 }, (_, i) => at + i).map((id) => {
      return span({ trace: 0, id, ...(id === 0 ? {} : { parent: Math.floor((id - 1) / 10) }) })
    })
    await store.writeSpans(batch(spans))
  }
  expect(await store.countSpans(traceId(0))).toBe(100_000)
  const skeleton = await store.getSkeleton(traceId(0))
  expect(skeleton).toMatchObject({ count: 100_000, originNs: '1760000000000000000' })
  expect([skeleton?.parent[0], skeleton?.parent[1], skeleton?.parent[99_999]]).toEqual([-1, 0, 9999])
  expect(skeleton?.start[99_999]).toBe(99_999)
  expect(await store.getSpan(traceId(0), spanId(54_321))).toMatchObject({ name: 'step 54321' })
  expect(await store.deleteTraces({ experimentId: '0', traceIds: [traceId(0)] })).toBe(1)
  expect(await store.getSkeleton(traceId(0))).toBeUndefined()
})

const PROTOBUF = {
  contentType: 'application/x-protobuf',
  contentEncoding: undefined,
  experimentId: '0',
  runId: undefined,
} as const

async function openStore(options?: SqliteOptions): Promise<SqliteStore> {
  const store = await openSqliteStore(temporaryDirectory(), options)
  onTestFinished(() => store.close())
  return store
}
