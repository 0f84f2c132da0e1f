/** What it takes to open a very long trace. */
import { createServer } from 'node:http'
import { brotliCompressSync, constants } from 'node:zlib'
import { encodeOtlpProtobuf, UI_API } from '@clew/model'
import { startClew } from '../e2e/harness/clew-server.ts'
import { figure, median, wallMs } from './measure.ts'
import type { Report } from './report.ts'
import { longTrace } from './spans.ts'

const ROUNDS = 7
const BATCH = 1000

/** Milliseconds and bytes of a skeleton, held against the same bytes from a bare server that has them ready. */
export async function benchSkeleton(): Promise<Report> {
  const rows: string[][] = []
  for (const count of [32_843, 100_000]) {
    const server = await startClew()
    try {
      const spans = longTrace(count)
      const ingestMs = await wallMs(async () => {
        for (let i = 0; i < spans.length; i += BATCH)
          await send(server.url, encodeOtlpProtobuf(spans.slice(i, i + BATCH), new Map()))
      })
      const url = `${server.url}${UI_API}/traces/${spans[0]!.traceId}/skeleton`
      const clew = await fetchTimes(url)
      const bare = await bareTimes(clew.text)
      const compressed = brotliCompressSync(clew.text, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }).length
      rows.push([
        count.toLocaleString('en-US'),
        figure(ingestMs),
        figure(bare.ms),
        figure(clew.ms),
        figure(clew.ms / bare.ms),
        figure(clew.text.length / 1e6),
        figure(compressed / 1e6),
      ])
    } finally {
      await server.stop()
    }
  }
  return {
    title: 'Skeleton of a long trace',
    method:
      `The structure of one trace, fetched and parsed as the trace page does. *Bare* is the same text from a node:http server that holds it in memory. Median of ${ROUNDS}. ` +
      `Ingest sends the trace in batches of ${BATCH}, one after the other. Sizes in MB: as JSON, and with brotli at quality 4.`,
    head: ['spans', 'ingest, ms', 'bare, ms', 'Clew, ms', 'ratio', 'JSON', 'brotli'],
    rows,
  }
}

async function send(url: string, body: Uint8Array): Promise<void> {
  const headers = { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': '0' }
  const response = await fetch(`${url}/v1/traces`, { method: 'POST', headers, body: new Uint8Array(body) })
  if (response.status !== 200) throw new Error(`ingest answered ${response.status}: ${await response.text()}`)
}

async function fetchTimes(url: string): Promise<{ ms: number; text: string }> {
  const times: number[] = []
  let text = ''
  for (let round = 0; round < ROUNDS; round++) {
    times.push(
      await wallMs(async () => {
        // Without compression: how the bytes shrink is told apart.
        const response = await fetch(url, { headers: { 'accept-encoding': 'identity' } })
        if (response.status !== 200) throw new Error(`${url} answered ${response.status}`)
        text = await response.text()
        JSON.parse(text)
      }),
    )
  }
  return { ms: median(times), text }
}

async function bareTimes(text: string): Promise<{ ms: number }> {
  const body = Buffer.from(text)
  const server = createServer((_, response) => response.setHeader('content-type', 'application/json').end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  try {
    return await fetchTimes(`http://127.0.0.1:${address.port}/`)
  } finally {
    server.close()
  }
}
