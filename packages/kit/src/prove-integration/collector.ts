import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeOtlpProtobuf, type Span } from '@clew/model'
import { flush, init, shutdown } from '@clew/tracing'

/** Receives what the SDK really sends, over HTTP and through the codec. */
export interface Collector {
  /** Ended spans since the last time, by start time. Waits until everything has been sent. */
  take(): Promise<Span[]>
  close(): Promise<void>
}

/** Points the SDK of this process at a server of its own. */
export async function startCollector(): Promise<Collector> {
  let spans: Span[] = []
  const http = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (request.url === '/v1/traces') for (const group of decodeOtlpProtobuf(body).groups) spans.push(...group.spans)
    const contentType = request.url === '/v1/traces' ? 'application/x-protobuf' : 'application/json'
    response.writeHead(200, { 'content-type': contentType }).end(contentType === 'application/json' ? '{}' : '')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  init({ trackingUri: `http://127.0.0.1:${port}`, experimentId: '0', maxRetries: 0 })
  return {
    async take() {
      if (!(await flush({ timeoutMs: 10_000 }))) throw new Error('the spans could not be sent')
      const taken = spans.sort((left, right) => Number(left.startTimeNs - right.startTimeNs))
      spans = []
      return taken
    },
    async close() {
      await shutdown({ timeoutMs: 5_000 })
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    },
  }
}
