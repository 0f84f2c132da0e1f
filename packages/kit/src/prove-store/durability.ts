import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { SpanBatch, TraceStore } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { draw, drawnTraceId } from '../draw.ts'
import { infoOf, type OpenStore, queryOf } from './stage.ts'

export interface DurabilityProof {
  readonly name: string
  readonly open: OpenStore
  /**
   * Starts a process that opens the store on `directory`, passes `from` to {@link writeUntilKilled}, prints lines to its
   * standard output, and has that piped.
   */
  readonly spawnWriter: (directory: string, from: number) => ChildProcess
  /** How often a writer is killed; each time it goes on where the one before was. */
  readonly kills?: number
}

const DEFAULT_KILLS = 3
const LATEST_KILL_MS = 400
const SPANS_OF_A_BATCH = 9

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
 * acknowledged span is there, whole and once; no batch is there in part; a batch that is sent again changes nothing.
 */
export function proveDurability(proof: DurabilityProof): void {
  describe(`${proof.name} survives kill -9`, () => {
    test('with all it acknowledged, and nothing by halves', { timeout: 120_000 }, async () => {
      const directory = await mkdtemp(join(tmpdir(), 'clew-kill-'))
      try {
        const acknowledged: number[] = []
        for (let kill = 0; kill < (proof.kills ?? DEFAULT_KILLS); kill++) {
          acknowledged.push(...(await killedWriter(proof.spawnWriter(directory, acknowledged.length))))
          const store = await proof.open(directory)
          await expectAll(store, acknowledged).finally(() => store.close())
        }
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

async function expectAll(store: TraceStore, acknowledged: readonly number[]): Promise<void> {
  const found = await store.countTraces(queryOf('0', {}), Number.MAX_SAFE_INTEGER)
  const numbers = new Set(acknowledged)
  expect(found).toBeGreaterThanOrEqual(numbers.size)
  // Four batches are written at once, so what was not acknowledged is not far beyond what was.
  for (let number = 0; number <= Math.max(...numbers) + 8; number++) {
    const traceId = drawnTraceId(number)
    const count = await store.countSpans(traceId)
    if (numbers.has(number)) expect(await store.getTraceInfo(traceId)).toMatchObject({ clientRequestId: `c${number}` })
    if (!numbers.has(number) && count === 0) continue
    const batch = batchOf(number)
    expect(await store.getSpans(traceId)).toEqual(batch.spans)
    if (number % 10 !== 0) continue
    const before = await store.getTraceInfo(traceId)
    await store.writeSpans(batch)
    expect(await store.getTraceInfo(traceId)).toEqual(before)
    expect(await store.countSpans(traceId)).toBe(SPANS_OF_A_BATCH)
  }
}

function batchOf(number: number): SpanBatch {
  const steps = Array.from(
    { length: SPANS_OF_A_BATCH - 1 },
    (_, index) => `  step${index} ${index}-${index + 1} tokens=1/2 inputs=${'x'.repeat(200)}`,
  )
  const spans = draw([`trace${number} 0-100`, ...steps].join('\n'), { traceId: drawnTraceId(number) })
  return { experimentId: '0', spans, traceTags: new Map(), runId: undefined }
}
