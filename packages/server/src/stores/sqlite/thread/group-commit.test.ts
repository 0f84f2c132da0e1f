import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'
import { expect, onTestFinished, test } from 'vitest'
import { openReadConnection, openWriteConnection } from '../connection.ts'
import { temporaryDirectory } from '../testing/temporary-directory.ts'
import type { Call } from './call.ts'
import { groupCommit } from './group-commit.ts'

const memory = { confirm() {}, undo() {}, clear() {} }

test('writes that wait together are committed together, and a failing one is undone alone', () => {
  const { database, reader } = databaseWithTable()
  const undone: string[] = []
  const { commit } = groupCommit(database, methodsOf(database), { ...memory, undo: () => undone.push('undo') })
  const before = changesSeen(reader)
  const replies = commit([call(1, 'insert', 'a'), call(2, 'insertAndRefuse', 'b'), call(3, 'insert', 'c')])
  expect(replies).toMatchObject([
    { type: 'done', id: 1 },
    { type: 'failed', id: 2, error: { code: 'INVALID_PARAMETER_VALUE', message: 'no b' } },
    { type: 'done', id: 3 },
  ])
  expect(reader.prepare('SELECT x FROM a').all()).toEqual([{ x: 'a' }, { x: 'c' }])
  expect(undone).toEqual(['undo'])
  expect(changesSeen(reader) - before).toBe(1)
})

test('a fault in one write is answered as a fault and leaves the others alone', () => {
  const { database } = databaseWithTable()
  const { commit } = groupCommit(database, methodsOf(database), memory)
  const replies = commit([call(1, 'nothing of the kind', 'a'), call(2, 'insert', 'b')])
  expect(replies).toMatchObject([{ type: 'failed', error: { code: undefined } }, { type: 'done' }])
})

test('when the disk is full every write of the group is refused, nothing is written, and writing works again later', () => {
  const { database, reader } = databaseWithTable()
  let cleared = 0
  const { commit } = groupCommit(database, methodsOf(database), { ...memory, clear: () => cleared++ })
  const pages = database.prepare('PRAGMA page_count').get()?.['page_count']
  database.exec(`PRAGMA max_page_count = ${Number(pages) + 2}`)
  const replies = commit([call(1, 'insert', 'small'), call(2, 'insert', 'x'.repeat(1_000_000))])
  const refused = { type: 'failed', error: { code: 'TEMPORARILY_UNAVAILABLE' } }
  expect(replies).toMatchObject([refused, refused])
  expect(reader.prepare('SELECT x FROM a').all()).toEqual([])
  expect(cleared).toBe(1)
  database.exec('PRAGMA max_page_count = 1000000')
  expect(commit([call(3, 'insert', 'x'.repeat(1_000_000))])).toMatchObject([{ type: 'done' }])
})

function databaseWithTable(): { database: DatabaseSync; reader: DatabaseSync } {
  const file = join(temporaryDirectory(), 'test.db')
  const database = openWriteConnection(file)
  database.exec('CREATE TABLE a (x TEXT) STRICT')
  const reader = openReadConnection(file)
  onTestFinished(() => {
    reader.close()
    database.close()
  })
  return { database, reader }
}

function methodsOf(database: DatabaseSync) {
  const insert = (text: string) => void database.prepare('INSERT INTO a VALUES (?)').run(text)
  return {
    insert,
    insertAndRefuse(text: string) {
      insert(text)
      throw new ClewError('INVALID_PARAMETER_VALUE', `no ${text}`)
    },
  }
}

function call(id: number, method: string, value: string): Call {
  return { id, method, values: [value], bytes: 0 }
}

/** Grows by one with every commit of another connection that was noticed by a read. */
function changesSeen(reader: DatabaseSync): number {
  reader.prepare('SELECT count(*) FROM a').get()
  return Number(reader.prepare('PRAGMA data_version').get()?.['data_version'])
}
