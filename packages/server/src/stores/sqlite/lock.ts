import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'

export interface DirectoryLock {
  release(): void
}

/**
 * Keeps a second server off a data folder. The lock is SQLite's own lock on a small file, so the operating system
 * drops it when the process dies, however it dies, and nothing stale is ever left behind.
 *
 * @throws ClewError TEMPORARILY_UNAVAILABLE while another store, here or in another process, has the folder
 */
export function lockDirectory(directory: string): DirectoryLock {
  const database = new DatabaseSync(join(directory, 'clew.lock'))
  try {
    database.exec('BEGIN EXCLUSIVE')
  } catch (cause) {
    database.close()
    throw new ClewError(
      'TEMPORARILY_UNAVAILABLE',
      'The data folder is in use by another Clew server; stop that one, or give this one another folder with --data.',
      { cause },
    )
  }
  return { release: () => database.isOpen && database.close() }
}
