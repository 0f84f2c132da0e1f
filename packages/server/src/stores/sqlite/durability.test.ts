import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { proveDurability } from '@clew/kit'
import { openSqliteStore } from './index.ts'

const WRITER = join(import.meta.dirname, 'testing/durable-writer.ts')

proveDurability({
  name: 'sqlite',
  open: (directory) => openSqliteStore(directory),
  spawnWriter: (directory, from) =>
    spawn(process.execPath, ['--conditions=@clew/source', WRITER, directory, String(from)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
})
