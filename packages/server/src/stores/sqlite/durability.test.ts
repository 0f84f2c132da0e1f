import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { proveDurability } from '@clew/kit'
import { expect } from 'vitest'
import { openSqliteStore } from './index.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

const WRITER = join(import.meta.dirname, 'testing/writing-process.ts')

proveDurability({
  name: 'sqlite',
  open: (directory) => openSqliteStore(directory),
  spawnWriter: (directory, from) =>
    spawn(process.execPath, ['--conditions=@clew/source', WRITER, directory, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  // A copy is looked at, so that the next store finds the log as the kill left it.
  checkFiles(directory) {
    const copy = temporaryDirectory()
    cpSync(directory, copy, { recursive: true })
    const database = new DatabaseSync(join(copy, 'clew.db'))
    const rows = database.prepare('PRAGMA integrity_check').all()
    database.close()
    expect(rows.map((row) => row['integrity_check'])).toEqual(['ok'])
  },
})
