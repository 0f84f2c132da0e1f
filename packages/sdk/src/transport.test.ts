import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import { nodeTransport } from './node-transport.ts'
import { startLoopbackServer, unusedUrl } from './testing/loopback-server.ts'
import { fetchTransport, MAX_REPLY_BYTES, type Outgoing, type Transport } from './transport.ts'

const transports: [string, Transport][] = [
  ['Node’s client', nodeTransport(MAX_REPLY_BYTES)!],
  ['fetch', fetchTransport],
]

const post = (url: string, more: Partial<Outgoing> = {}): Outgoing => ({
  url,
  method: 'POST',
  headers: { 'content-type': 'text/plain', 'x-own': 'yes' },
  body: 'grüße',
  signal: new AbortController().signal,
  ...more,
})

describe.each(transports)('%s', (_, transport) => {
  test('carries method, headers and body there, and status, headers and body back', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(418, 'teapot', { 'x-answer': 'short and stout' }).end('tüt')
      return true
    })
    const reply = await transport(post(`${server.url}/path?q=1`))
    expect(reply).toMatchObject({ status: 418, statusText: 'teapot' })
    expect(reply.header('x-answer')).toBe('short and stout')
    expect(reply.header('absent')).toBeUndefined()
    expect(new TextDecoder().decode(reply.body)).toBe('tüt')
    expect(server.requests[0]).toMatchObject({
      method: 'POST',
      url: '/path?q=1',
      headers: { 'x-own': 'yes', 'content-length': '7' },
    })
    expect(server.requests[0]!.body.toString()).toBe('grüße')
    await transport(post(server.url, { body: Uint8Array.from([0, 255]) }))
    expect([...server.requests[1]!.body]).toEqual([0, 255])
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      await transport(post(server.url, { method, body: method === 'GET' ? undefined : '{}' }))
      const body = method === 'GET' ? '' : '{}'
      expect(server.requests.at(-1)).toMatchObject({ method, body: Buffer.from(body) })
    }
  })

  test('follows no redirect', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(302, { location: '/elsewhere' }).end()
      return true
    })
    expect((await transport(post(server.url))).status).toBe(302)
    expect(server.requests).toHaveLength(1)
  })

  test('reads no more of an endless answer than it needs', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200)
      const write = () => response.write('x'.repeat(30_000), (error) => error ?? write())
      write()
      return true
    })
    const { body, isCut } = await transport(post(server.url))
    expect(isCut).toBe(true)
    expect(body.length).toBeGreaterThan(MAX_REPLY_BYTES)
    expect(body.length).toBeLessThan(10 * MAX_REPLY_BYTES)
  })

  test('reads as much as it is told, and says whether that was all', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.end('x'.repeat(200_000))
      return true
    })
    const whole = await transport(post(server.url, { maxReplyBytes: 200_000 }))
    expect(whole).toMatchObject({ isCut: false, body: { length: 200_000 } })
    expect((await transport(post(server.url, { maxReplyBytes: 199_999 }))).isCut).toBe(true)
    expect((await transport(post(server.url))).isCut).toBe(true)
  })

  test('rejects when aborted, before and while the answer comes', async () => {
    await using server = await startLoopbackServer((request, response) => {
      if (request.url === '/half') response.writeHead(200).write('half')
      return true
    })
    for (const path of ['/never', '/half']) {
      const controller = new AbortController()
      const reply = transport(post(server.url + path, { signal: controller.signal }))
      setTimeout(() => controller.abort(), 50)
      await expect(reply).rejects.toThrow()
    }
    await expect(transport(post(server.url, { signal: AbortSignal.abort() }))).rejects.toThrow()
  })

  test('rejects when nobody listens, and when the connection breaks half way', async () => {
    await expect(transport(post(await unusedUrl()))).rejects.toThrow()
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(200, { 'content-length': '100' }).write('half')
      response.socket?.destroy()
      return true
    })
    await expect(transport(post(server.url))).rejects.toThrow()
  })
})

test('a connection the server closed while it was idle is replaced without a failure', async () => {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    request.resume().on('end', () => {
      response.end('ok')
      // Closed without notice, as a server that restarts does.
      setTimeout(() => request.socket.resetAndDestroy(), 5)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const transport = nodeTransport(MAX_REPLY_BYTES)!
  for (let round = 0; round < 20; round += 1) {
    expect((await transport(post(url))).status).toBe(200)
    await new Promise((resolve) => setTimeout(resolve, round % 10))
  }
  expect(requests).toBe(20)
  server.close()
})
