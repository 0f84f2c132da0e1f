import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openSqliteStore } from './index.ts'
import { migrate } from './migrate.ts'
import { schemaSteps } from './schema.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'

test('an empty file becomes a store with the experiment Default, and opening it again changes nothing', async () => {
  const directory = temporaryDirectory()
  const first = await openSqliteStore(directory)
  const made = await first.getExperiment('0')
  await first.close()
  const again = await openSqliteStore(directory)
  expect(await again.getExperiment('0')).toEqual(made)
  expect(made).toMatchObject({ name: 'Default', lifecycleStage: 'active', artifactLocation: 'mlflow-artifacts:/0' })
  await again.close()
})

test('a database of a newer Clew is refused with what to do, and left as it is', async () => {
  const directory = temporaryDirectory()
  await (await openSqliteStore(directory)).close()
  const newer = schemaSteps.length + 1
  execute(directory, `PRAGMA user_version = ${newer}`)
  await expect(openSqliteStore(directory)).rejects.toMatchObject({
    code: 'INVALID_PARAMETER_VALUE',
    message: expect.stringContaining('--data'),
  })
  execute(directory, `PRAGMA user_version = ${schemaSteps.length}`)
  await (await openSqliteStore(directory)).close()
})

test('a database of another program is refused', async () => {
  const directory = temporaryDirectory()
  execute(directory, 'CREATE TABLE recipes (name TEXT)')
  const before = readFileSync(join(directory, 'clew.db'))
  await expect(openSqliteStore(directory)).rejects.toMatchObject({ message: expect.stringContaining('not a Clew') })
  expect(readFileSync(join(directory, 'clew.db'))).toEqual(before)
})

test('a file that is no database is refused', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'clew.db'), 'x'.repeat(10_000))
  await expect(openSqliteStore(directory)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
})

test('steps that were not taken yet are taken in order; a step that fails undoes them all', () => {
  const database = new DatabaseSync(':memory:')
  const steps = ['CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)']
  migrate(database, steps.slice(0, 1))
  migrate(database, steps)
  expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
  expect(() => migrate(database, [...steps, 'INSERT INTO a VALUES (2)', 'no SQL'])).toThrow()
  expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
})

function execute(directory: string, text: string): void {
  const database = new DatabaseSync(join(directory, 'clew.db'))
  database.exec(text)
  database.close()
}
