import type { ClientRequest, IncomingMessage } from 'node:http'
import type { Outgoing, Reply, Transport } from './transport.ts'

/**
 * HTTP by Node's own client; `undefined` on other runtimes, which have `fetch`. It takes a third of the CPU time of
 * Node's `fetch`, and its sockets can be told not to keep the process alive: a server that does not answer does not
 * hold up a program that has finished.
 */
export function nodeTransport(defaultMaxReplyBytes: number): Transport | undefined {
  if (!isNode()) return undefined
  const http = process.getBuiltinModule?.('node:http')
  const https = process.getBuiltinModule?.('node:https')
  if (http === undefined || https === undefined) return undefined
  // As Node's fetch does, honours proxies when the program was started with that variable.
  const options = { keepAlive: true, ...(process.env['NODE_USE_ENV_PROXY'] === '1' ? { proxyEnv: process.env } : {}) }
  const agents = { http: new http.Agent(options), https: new https.Agent(options) }

  const exchange = (outgoing: Outgoing, isRepeated: boolean): Promise<Reply> =>
    new Promise((resolve, reject) => {
      const { url, method, headers, body, signal, maxReplyBytes = defaultMaxReplyBytes } = outgoing
      const isSecure = url.startsWith('https:')
      // Bytes: of a text Node would have to take the length first, and then write it piece by piece.
      const payload = typeof body === 'string' ? Buffer.from(body) : body
      const length = payload === undefined ? {} : { 'content-length': String(payload.length) }
      const request: ClientRequest = (isSecure ? https : http).request(url, {
        method,
        headers: { ...headers, ...length },
        agent: isSecure ? agents.https : agents.http,
        signal,
      })
      request.on('socket', (socket) => socket.unref())
      request.on('response', (response) => readReply(response, maxReplyBytes).then(resolve, reject))
      request.on('error', (error: NodeJS.ErrnoException) => {
        // The server closed a kept connection just when it was used again; the request has not been seen.
        const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !isRepeated
        if (isStale) exchange(outgoing, true).then(resolve, reject)
        else reject(error)
      })
      request.end(payload)
    })

  return (outgoing) => exchange(outgoing, false)
}

/** Bun, Deno and Workers imitate Node's modules, and have a `fetch` that is their own and faster. */
export function isNode(): boolean {
  if (typeof process === 'undefined' || process.versions?.node === undefined) return false
  const isImitated = 'bun' in process.versions || 'Deno' in globalThis
  return !isImitated && globalThis.navigator?.userAgent !== 'Cloudflare-Workers'
}

function readReply(response: IncomingMessage, maxBytes: number): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const finish = (isCut: boolean) => {
      resolve({
        status: response.statusCode ?? 0,
        statusText: response.statusMessage ?? '',
        header: (name) => {
          const value = response.headers[name]
          return Array.isArray(value) ? value[0] : value
        },
        body: Buffer.concat(chunks),
        isCut,
      })
    }
    response.on('data', (chunk: Buffer) => {
      chunks.push(chunk)
      length += chunk.length
      if (length <= maxBytes) return
      finish(true)
      response.destroy()
    })
    response.on('end', () => finish(false))
    response.on('error', reject)
  })
}
