import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'

export interface PostedRequest {
  readonly path: string
  readonly contentType: string
  /** Inflated. */
  readonly body: Uint8Array
}

export interface Wiretap {
  /** For a client, in place of a server's. */
  readonly url: string
  /** What clients posted so far, in order of arrival. */
  readonly posted: readonly PostedRequest[]
  close(): Promise<void>
}

/** Keeps what clients post. Stands before the server at `target`, or accepts everything itself when there is none. */
export async function tapWire({ target }: { target?: string } = {}): Promise<Wiretap> {
  const posted: PostedRequest[] = []
  const server = createServer(async (request, response) => {
    const raw = await buffer(request)
    const { url: path = '/', method = 'GET', headers } = request
    if (method === 'POST') {
      const body = headers['content-encoding'] === 'gzip' ? gunzipSync(raw) : raw
      posted.push({ path, contentType: headers['content-type'] ?? '', body })
    }
    const answer = target === undefined ? accept(path, raw) : await passOn(target + path, { method, headers, raw })
    response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' })
    response.end(Buffer.from(await answer.arrayBuffer()))
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    posted,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      }),
  }
}

/** A trace info is answered with itself, an OTLP export with an empty message. */
function accept(path: string, body: Buffer): Response {
  if (path === '/version') return new Response('3.17.2', { headers: { 'content-type': 'text/html' } })
  return new Response(path.endsWith('/mlflow/traces') ? new Uint8Array(body) : path === '/v1/traces' ? '' : '{}')
}

interface Passing {
  readonly method: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly raw: Buffer
}

function passOn(url: string, { method, headers, raw }: Passing): Promise<Response> {
  const ofThisHop = new Set(['host', 'connection', 'content-length', 'transfer-encoding'])
  const kept = Object.entries(headers).flatMap(([name, value]) =>
    typeof value === 'string' && !ofThisHop.has(name) ? [[name, value] as const] : [],
  )
  const body = raw.length > 0 ? { body: new Uint8Array(raw) } : {}
  return fetch(url, { method, headers: Object.fromEntries(kept), ...body })
}
