import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { Hono } from 'hono'
import { describe, expect, it } from 'vitest'
import { compressed } from './compress.ts'

const long = JSON.stringify({ values: Array.from({ length: 1000 }, (_, i) => i) })

const app = new Hono()
app.get('/long', (context) => compressed(context, new Response(long, { headers: { etag: 'W/"1"' } })))
app.get('/short', (context) => compressed(context, new Response('{}')))

describe('compressed', () => {
  it('prefers brotli', async () => {
    const response = await ask('/long', 'gzip, deflate, br')
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(brotliDecompressSync(await response.arrayBuffer()).toString()).toBe(long)
  })

  it('falls back to gzip, and keeps the other headers', async () => {
    const response = await ask('/long', 'gzip, br;q=0')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(response.headers.get('etag')).toBe('W/"1"')
    expect(response.headers.get('vary')).toBe('Accept-Encoding')
    expect(gunzipSync(await response.arrayBuffer()).toString()).toBe(long)
  })

  it.each(['', 'identity', 'zstd'])('sends it plain to a caller that takes %j', async (accepted) => {
    const response = await ask('/long', accepted)
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toBe(long)
  })

  it('leaves short answers alone', async () => {
    const response = await ask('/short', 'br')
    expect(response.headers.get('content-encoding')).toBeNull()
    expect(await response.text()).toBe('{}')
  })
})

async function ask(path: string, accepted: string): Promise<Response> {
  return app.request(path, { headers: { 'accept-encoding': accepted } })
}
