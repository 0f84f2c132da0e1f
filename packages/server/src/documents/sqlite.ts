import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'
import type { Place, Row, Rows } from './rows.ts'

/**
 * Documents in `documents.db` of the data folder. They have a file of their own and are written where they are asked for,
 * beside the thread that is busy with spans.
 */
export function sqliteRows(directory: string): Rows {
  mkdirSync(directory, { recursive: true })
  const database = new DatabaseSync(join(directory, 'documents.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(SCHEMA)
  const select = database.prepare(`SELECT ${COLUMNS} FROM documents WHERE kind = ? AND key = ?`)
  const put = database.prepare(PUT)
  const remove = database.prepare('DELETE FROM documents WHERE kind = ? AND key = ?')
  const removeGroup = database.prepare('DELETE FROM documents WHERE kind = ? AND "group" = ?')
  const count = database.prepare('SELECT count(*) AS count FROM documents WHERE kind = ? AND "group" = ?')
  const scan = database.prepare(SCAN)
  return {
    get: (kind, key) => readRow(select.get(kind, key)),
    put: (kind, rows) =>
      transact(database, () => {
        for (const { key, group, place, text } of rows) put.run(kind, key, group, place, text)
      }),
    delete: (kind, keys) =>
      transact(database, () => keys.filter((key) => Number(remove.run(kind, key).changes) > 0).length),
    deleteGroup: (kind, group) => Number(removeGroup.run(kind, group).changes),
    count: (kind, group) => Number(count.get(kind, group)?.['count']),
    *scan(kind, group, after) {
      let behind: Place = after ?? FIRST
      while (true) {
        // A few at a time: a search over several groups has several scans open, and one statement runs once at a time.
        const rows = scan.all(kind, group, behind.place, behind.key, ROWS_AT_ONCE).map(readRow)
        for (const row of rows) {
          if (row === undefined) continue
          behind = row
          yield row
        }
        if (rows.length < ROWS_AT_ONCE) return
      }
    },
    close() {
      if (database.isOpen) database.close()
    },
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS documents (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    "group" TEXT NOT NULL,
    place INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (kind, key)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS documents_by_place ON documents (kind, "group", place, key);
`

const COLUMNS = 'key, "group", place, text'

const PUT = `
  INSERT INTO documents (kind, key, "group", place, text) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (kind, key) DO UPDATE SET "group" = excluded."group", place = excluded.place, text = excluded.text
`

const SCAN = `
  SELECT ${COLUMNS} FROM documents
  WHERE kind = ? AND "group" = ? AND (place, key) > (?, ?)
  ORDER BY place, key
  LIMIT ?
`

/** Before every row: no key is empty. */
const FIRST: Place = { place: Number.MIN_SAFE_INTEGER, key: '' }

const ROWS_AT_ONCE = 64

function transact<Result>(database: DatabaseSync, work: () => Result): Result {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    database.exec('ROLLBACK')
    throw error
  }
}

function readRow(row: unknown): Row | undefined {
  if (row === undefined) return undefined
  const { key, group, place, text } = row as { [column: string]: unknown }
  if (typeof key !== 'string' || typeof group !== 'string' || typeof place !== 'number' || typeof text !== 'string') {
    throw new ClewError('INTERNAL_ERROR', 'A stored document cannot be read.')
  }
  return { key, group, place, text }
}
