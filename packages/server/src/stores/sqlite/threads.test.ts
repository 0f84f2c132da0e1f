import { setTimeout as sleep } from 'node:timers/promises'
import { encodeOtlpProtobuf } from '@clew/model'
import { expect, test } from 'vitest'
import { openSqliteStore, type SqliteStore, type ThreadEnd } from './index.ts'
import { batch, numberedBatch, span, traceId } from './testing/spans.ts'
import { startedThreads } from './testing/started-threads.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

const LONG = { timeout: 60_000 }
const KILLS = 3

test('a writer that dies again and again under load loses nothing it acknowledged, and goes on', LONG, async () => {
  const ends: ThreadEnd[] = []
  const onThreadEnd = (end: ThreadEnd) => ends.push(end)
  const directory = temporaryDirectory()
  const [store, [firstWriter]] = await startedThreads(() => openSqliteStore(directory, { onThreadEnd }))
  const load = writeUntilStopped(store)
  for (let kill = 0, writer = firstWriter; kill < KILLS; kill++) {
    await load.grows()
    const [, restarted] = await startedThreads(async () => {
      await writer?.terminate()
      await load.grows()
    })
    writer = restarted.at(-1)
  }
  const { written, acknowledged, refused } = await load.stop()
  expect(ends.map(({ thread }) => thread)).toEqual(Array.from({ length: KILLS }, () => 'writer-thread'))
  expect(refused).toBeGreaterThan(0)
  for (let n = 0; n < written; n++) {
    const count = await store.countSpans(traceId(n + 1))
    if (acknowledged.has(n)) expect(count).toBe(8)
    else expect([0, 8]).toContain(count)
  }
  await Promise.all(Array.from({ length: written }, (_, n) => store.writeSpans(numberedBatch(n))))
  expect(await store.countSpans(traceId(0))).toBe(written * 4)
  await store.close()
})

test('an export a dead writer took with it is refused, and stored when it is sent again', LONG, async () => {
  const directory = temporaryDirectory()
  const [store, [writer]] = await startedThreads(() => openSqliteStore(directory))
  const sent = span({ trace: 1, id: 1 })
  const submit = () =>
    store.ingest.submit({
      body: encodeOtlpProtobuf([sent], new Map()),
      contentType: 'application/x-protobuf',
      contentEncoding: undefined,
      experimentId: '0',
      runId: undefined,
    })
  const ending = writer!.terminate()
  const outcome = await submit().catch((error: unknown) => error)
  if (outcome instanceof Error) expect(outcome).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
  await ending
  await expect.poll(submit, LONG).toMatchObject({ accepted: 1 })
  expect(await store.getSpans(traceId(1))).toHaveLength(1)
  await store.close()
})

test('readers that die come back, and writing never notices', LONG, async () => {
  const directory = temporaryDirectory()
  const [store, threads] = await startedThreads(() => openSqliteStore(directory))
  await store.writeSpans(batch([span({ trace: 1, id: 1 })]))
  const [, ...readers] = threads
  expect(readers).toHaveLength(2)
  const reads = Promise.allSettled([store.getSpans(traceId(1)), search(store)])
  await Promise.all(readers.map((reader) => reader.terminate()))
  for (const read of await reads) {
    if (read.status === 'rejected') expect(read.reason).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
  }
  await store.writeSpans(batch([span({ trace: 2, id: 1 })]))
  await expect.poll(() => store.getSpans(traceId(2)), LONG).toHaveLength(1)
  await expect.poll(() => search(store), LONG).toBe(2)
  await store.close()
})

function search(store: SqliteStore): Promise<number> {
  return store.countTraces({ experimentIds: ['0'], filter: undefined }, 10)
}

/** Writes numbered batches, four at a time. */
function writeUntilStopped(store: SqliteStore) {
  const acknowledged = new Set<number>()
  let [next, refused, isStopped] = [0, 0, false]
  const write = async (): Promise<void> => {
    while (!isStopped) {
      const n = next++
      try {
        await store.writeSpans(numberedBatch(n))
        acknowledged.add(n)
      } catch (error) {
        expect(error).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
        refused++
        await sleep(5)
      }
    }
  }
  const writing = Promise.all([write(), write(), write(), write()])
  return {
    async grows() {
      const wanted = acknowledged.size + 20
      await expect.poll(() => acknowledged.size, LONG).toBeGreaterThanOrEqual(wanted)
    },
    async stop() {
      isStopped = true
      await writing
      return { written: next, acknowledged, refused }
    },
  }
}
