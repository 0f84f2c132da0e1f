import { nodeTransport } from './node-transport.ts'

export interface Outgoing {
  readonly url: string
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | string | undefined
  readonly signal: AbortSignal
  /** Of a longer answer this much is read; {@link MAX_REPLY_BYTES} if absent. */
  readonly maxReplyBytes?: number | undefined
}

export interface Reply {
  readonly status: number
  readonly statusText: string
  /** By lower-case name. */
  header(name: string): string | undefined
  readonly body: Uint8Array
  /** Whether there was more than could be read. */
  readonly isCut: boolean
}

/** One exchange over HTTP. Follows no redirect. Rejects when there is no complete answer, or `signal` aborts. */
export type Transport = (outgoing: Outgoing) => Promise<Reply>

/** Of an answer to a delivery no more is read: it is not worth waiting for, and not worth failing for. */
export const MAX_REPLY_BYTES = 65_536

/** What goes over the network goes through here: Node's own client where there is one, else `fetch`. */
export const transport: Transport = nodeTransport(MAX_REPLY_BYTES) ?? fetchTransport

/** Exported for its test. */
export async function fetchTransport(outgoing: Outgoing): Promise<Reply> {
  const { url, method, headers, body, signal, maxReplyBytes = MAX_REPLY_BYTES } = outgoing
  const response = await fetch(url, {
    method,
    headers,
    // A redirected POST would arrive as a GET without its body, and be answered with 200.
    redirect: 'manual',
    signal,
    // Never shared memory, the one thing fetch's type does not take.
    ...(body === undefined ? {} : { body: body as RequestInit['body'] & {} }),
  })
  return {
    status: response.status,
    statusText: response.statusText,
    header: (name) => response.headers.get(name) ?? undefined,
    ...(await readBounded(response, maxReplyBytes)),
  }
}

async function readBounded(response: Response, maxBytes: number): Promise<Pick<Reply, 'body' | 'isCut'>> {
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = response.body?.getReader()
  while (reader !== undefined && length <= maxBytes) {
    const { done, value } = await reader.read()
    if (done) return { body: joinBytes(chunks, length), isCut: false }
    chunks.push(value)
    length += value.length
  }
  reader?.cancel().catch(() => undefined)
  return { body: joinBytes(chunks, length), isCut: length > maxBytes }
}

function joinBytes(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length)
  let position = 0
  for (const chunk of chunks) {
    all.set(chunk, position)
    position += chunk.length
  }
  return all
}
