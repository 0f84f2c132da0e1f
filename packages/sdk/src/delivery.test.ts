import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { Delivery } from './delivery.ts'
import { setLogger } from './notices.ts'
import { type InitOptions, resolveSettings } from './settings.ts'
import { Counters } from './statistics.ts'
import { endedSpan } from './testing/ended-span.ts'
import { type Answering, startLoopbackServer, unusedUrl } from './testing/loopback-server.ts'

afterEach(() => setLogger(undefined))

/** A delivery to `url`, what it says, and its counters. */
function deliveryTo(url: string, options: InitOptions = {}) {
  const said: string[] = []
  setLogger({ warn: (message) => said.push(message) })
  const counters = new Counters()
  const settings = resolveSettings({ trackingUri: url, batchIntervalMs: 60_000, ...options })
  return { delivery: new Delivery(settings, counters), counters, said }
}

const refuse =
  (status: number, body = '', headers: Record<string, string> = {}): Answering =>
  (_, response) => {
    response.writeHead(status, headers).end(body)
    return true
  }

/** Answers the first `count` requests of each kind so. */
function first(count: number, answering: Answering): Answering {
  const seen = new Map<string, number>()
  return (request, response) => {
    const before = seen.get(request.url) ?? 0
    seen.set(request.url, before + 1)
    return before < count ? answering(request, response) : false
  }
}

describe('a delivery', () => {
  test('sends spans as OTLP protobuf, then the info of the trace, with the experiment and the credentials', async () => {
    await using server = await startLoopbackServer()
    const { delivery, counters } = deliveryTo(server.url, { experimentId: '12', trackingServerToken: 'key' })
    const root = endedSpan({ question: 'why?' })
    delivery.addSpan(root)
    delivery.addTrace(root)
    expect(await delivery.flush(5_000)).toBe(true)
    expect(server.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'POST /v1/traces',
      'POST /api/3.0/mlflow/traces',
    ])
    expect(server.requests[0]!.headers).toMatchObject({
      'content-type': 'application/x-protobuf',
      'x-mlflow-experiment-id': '12',
      authorization: 'Bearer key',
    })
    expect(server.requests[1]!.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: 'Bearer key',
    })
    expect(server.spans).toEqual([{ ...root.toSpan(), attributes: new Map(root.toSpan().attributes) }])
    expect(server.infos.get(root.traceId)).toMatchObject({ state: 'OK', request_preview: '{"question":"why?"}' })
    expect(counters.read()).toMatchObject({ sent: 1, queued: 0, traces: { sent: 1, queued: 0 } })
  })

  test('sends by itself when a batch is full, and what is left when the oldest has waited long enough', async () => {
    await using server = await startLoopbackServer()
    const { delivery } = deliveryTo(server.url, { maxBatchSpans: 10, batchIntervalMs: 150 })
    for (let index = 0; index < 15; index += 1) delivery.addSpan(endedSpan())
    await vi.waitFor(() => expect(server.spans.length).toBeGreaterThanOrEqual(10))
    await vi.waitFor(() => expect(server.spans).toHaveLength(15))
    expect(server.requests.length).toBeLessThanOrEqual(2)
  })

  test.each([408, 429, 500, 502, 503, 504])('tries again after %s', async (status) => {
    await using server = await startLoopbackServer(first(1, refuse(status)))
    const { delivery, counters } = deliveryTo(server.url)
    delivery.addSpan(endedSpan())
    expect(await delivery.flush(5_000)).toBe(true)
    expect(server.spans).toHaveLength(1)
    expect(counters.read()).toMatchObject({ sent: 1, retried: 1 })
  })

  test('waits as long as Retry-After says', async () => {
    await using server = await startLoopbackServer(first(1, refuse(429, '', { 'retry-after': '1' })))
    const { delivery } = deliveryTo(server.url)
    delivery.addSpan(endedSpan())
    const start = performance.now()
    await delivery.flush(5_000)
    expect(server.spans).toHaveLength(1)
    expect(performance.now() - start).toBeGreaterThanOrEqual(990)
  })

  test('drops what the server refuses, counts it, and says the server’s sentence once', async () => {
    const body = JSON.stringify({ error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'No Experiment with id=12 exists' })
    await using server = await startLoopbackServer(refuse(404, body))
    const { delivery, counters, said } = deliveryTo(server.url)
    for (let round = 0; round < 3; round += 1) {
      const root = endedSpan()
      delivery.addSpan(root)
      delivery.addTrace(root)
      expect(await delivery.flush(5_000)).toBe(true)
    }
    expect(counters.read()).toMatchObject({
      sent: 0,
      queued: 0,
      retried: 0,
      dropped: { refused: 3 },
      traces: { sent: 0, queued: 0, dropped: { refused: 3 } },
    })
    expect(said).toEqual([expect.stringContaining('(404): No Experiment with id=12 exists')])
  })

  test.each<[string, Answering, RegExp]>([
    ['a web page', refuse(200, '<html>', { 'content-type': 'text/html' }), /this is no MLflow server/],
    ['a redirect', refuse(301, '', { location: 'https://new.example/' }), /moved to https:\/\/new.example\//],
    ['FastAPI’s form of an error', refuse(422, '{"detail":[{"msg":"Field required"}]}'), /Field required/],
    ['an error that is no JSON', refuse(400, 'what?'), /what\?/],
    ['501, which will not change', refuse(501, '{"detail":"not supported"}'), /not supported/],
  ])('%s is a refusal that is explained', async (_, answering, sentence) => {
    await using server = await startLoopbackServer(answering)
    const { delivery, counters, said } = deliveryTo(server.url)
    delivery.addSpan(endedSpan())
    await delivery.flush(5_000)
    expect(counters.read().dropped.refused).toBe(1)
    expect(said).toEqual([expect.stringMatching(sentence)])
  })

  test('counts the spans a server took only in part', async () => {
    const partial = Buffer.from([0x0a, 7, 0x08, 1, 0x12, 3, ...Buffer.from('bad')])
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end(partial)
      return true
    })
    const { delivery, counters, said } = deliveryTo(server.url)
    delivery.addSpan(endedSpan())
    delivery.addSpan(endedSpan())
    await delivery.flush(5_000)
    expect(counters.read()).toMatchObject({ sent: 1, queued: 0, dropped: { refused: 1 } })
    expect(said).toEqual([expect.stringContaining('bad')])
  })

  test('halves a batch that is too large until it fits', async () => {
    await using server = await startLoopbackServer((request, response) => {
      if (request.body.length < 2_000) return false
      response.writeHead(413).end()
      return true
    })
    const { delivery, counters } = deliveryTo(server.url)
    for (let index = 0; index < 16; index += 1) delivery.addSpan(endedSpan('x'.repeat(300)))
    delivery.addSpan(endedSpan('x'.repeat(3_000)))
    await delivery.flush(5_000)
    expect(counters.read()).toMatchObject({ sent: 16, queued: 0, dropped: { refused: 1 } })
    expect(server.spans).toHaveLength(16)
  })

  test('gives up a server that cannot be reached, after the retries, and says why', async () => {
    const { delivery, counters, said } = deliveryTo(await unusedUrl(), { maxRetries: 1 })
    delivery.addSpan(endedSpan())
    expect(await delivery.flush(5_000)).toBe(true)
    expect(counters.read()).toMatchObject({ sent: 0, queued: 0, retried: 1, dropped: { retriesExhausted: 1 } })
    expect(said).toEqual([expect.stringMatching(/could not be sent to http:\/\/127.0.0.1:\d+ .*ECONNREFUSED/)])
  })

  test('a server that never answers costs no more than the timeout, each time', async () => {
    await using server = await startLoopbackServer(() => true)
    const { delivery, counters, said } = deliveryTo(server.url, { requestTimeoutMs: 100, maxRetries: 0 })
    delivery.addSpan(endedSpan())
    expect(await delivery.flush(5_000)).toBe(true)
    expect(counters.read().dropped.retriesExhausted).toBe(1)
    expect(said).toEqual([expect.stringContaining('no answer within 100 ms')])
  })

  test('an answer that never ends is not read to the end', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200)
      const write = () => response.write('x'.repeat(50_000), (error) => error ?? write())
      write()
      return true
    })
    const { delivery, counters } = deliveryTo(server.url)
    delivery.addSpan(endedSpan())
    expect(await delivery.flush(5_000)).toBe(true)
    expect(counters.read().sent).toBe(1)
  })

  test('flush gives up waiting in time, and what waits is sent later', async () => {
    await using server = await startLoopbackServer(() => true)
    const { delivery, counters } = deliveryTo(server.url, { requestTimeoutMs: 300 })
    delivery.addSpan(endedSpan())
    const start = performance.now()
    expect(await delivery.flush(50)).toBe(false)
    expect(performance.now() - start).toBeLessThan(250)
    expect(counters.read().queued).toBe(1)
    server.answering = undefined
    expect(await delivery.flush(5_000)).toBe(true)
    expect(counters.read().sent).toBe(1)
  })

  test('closing within a time drops what is left, counted, also while a request hangs', async () => {
    await using server = await startLoopbackServer(() => true)
    const { delivery, counters } = deliveryTo(server.url)
    for (let index = 0; index < 3; index += 1) delivery.addSpan(endedSpan())
    const start = performance.now()
    expect(await delivery.close(100)).toBe(false)
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(counters.read()).toMatchObject({ sent: 0, queued: 0, dropped: { exit: 3 } })
  })

  test('with the server down memory stays within the bounds, by count', async () => {
    const { delivery, counters, said } = deliveryTo(await unusedUrl(), { maxQueueSpans: 100, maxBatchSpans: 10 })
    for (let index = 0; index < 5_000; index += 1) delivery.addSpan(endedSpan())
    await sleep(50)
    for (let index = 0; index < 5_000; index += 1) delivery.addSpan(endedSpan())
    const { queued, dropped } = counters.read()
    // One batch is under way beside the full queue.
    expect(queued).toBeLessThanOrEqual(110)
    expect(dropped.queueFull).toBe(10_000 - queued)
    expect(said.filter((message) => message.includes('queue is full'))).toHaveLength(1)
    await delivery.close(0)
  })

  test('with the server down memory stays within the bounds, by size', async () => {
    const { delivery, counters } = deliveryTo(await unusedUrl(), { maxQueueBytes: 100_000 })
    for (let index = 0; index < 100; index += 1) delivery.addSpan(endedSpan('x'.repeat(10_000)))
    expect(counters.read()).toMatchObject({ queued: 9, dropped: { queueFull: 91 } })
    await delivery.close(0)
  })

  test('a fault while encoding costs the batch and is counted, and the next batch is sent', async () => {
    await using server = await startLoopbackServer()
    const { delivery, counters } = deliveryTo(server.url)
    const broken = endedSpan()
    broken.toSpan = () => {
      throw new Error('broken')
    }
    delivery.addSpan(broken)
    await delivery.flush(5_000)
    delivery.addSpan(endedSpan())
    await delivery.flush(5_000)
    expect(counters.read()).toMatchObject({ sent: 1, queued: 0, dropped: { failed: 1 } })
  })

  test('many traces at once: each info once, after its spans', async () => {
    await using server = await startLoopbackServer()
    const { delivery, counters } = deliveryTo(server.url, { maxBatchSpans: 50 })
    const roots = Array.from({ length: 200 }, () => endedSpan())
    for (const root of roots) {
      delivery.addSpan(root)
      delivery.addTrace(root)
    }
    expect(await delivery.flush(10_000)).toBe(true)
    expect(server.infos.size).toBe(200)
    expect(server.spans.map(({ spanId }) => spanId)).toEqual(roots.map(({ spanId }) => spanId))
    expect(counters.read()).toMatchObject({ sent: 200, traces: { sent: 200 } })
  })
})
