import { readFileSync } from 'node:fs'
import http from 'node:http'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { isSuppressed } from './context.ts'
import { enable, flush, getStatistics, init, shutdown, startSpan, withSpan } from './index.ts'
import { startLoopbackServer } from './testing/loopback-server.ts'
import { version } from './version.ts'

afterEach(() => {
  vi.restoreAllMocks()
  enable()
})

describe('init', () => {
  test('throws a TypeError for options that cannot be used, and leaves what was', async () => {
    await using server = await startLoopbackServer()
    init({ trackingUri: server.url })
    expect(() => init({ trackingUri: 'nonsense' })).toThrow(TypeError)
    startSpan().end()
    await flush()
    expect(server.spans).toHaveLength(1)
  })

  test('asks no server anything', async () => {
    await using server = await startLoopbackServer()
    init({ trackingUri: server.url, experimentName: 'x' })
    await flush()
    expect(server.requests).toEqual([])
  })

  test('a second one sends what waits to the old place and all else to the new', async () => {
    await using first = await startLoopbackServer()
    await using second = await startLoopbackServer()
    init({ trackingUri: first.url, batchIntervalMs: 60_000 })
    startSpan({ name: 'before' }).end()
    const across = startSpan({ name: 'across' })
    init({ trackingUri: second.url, batchIntervalMs: 60_000 })
    across.end()
    expect(await flush()).toBe(true)
    expect(first.infos.size).toBe(1)
    expect(first.spans.map(({ name }) => name)).toEqual(['before'])
    expect(second.spans.map(({ name }) => name)).toEqual(['across'])
  })

  test('many of them watch the end of the process with one listener', async () => {
    await using server = await startLoopbackServer()
    const before = process.listenerCount('beforeExit')
    for (let round = 0; round < 20; round += 1) {
      init({ trackingUri: server.url })
      startSpan().end()
    }
    expect(process.listenerCount('beforeExit') - before).toBeLessThanOrEqual(1)
    expect(await flush()).toBe(true)
    expect(server.spans).toHaveLength(20)
  })
})

describe('flush and shutdown', () => {
  test('flush with nothing to do is true at once', async () => {
    init()
    expect(await flush({ timeoutMs: 0 })).toBe(true)
  })

  test('both wait for what still goes to the place of an earlier init', async () => {
    await using slow = await startLoopbackServer((_, response) => {
      setTimeout(() => response.writeHead(200).end(), 100)
      return true
    })
    await using fast = await startLoopbackServer()
    for (const wait of [flush, shutdown]) {
      const before = getStatistics()
      init({ trackingUri: slow.url, batchIntervalMs: 60_000 })
      startSpan().end()
      init({ trackingUri: fast.url })
      expect(await wait({ timeoutMs: 5_000 })).toBe(true)
      expect(getStatistics().sent - before.sent).toBe(1)
      expect(getStatistics().traces.queued).toBe(0)
    }
  })

  test('shutdown sends what waits, and records no more until init', async () => {
    await using server = await startLoopbackServer()
    init({ trackingUri: server.url, batchIntervalMs: 60_000 })
    startSpan({ name: 'a' }).end()
    expect(await shutdown()).toBe(true)
    expect(startSpan().isRecording).toBe(false)
    init({ trackingUri: server.url })
    startSpan({ name: 'b' }).end()
    await flush()
    expect(server.spans.map(({ name }) => name)).toEqual(['a', 'b'])
  })
})

test('our own requests are suppressed, and belong to no span', async () => {
  await using server = await startLoopbackServer()
  init({ trackingUri: server.url, batchIntervalMs: 0 })
  const suppressed: boolean[] = []
  const real = http.request
  vi.spyOn(http, 'request').mockImplementation(((...args: Parameters<typeof real>) => {
    suppressed.push(isSuppressed())
    // What an instrumented client would do.
    return withSpan(() => real(...args), { name: 'http' })
  }) as typeof real)
  await withSpan(async () => {
    startSpan({ name: 'inner' }).end()
    await flush()
  })
  await flush()
  expect(suppressed.length).toBeGreaterThanOrEqual(2)
  expect(suppressed).not.toContain(false)
  expect(server.spans.map(({ name }) => name)).not.toContain('http')
})

test('statistics are a snapshot that says what became of everything', async () => {
  await using server = await startLoopbackServer()
  init({ trackingUri: server.url, batchIntervalMs: 60_000 })
  const before = getStatistics()
  startSpan().end()
  const waiting = getStatistics()
  await flush()
  const after = getStatistics()
  expect(waiting.queued - before.queued).toBe(1)
  expect(after.sent - before.sent).toBe(1)
  expect(after.traces.sent - before.traces.sent).toBe(1)
  expect(waiting.sent).toBe(before.sent)
})

test('the version is that of the package', () => {
  const { version: published } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(version).toBe(published)
})
