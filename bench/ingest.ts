/** What the server takes in, held against what the machine can do with the same bytes. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  fdatasyncSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { decodeOtlpProtobuf, encodeOtlpProtobuf, type Span } from '@clew/model'
import { startClew } from '../e2e/harness/clew-server.ts'
import { spansPerRun } from './content.ts'
import { figure, median, wallMs } from './measure.ts'
import type { Report } from './report.ts'
import type { SenderOrder, SenderResult } from './sender.ts'
import { finishedSpans } from './spans.ts'

const ROUNDS = 3
const WARM_UP_SPANS = 16_000
const SPANS_PER_ROUND = 32_000
const cases = [
  { batch: 1000, senders: 1 },
  { batch: 1000, senders: 4 },
  { batch: 64, senders: 1 },
  { batch: 64, senders: 4 },
] as const

/** Spans a second, acknowledged and durable. Each round sends new spans to a new server and a new file. */
export async function benchIngest(): Promise<Report> {
  const rows: string[][] = []
  for (const { batch, senders } of cases) {
    const references: number[] = []
    const rates: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      const folder = mkdtempSync(join(tmpdir(), 'clew-bench-'))
      const warmUpPaths = writeBodies(folder, { batch, count: WARM_UP_SPANS })
      const paths = writeBodies(folder, { batch, count: SPANS_PER_ROUND })
      await referenceRate(folder, warmUpPaths)
      references.push(await referenceRate(folder, paths))
      rates.push(await serverRate({ warmUpPaths, paths, senders }))
      rmSync(folder, { recursive: true })
    }
    const reference = median(references)
    const rate = median(rates)
    rows.push([
      `${batch} spans a batch, ${senders} sender${senders > 1 ? 's' : ''}`,
      figure(reference),
      figure(rate),
      figure(rate / reference),
    ])
  }
  return {
    title: 'Ingest: spans a second',
    method:
      `${SPANS_PER_ROUND.toLocaleString('en-US')} spans of about 1 kB of OTLP protobuf, sent by another process over HTTP to \`clew serve\` on SQLite ` +
      '(`synchronous=FULL`); a span counts when its batch was answered with 200. *JSON lines* parses the same bytes with the same decoder, writes each span as a line of ' +
      `JSON, appends and calls \`fdatasync\` after each batch, in this process, without HTTP. Both have warmed up. Median of ${ROUNDS} rounds.`,
    head: ['', 'JSON lines', 'Clew', 'ratio'],
    rows,
  }
}

function writeBodies(folder: string, { batch, count }: { batch: number; count: number }): string[] {
  const spans = finishedSpans(count / spansPerRun)
  return Array.from({ length: Math.ceil(spans.length / batch) }, (_, i) => {
    const path = join(
      folder,
      `
  $
  count
  ;-$
  i
  .pb`,
    )
    writeFileSync(path, encodeOtlpProtobuf(spans.slice(i * batch, (i + 1) * batch), new Map()))
    return path
  })
}

async function referenceRate(folder: string, paths: readonly string[]): Promise<number> {
  const bodies = paths.map((path) => readFileSync(path))
  const file = openSync(join(folder, 'spans.jsonl'), 'a')
  const ms = await wallMs(() => {
    for (const body of bodies) {
      const spans = decodeOtlpProtobuf(body).groups.flatMap((group) => group.spans)
      writeSync(file, spans.map(jsonLine).join(''))
      fdatasyncSync(file)
    }
  })
  closeSync(file)
  return (SPANS_PER_ROUND / ms) * 1000
}

function jsonLine(span: Span): string {
  return `${JSON.stringify({
    ...span,
    startTimeNs: String(span.startTimeNs),
    endTimeNs: String(span.endTimeNs),
    attributes: Object.fromEntries(span.attributes),
  })}\n`
}

async function serverRate(order: Omit<SenderOrder, 'url'>): Promise<number> {
  const server = await startClew()
  try {
    const sender = fork(fileURLToPath(new URL('sender.ts', import.meta.url)))
    sender.send({ url: server.url, ...order } satisfies SenderOrder)
    const [{ ms, failures }] = (await once(sender, 'message')) as [SenderResult]
    if (failures > 0) throw new Error(`${failures} batches were not answered with 200:\n${server.log()}`)
    return (SPANS_PER_ROUND / ms) * 1000
  } finally {
    await server.stop()
  }
}
