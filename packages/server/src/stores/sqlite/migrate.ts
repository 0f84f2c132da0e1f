import { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'
import { schemaSteps } from './schema.ts'

/**
 * Refuses a file this Clew must not touch, before anything is changed in it.
 *
 * @throws ClewError INVALID_PARAMETER_VALUE for a file of a newer Clew, or of another program
 */
export function checkFile(file: string): void {
  const database = new DatabaseSync(file)
  try {
    versionOf(database, schemaSteps.length)
  } catch (error) {
    throw error instanceof ClewError ? error : foreign(error)
  } finally {
    database.close()
  }
}

/**
 * Brings a database file to the newest schema, from any older one and from an empty file, in one transaction.
 * Throws as {@link checkFile} does.
 */
export function migrate(database: DatabaseSync, steps: readonly string[] = schemaSteps): void {
  database.exec('BEGIN IMMEDIATE')
  try {
    const version = versionOf(database, steps.length)
    for (const step of steps.slice(version)) database.exec(step)
    database.exec(`PRAGMA user_version = ${steps.length}`)
    database.exec('COMMIT')
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function versionOf(database: DatabaseSync, known: number): number {
  const version = numberOf(database, 'PRAGMA user_version')
  if (version > known) throw tooNew(version, known)
  if (version === 0 && numberOf(database, 'SELECT count(*) FROM sqlite_schema') > 0) throw foreign()
  return version
}

function numberOf(database: DatabaseSync, query: string): number {
  const row = database.prepare(query).get()
  return row === undefined ? 0 : Number(Object.values(row)[0])
}

function tooNew(version: number, known: number): ClewError {
  return new ClewError(
    'INVALID_PARAMETER_VALUE',
    `The data folder was written by a newer Clew (schema ${version}; this one knows ${known}). ` +
      'Start the newer version, or choose another folder with --data. Nothing was changed.',
  )
}

function foreign(cause?: unknown): ClewError {
  return new ClewError(
    'INVALID_PARAMETER_VALUE',
    'The file clew.db in the data folder is not a Clew database. Choose another folder with --data. Nothing was changed.',
    { cause },
  )
}
