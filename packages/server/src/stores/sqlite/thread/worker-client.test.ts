import { mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import type { ReaderMethods } from '../read/reader.ts'
import { startedThreads } from '../testing/started-threads.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import { LONGEST_PAUSE_MS, restartPauseMs } from './restart-pause.ts'
import { type ThreadEnd, WorkerClient } from './worker-client.ts'

const BASE = new URL('..', import.meta.url).href.concat('index.ts')
const BOUNDS = { maxCalls: 10, maxBytes: 10 }
const DYING = { timeout: 60_000 }

test('a thread that cannot start is never ready, refuses calls that wait and that come, and closes', async () => {
  const data = { file: join(temporaryDirectory(), 'absent', 'clew.db') }
  const ends: ThreadEnd[] = []
  const options = { data, bounds: BOUNDS, onEnd: (end: ThreadEnd) => ends.push(end) }
  const client = new WorkerClient<ReaderMethods>('reader-thread', BASE, options)
  const waiting = client.call('experimentStatistics')
  await expect(client.ready).rejects.toThrow('A store thread stopped')
  await expect(waiting).rejects.toThrow('A store thread stopped')
  await expect(client.call('experimentStatistics')).rejects.toThrow('A store thread stopped')
  expect(client.underWay).toBe(0)
  expect(ends).toEqual([])
  await client.close()
})

test('a thread that dies rejects what it had, is started again, and says so', DYING, async () => {
  const { client, thread, ends } = await readerOf(madeFile(temporaryDirectory()))
  const waiting = Array.from({ length: 5 }, () => client.call('experimentStatistics'))
  const outcomes = Promise.allSettled(waiting)
  await thread.terminate()
  for (const outcome of await outcomes) {
    if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
  }
  expect(client.underWay).toBe(0)
  await expect.poll(() => client.call('experimentStatistics'), DYING).toHaveLength(1)
  expect(ends).toEqual([
    { thread: 'reader-thread', error: expect.stringContaining('it ended with code 1'), restartInMs: 0 },
  ])
  await client.close()
  await expect(client.call('experimentStatistics')).rejects.toThrow('The store is closed.')
})

test('a thread that cannot start again is tried ever more rarely, until it can', DYING, async () => {
  const folder = join(temporaryDirectory(), 'later')
  mkdirSync(folder)
  const file = madeFile(folder)
  const { client, thread, ends } = await readerOf(file)
  const away = `${folder}-away`
  renameSync(folder, away)
  await thread.terminate()
  await expect.poll(() => ends.length, DYING).toBeGreaterThanOrEqual(3)
  expect(ends.slice(0, 3).map(({ restartInMs }) => restartInMs)).toEqual([0, 100, 200])
  expect(ends[1]?.error).toContain('unable to open database file')
  await expect(client.call('experimentStatistics')).rejects.toMatchObject({ code: 'TEMPORARILY_UNAVAILABLE' })
  renameSync(away, folder)
  await expect.poll(() => client.call('experimentStatistics'), DYING).toHaveLength(1)
  await client.close()
})

test('closing does not wait for a thread that is to be started again', async () => {
  const { client, thread } = await readerOf(madeFile(temporaryDirectory()))
  const closing = new Promise<void>((resolve, reject) => {
    thread.once('exit', () => client.close().then(resolve, reject))
  })
  await thread.terminate()
  await closing
  await expect(client.call('experimentStatistics')).rejects.toThrow('The store is closed.')
})

test('the pause before a restart is next to nothing once, doubles, and is bounded', () => {
  expect([1, 2, 3, 4].map(restartPauseMs)).toEqual([0, 100, 200, 400])
  expect([20, 10_000].map(restartPauseMs)).toEqual([LONGEST_PAUSE_MS, LONGEST_PAUSE_MS])
})

async function readerOf(file: string) {
  const ends: ThreadEnd[] = []
  const options = { data: { file }, bounds: BOUNDS, onEnd: (end: ThreadEnd) => ends.push(end) }
  const [client, threads] = await startedThreads(async () => {
    const made = new WorkerClient<ReaderMethods>('reader-thread', BASE, options)
    await made.ready
    return made
  })
  return { client, thread: first(threads), ends }
}

function first(threads: readonly Worker[]): Worker {
  const [thread] = threads
  if (thread === undefined) throw new Error('No thread was started')
  return thread
}

function madeFile(folder: string): string {
  const file = join(folder, 'clew.db')
  const database = new DatabaseSync(file)
  migrate(database)
  database.close()
  return file
}
