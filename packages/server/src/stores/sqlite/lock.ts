import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'
import { isBusy } from './thread/crossing.ts'

export interface DirectoryLock {
  release(): void
}

/**
 * Keeps a second server off a data folder. The lock is SQLite's own lock on a small file, so the operating system
 * drops it when the process dies, however it dies, and nothing stale is ever left behind.
 *
 * @throws ClewError TEMPORARILY_UNAVAILABLE while another store, here or in another process, has the folder, or when
 *   it cannot be written to
 */
export function lockDirectory(directory: string): DirectoryLock {
  let database: DatabaseSync | undefined
  try {
    database = new DatabaseSync(join(directory, 'clew.lock'))
    database.exec('BEGIN EXCLUSIVE')
    const held = database
    return { release: () => held.isOpen && held.close() }
  } catch (cause) {
    database?.close()
    const message = isBusy(cause)
      ? 'The data folder is in use by another Clew server; stop that one, or give this one another folder with --data.'
      : 'The data folder cannot be written to; check its permissions, or choose another folder with --data.'
    throw new ClewError('TEMPORARILY_UNAVAILABLE', message, { cause })
  }
}
