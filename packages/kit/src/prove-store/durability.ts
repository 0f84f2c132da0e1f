import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Span, SpanBatch, TraceStore } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { draw, drawnSpanId, drawnTraceId } from '../draw.ts'
import { infoOf, type OpenStore } from './stage.ts'

export interface DurabilityProof {
  readonly name: string
  readonly open: OpenStore
  /**
   * Starts a process that opens the store on `directory`, passes `from` to {@link writeUntilKilled}, prints lines to its
   * standard output, and has that piped.
   */
  readonly spawnWriter: (directory: string, from: number) => ChildProcess
  /** Looks, after each kill, at the files the store left; throws if something is wrong with them. */
  readonly checkFiles?: (directory: string) => void | Promise<void>
  /** How often a writer is killed; each time it goes on where the one before was. */
  readonly kills?: number
}

const DEFAULT_KILLS = 5
const LATEST_KILL_MS = 250
const TIMEOUT_MS = 120_000

const OWN_SPANS = 9
const SHARED_SPANS = 4
/** The trace all batches write to, beside one of their own. */
const SHARED_TRACE = `tr-${'f'.repeat(32)}`
/** Batches a writer may have written beyond the last it acknowledged: it writes four at a time. */
const UNDER_WAY = 8
/** Batches of which every span is compared, one in so many; of the others spans are counted. */
const COMPARED = 10

/**
 * Writes one batch after the other, several at a time, and prints the number of each when its promise resolves. Ends
 * only with its process.
 *
 * @param from number of the first batch
 */
export async function writeUntilKilled(store: TraceStore, from: number, print: (line: string) => void): Promise<never> {
  let next = from
  const write = async (): Promise<never> => {
    for (;;) {
      const number = next++
      await store.writeSpans(batchOf(number))
      await store.upsertTraceInfo(infoOf(drawnTraceId(number), '0', { clientRequestId: `c${number}` }))
      print(String(number))
    }
  }
  return Promise.race([write(), write(), write(), write()])
}

/**
 * Registers a suite that kills a writing process with SIGKILL, again and again, and expects of the store it leaves: every
 * acknowledged batch is there, whole and once; no batch is there in part; sending all of them again changes nothing.
 */
export function proveDurability(proof: DurabilityProof): void {
  describe(`${proof.name} survives kill -9`, () => {
    test('with all it acknowledged, and nothing by halves', { timeout: TIMEOUT_MS }, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'clew-kill-'))
      try {
        const acknowledged = new Set<number>()
        for (let kill = 0; kill < (proof.kills ?? DEFAULT_KILLS); kill++) {
          const from = 1 + Math.max(-1, ...acknowledged)
          for (const number of await killedWriter(proof.spawnWriter(directory, from))) acknowledged.add(number)
          await proof.checkFiles?.(directory)
        }
        const store = await proof.open(directory)
        await expectWhole(store, acknowledged).finally(() => store.close())
      } finally {
        await rm(directory, { recursive: true, force: true })
      }
    })
  })
}

/** Lets a writer acknowledge at least one batch, kills it at some moment after, and returns what it acknowledged. */
async function killedWriter(writer: ChildProcess): Promise<number[]> {
  if (writer.stdout === null) throw new Error('The output of the writer has to be piped')
  const acknowledged: number[] = []
  const lines = createInterface(writer.stdout)
  const isOver = once(lines, 'close')
  const hasBegun = new Promise<void>((resolve) => {
    lines.on('line', (line) => {
      if (/^\d+$/.test(line)) acknowledged.push(Number(line))
      if (acknowledged.length > 0) resolve()
    })
  })
  await Promise.race([hasBegun, isOver])
  await new Promise((resolve) => setTimeout(resolve, Math.random() * LATEST_KILL_MS))
  writer.kill('SIGKILL')
  await isOver
  if (acknowledged.length === 0) throw new Error('The writer ended before it acknowledged anything')
  return acknowledged
}

async function expectWhole(store: TraceStore, acknowledged: ReadonlySet<number>): Promise<void> {
  const written = await writtenBatches(store, Math.max(...acknowledged) + UNDER_WAY)
  expect([...acknowledged].filter((number) => !written.has(number))).toEqual([])
  const infos = await store.getTraceInfos([...acknowledged].map(drawnTraceId))
  expect(infos.map((info) => info.clientRequestId)).toEqual([...acknowledged].map((number) => `c${number}`))
  for (const number of written) {
    if (number % COMPARED !== 0) continue
    expect(await store.getSpans(drawnTraceId(number))).toEqual(ownSpans(number))
  }
  const before = await viewOf(store, written)
  for (const number of written) await store.writeSpans(batchOf(number))
  expect(await viewOf(store, written)).toEqual(before)
}

/** Fails for a batch of which only a part is there. */
async function writtenBatches(store: TraceStore, last: number): Promise<Set<number>> {
  const shared = new Set((await store.getSkeleton(SHARED_TRACE))?.spanId)
  const written = new Set<number>()
  for (let number = 0; number <= last; number++) {
    const own = await store.countSpans(drawnTraceId(number))
    const others = sharedSpans(number).filter((span) => shared.has(span.spanId)).length
    expect([own, others], `batch ${number}`).toEqual(own === 0 ? [0, 0] : [OWN_SPANS, SHARED_SPANS])
    if (own > 0) written.add(number)
  }
  return written
}

async function viewOf(store: TraceStore, written: ReadonlySet<number>): Promise<unknown> {
  const infos = await store.getTraceInfos([SHARED_TRACE, ...[...written].map(drawnTraceId)])
  return { infos, shared: await store.getSkeleton(SHARED_TRACE), count: await store.countSpans(SHARED_TRACE) }
}

function batchOf(number: number): SpanBatch {
  const spans = [...ownSpans(number), ...sharedSpans(number)]
  return { experimentId: '0', spans, traceTags: new Map(), runId: undefined }
}

function ownSpans(number: number): Span[] {
  const steps = Array.from(
    { length: OWN_SPANS - 1 },
    (_, index) => `  step${index} ${index}-${index + 1} tokens=1/2 inputs=${'x'.repeat(200)}`,
  )
  return draw([`trace${number} 0-100`, ...steps].join('\n'), { traceId: drawnTraceId(number) })
}

function sharedSpans(number: number): Span[] {
  return Array.from({ length: SHARED_SPANS }, (_, index) => `~ shared${number} ${index}-${index + 1} tokens=1/2`)
    .flatMap((line) => draw(line, { traceId: SHARED_TRACE }))
    .map((span, index) => ({ ...span, spanId: drawnSpanId(number * SHARED_SPANS + index) }))
}
