import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqliteStore } from './index.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

/** Another process has to start, on a machine that may be busy. */
const BUSY = { timeout: 60_000 }

test(
  'a data folder has one store at a time, across processes, and is free once its owner was killed',
  BUSY,
  async () => {
    const directory = temporaryDirectory()
    const program = join(import.meta.dirname, 'testing/writing-process.ts')
    const owner = spawn(process.execPath, ['--conditions=@clew/source', program, directory, '0'])
    await once(owner.stdout, 'data')
    const refusal = {
      code: 'TEMPORARILY_UNAVAILABLE',
      message: expect.stringContaining('in use by another Clew server'),
    }
    await expect(openSqliteStore(directory)).rejects.toMatchObject(refusal)
    owner.kill('SIGKILL')
    await once(owner, 'exit')
    const store = await openSqliteStore(directory)
    await expect(openSqliteStore(directory)).rejects.toMatchObject(refusal)
    await store.close()
    await (await openSqliteStore(directory)).close()
  },
)

test('a data folder that cannot be written to is refused with what to do', async () => {
  const directory = temporaryDirectory()
  mkdirSync(join(directory, 'clew.lock'))
  await expect(openSqliteStore(directory)).rejects.toMatchObject({
    code: 'TEMPORARILY_UNAVAILABLE',
    message: expect.stringContaining('permissions'),
  })
})
