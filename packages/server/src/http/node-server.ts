import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { ClewError } from '@clew/model'
import { getRequestListener, RequestError } from '@hono/node-server'
import { errorAnswer } from './errors.ts'

/** Longer than clients keep idle connections, so that they rarely send into one that was just closed. */
const KEEP_ALIVE_MS = 75_000

/** Bytes of a request's first line and headers, as Node has it. */
const MAX_HEADER_BYTES = 16 * 1024

type FetchCallback = Parameters<typeof getRequestListener>[0]

/**
 * Node's HTTP server in front of the app. What never becomes a request (no HTTP, a Host header no address can be made
 * of, headers without end) is answered here, with a sentence like any other mistake.
 */
export function nodeServer(fetch: FetchCallback): Server {
  const listener = getRequestListener(fetch, { errorHandler: unreadable })
  // A request without a Host header is let in and answered by the error handler; Node's own answer has no body.
  const options = { keepAliveTimeout: KEEP_ALIVE_MS, maxHeaderSize: MAX_HEADER_BYTES, requireHostHeader: false }
  const server = createServer(options, listener)
  const answers = new WeakMap<Duplex, ServerResponse>()
  server.on('request', (request, response) => answers.set(request.socket, response))
  server.on('clientError', (error, socket) => {
    const answer = answers.get(socket)
    const isAnswering = answer?.headersSent === true && !answer.writableFinished
    if (isAnswering || !socket.writable) socket.destroy()
    else socket.end(answerTo(error))
  })
  return server
}

/**
 * Takes no new connections, closes each of the others after its next answer, and all of them after `withinMs`. Resolves
 * when the last is closed.
 */
export async function stopServing(server: Server, withinMs: number): Promise<void> {
  const closed = once(server, 'close')
  server.prependListener('request', (_, response: ServerResponse) => response.setHeader('connection', 'close'))
  server.close()
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS)
  const bound = setTimeout(() => server.closeAllConnections(), withinMs)
  await closed
  clearInterval(sweep)
  clearTimeout(bound)
}

/** How soon a connection is closed that became idle while the server stops. */
const SWEEP_MS = 20

/** The app answers its own errors, so what comes here is a request no `Request` can be made of. */
function unreadable(error: unknown): Response {
  if (!(error instanceof RequestError)) throw error
  const message = 'The address or the Host header of the request is missing or cannot be read.'
  return errorAnswer(new ClewError('BAD_REQUEST', message), crypto.randomUUID())
}

/** A whole answer in HTTP's own words; `ServerResponse` exists only for requests. */
function answerTo(error: Error): string {
  const { status, reason, message } = explain(error)
  const body = JSON.stringify({ error_code: 'BAD_REQUEST', message })
  const head = [`HTTP/1.1 ${status} ${reason}`, 'Connection: close', 'Content-Type: application/json']
  return `${head.join('\r\n')}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}

function explain(error: Error): { status: number; reason: string; message: string } {
  const code = 'code' in error ? error.code : undefined
  if (code === 'HPE_HEADER_OVERFLOW') {
    const message = `The address and the headers of the request are together larger than ${MAX_HEADER_BYTES} bytes.`
    return { status: 431, reason: 'Request Header Fields Too Large', message }
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { status: 408, reason: 'Request Timeout', message: 'The request took too long to arrive.' }
  }
  return { status: 400, reason: 'Bad Request', message: `The request is not valid HTTP: ${error.message}.` }
}
