import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeOtlpProtobuf, type Span } from '@clew/model'

/** A request as it arrived. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

/** Answers one request; returning false lets the default answer stand. */
export type Answering = (request: ReceivedRequest, response: ServerResponse) => boolean | undefined

/** A real server on a free port of this machine, which keeps what it receives. */
export interface LoopbackServer extends AsyncDisposable {
  readonly url: string
  readonly requests: ReceivedRequest[]
  /** How it answers from now on; `undefined` accepts everything. */
  answering: Answering | undefined
  /** Spans it answered with 200, in the order they came. */
  readonly spans: Span[]
  /** Trace infos it answered with 200, by trace id. */
  readonly infos: Map<string, TraceInfoJson>
}

export interface TraceInfoJson {
  readonly trace_id: string
  readonly trace_location: unknown
  readonly client_request_id?: string
  readonly request_preview?: string
  readonly response_preview?: string
  readonly request_time: string
  readonly execution_duration: string
  readonly state: string
  readonly trace_metadata: Record<string, string>
  readonly tags: Record<string, string>
}

/** An address at which nobody listens. */
export async function unusedUrl(): Promise<string> {
  const server = await startLoopbackServer()
  await server[Symbol.asyncDispose]()
  return server.url
}

export async function startLoopbackServer(answering?: Answering): Promise<LoopbackServer> {
  const requests: ReceivedRequest[] = []
  const spans: Span[] = []
  const infos = new Map<string, TraceInfoJson>()
  const http = createServer(async (incoming, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk)
    const { method = '', url = '', headers } = incoming
    const request = { method, url, headers, body: Buffer.concat(chunks) }
    requests.push(request)
    if (server.answering?.(request, response) === true) return
    if (url === '/v1/traces') {
      for (const group of decodeOtlpProtobuf(request.body).groups) spans.push(...group.spans)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
      return
    }
    if (url === '/api/3.0/mlflow/traces') {
      const info: TraceInfoJson = JSON.parse(request.body.toString()).trace.trace_info
      infos.set(info.trace_id, info)
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const server: LoopbackServer = {
    url: `http://127.0.0.1:${port}`,
    requests,
    answering,
    spans,
    infos,
    async [Symbol.asyncDispose]() {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
  return server
}
