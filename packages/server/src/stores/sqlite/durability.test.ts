import { spawn } from 'node:child_process'
import { proveDurability } from '@clew/kit'
import { openSqliteStore } from './index.ts'

/** What the process does that is killed. */
const PROGRAM = `
  import { writeSync } from 'node:fs'
  import { writeUntilKilled } from '@clew/kit'
  import { openSqliteStore } from './index.ts'
  const [directory, from] = process.argv.slice(1)
  const store = await openSqliteStore(directory)
  await writeUntilKilled(store, Number(from), line => writeSync(1, line + '\\n'))
`

proveDurability({
  name: 'sqlite',
  open: (directory) => openSqliteStore(directory),
  spawnWriter: (directory, from) =>
    spawn(
      process.execPath,
      ['--conditions=@clew/source', '--input-type=module', '--eval', PROGRAM, directory, String(from)],
      { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
    ),
})
