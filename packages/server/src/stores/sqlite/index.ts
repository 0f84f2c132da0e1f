import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { openReadConnection, openWriteConnection } from './connection.ts'
import { lockDirectory } from './lock.ts'
import { checkFile, migrate } from './migrate.ts'
import type { ReaderMethods } from './read/reader.ts'
import type { ReaderData } from './reader-thread.ts'
import { SqliteStore, type StoreThreads } from './store.ts'
import { type ThreadEnd, type WorkerBounds, WorkerClient } from './thread/worker-client.ts'
import type { WriterMethods } from './write/writer.ts'
import type { WriterData } from './writer-thread.ts'

export type { SqliteStore } from './store.ts'
export type { ThreadEnd } from './thread/worker-client.ts'

export interface SqliteOptions {
  /** Writes that may wait for the writer, together; beyond either bound one is refused (`REQUEST_LIMIT_EXCEEDED`). */
  readonly writes?: Partial<WorkerBounds>
  /** Size the database may grow to; beyond, writes fail as on a full disk. Default: the disk's. */
  readonly maxBytes?: number
  /** Told each time a thread of the store dies; it is started again. */
  readonly onThreadEnd?: (end: ThreadEnd) => void
}

const WRITE_BOUNDS: WorkerBounds = { maxCalls: 4096, maxBytes: 128 * 1024 * 1024 }
const READ_BOUNDS: WorkerBounds = { maxCalls: 4096, maxBytes: Number.POSITIVE_INFINITY }

/**
 * Opens the store in a folder, which is made if it is not there. The database is `clew.db`, with the files SQLite keeps
 * beside it; `clew.lock` keeps other servers off.
 *
 * @throws ClewError TEMPORARILY_UNAVAILABLE while another server has the folder; INVALID_PARAMETER_VALUE for a
 *   database a newer Clew wrote
 */
export async function openSqliteStore(directory: string, options: SqliteOptions = {}): Promise<SqliteStore> {
  await mkdir(directory, { recursive: true })
  const lock = lockDirectory(directory)
  const file = join(directory, 'clew.db')
  try {
    prepareFile(file)
    return new SqliteStore(await startThreads(file, options), openReadConnection(file), lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

async function startThreads(file: string, options: SqliteOptions): Promise<StoreThreads> {
  const writerData: WriterData = { file, maxBytes: options.maxBytes }
  const readerData: ReaderData = { file }
  const onEnd = options.onThreadEnd
  const reading = { data: readerData, bounds: READ_BOUNDS, onEnd }
  const writing = { data: writerData, bounds: { ...WRITE_BOUNDS, ...options.writes }, onEnd }
  const threads: StoreThreads = {
    writer: new WorkerClient<WriterMethods>('writer-thread', import.meta.url, writing),
    reader: new WorkerClient<ReaderMethods>('reader-thread', import.meta.url, reading),
    searcher: new WorkerClient<ReaderMethods>('reader-thread', import.meta.url, reading),
  }
  const all = Object.values(threads)
  try {
    await Promise.all(all.map((thread) => thread.ready))
    return threads
  } catch (error) {
    await Promise.all(all.map((thread) => thread.close()))
    throw error
  }
}

function prepareFile(file: string): void {
  checkFile(file)
  const database = openWriteConnection(file)
  try {
    migrate(database)
  } finally {
    database.close()
  }
}
