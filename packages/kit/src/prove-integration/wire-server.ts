import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Fixture, Reply } from './fixture.ts'

/**
 * `recorded` answers as the fixture says; `held` sends the first event of a stream and waits for the client to leave;
 * `failing` refuses every request.
 */
export type Mode = 'recorded' | 'held' | 'failing'

/** A real HTTP server that plays a provider from fixtures. */
export interface WireServer {
  /** A base URL of its own for each run of a fixture, ending without a slash. */
  urlFor(fixture: Fixture, mode?: Mode): string
  /** How many requests it has answered, or seen given up. */
  readonly answered: number
  /** How many streams the client left before their end. */
  readonly abandoned: number
  close(): Promise<void>
}

/** A client that has not left by then is sent the rest. */
const HELD_MS = 10_000

export async function startWireServer(): Promise<WireServer> {
  const runs = new Map<string, { readonly fixture: Fixture; readonly mode: Mode; requests: number }>()
  const counts = { answered: 0, abandoned: 0 }
  const http = createServer(async (request, response) => {
    await request.resume().toArray()
    const run = runs.get((request.url ?? '').split('/')[1] ?? '')
    if (!run) {
      response.writeHead(404).end()
      return
    }
    const { replies } = run.fixture
    const reply = replies[Math.min(run.requests++, replies.length - 1)]
    if (run.mode === 'failing' || !reply) send(response, REFUSAL)
    else if (reply.events && !(await sendEvents(response, reply.events, run.mode))) counts.abandoned++
    else if (!reply.events) send(response, reply)
    counts.answered++
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return {
    urlFor(fixture, mode = 'recorded') {
      const id = `run${runs.size}`
      runs.set(id, { fixture, mode, requests: 0 })
      return `http://127.0.0.1:${port}/${id}`
    },
    get answered() {
      return counts.answered
    },
    get abandoned() {
      return counts.abandoned
    },
    async close() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}

const REFUSAL: Reply = {
  status: 400,
  body: { error: { message: 'This request is refused on purpose.', type: 'invalid_request_error', code: 'refused' } },
}

function send(response: ServerResponse, { status, body }: Reply): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_recorded' })
  response.end(JSON.stringify(body))
}

/** @returns false if the client went away before the end */
async function sendEvents(response: ServerResponse, events: readonly string[], mode: Mode): Promise<boolean> {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'x-request-id': 'req_recorded' })
  for (const [index, event] of events.entries()) {
    if (response.destroyed) return false
    response.write(eventText(event))
    if (mode === 'held' && index === 0) await departure(response)
  }
  response.end()
  return true
}

async function departure(response: ServerResponse): Promise<void> {
  const isOver = new AbortController()
  const { signal } = isOver
  await Promise.race([once(response, 'close', { signal }), delay(HELD_MS, undefined, { signal })])
  isOver.abort()
}

/** A line that is a JSON string is sent as it is (`[DONE]`); an object with a `type` also names its event. */
function eventText(line: string): string {
  const data: unknown = JSON.parse(line)
  if (typeof data === 'string') return `data: ${data}\n\n`
  const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : undefined
  return typeof type === 'string' ? `event: ${type}\ndata: ${line}\n\n` : `data: ${line}\n\n`
}
