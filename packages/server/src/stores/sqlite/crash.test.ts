import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openSqliteStore } from './index.ts'
import type { SqliteStore } from './store.ts'
import { numberedBatch, traceId } from './testing/spans.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

const ROUNDS = 8
const LONGEST_RUN_MS = 250
const WRITER = join(import.meta.dirname, 'testing/writing-process.ts')

test('kill -9 while writing loses nothing that was acknowledged, leaves no half batch, and a retry changes nothing', async () => {
  const directory = temporaryDirectory()
  const acknowledged = new Set<number>()
  for (let round = 0; round < ROUNDS; round++) {
    const first = 1 + Math.max(-1, ...acknowledged)
    for (const n of await writeUntilKilled(directory, first)) acknowledged.add(n)
    expect(checkIntegrity(directory)).toEqual(['ok'])
  }
  expect(acknowledged.size).toBeGreaterThan(ROUNDS)
  const store = await openSqliteStore(directory)
  const written = await writtenBatches(store, Math.max(...acknowledged) + 16)
  expect([...acknowledged].filter((n) => !written.has(n))).toEqual([])

  const before = await snapshot(store, written)
  await Promise.all([...written].map((n) => store.writeSpans(numberedBatch(n))))
  expect(await snapshot(store, written)).toEqual(before)
  expect(await store.countSpans(traceId(0))).toBe(written.size * 4)
  await store.close()
})

/** Returns the batches that were acknowledged before the process died, after a random time. */
async function writeUntilKilled(directory: string, first: number): Promise<number[]> {
  const child = spawn(process.execPath, ['--conditions=@clew/source', WRITER, directory, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const numbers: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'open') setTimeout(() => child.kill('SIGKILL'), Math.random() * LONGEST_RUN_MS)
    else numbers.push(Number(line))
  }
  return numbers
}

function checkIntegrity(directory: string): unknown[] {
  const database = new DatabaseSync(join(directory, 'clew.db'))
  const rows = database.prepare('PRAGMA integrity_check').all()
  database.close()
  return rows.map((row) => row['integrity_check'])
}

/** Fails for a batch of which only a part is there. */
async function writtenBatches(store: SqliteStore, beyond: number): Promise<Set<number>> {
  const skeleton = await store.getSkeleton(traceId(0))
  const shared = new Set(skeleton?.spanId)
  const written = new Set<number>()
  for (let n = 0; n < beyond; n++) {
    const batch = numberedBatch(n)
    const own = await store.countSpans(traceId(n + 1))
    const others = batch.spans.filter((span) => span.traceId === traceId(0) && shared.has(span.spanId)).length
    expect([own, others], `batch ${n}`).toEqual(own === 0 ? [0, 0] : [8, 4])
    if (own > 0) written.add(n)
  }
  return written
}

async function snapshot(store: SqliteStore, written: ReadonlySet<number>) {
  const infos = await store.getTraceInfos([traceId(0), ...[...written].map((n) => traceId(n + 1))])
  return { infos, shared: await store.getSkeleton(traceId(0)) }
}
