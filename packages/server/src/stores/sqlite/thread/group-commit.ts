import type { DatabaseSync } from 'node:sqlite'
import { type Call, invoke, type MethodTable, type Reply } from './call.ts'
import { packError, storageError } from './crossing.ts'

export interface GroupCommit {
  /** Runs the calls in one transaction and returns the answers, which are true once this returns. */
  commit(calls: readonly Call[]): Reply[]
}

/** What the methods keep in memory of the file, to be told what became of their writes. */
export interface WriteMemory {
  confirm(): void
  undo(): void
  clear(): void
}

/**
 * Makes several writes durable with one fsync. Each runs in a savepoint of its own: one that fails is undone and
 * answered alone, the others are committed. If the commit itself fails, or SQLite gives up the whole transaction (a full
 * disk), nothing was written and every call is answered with that.
 */
export function groupCommit(database: DatabaseSync, methods: MethodTable, memory: WriteMemory): GroupCommit {
  const statement = {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    save: database.prepare('SAVEPOINT call'),
    release: database.prepare('RELEASE call'),
    undo: database.prepare('ROLLBACK TO call'),
  }

  function run(call: Call): Reply {
    statement.save.run()
    try {
      const value = invoke(methods, call)
      statement.release.run()
      memory.confirm()
      return { type: 'done', id: call.id, value }
    } catch (error) {
      if (!database.isTransaction || storageError(error) !== undefined) throw error
      statement.undo.run()
      statement.release.run()
      memory.undo()
      return { type: 'failed', id: call.id, error: packError(error) }
    }
  }

  return {
    commit(calls) {
      try {
        statement.begin.run()
        const replies = calls.map(run)
        statement.commit.run()
        return replies
      } catch (error) {
        if (database.isTransaction) database.exec('ROLLBACK')
        memory.clear()
        const packed = packError(error)
        return calls.map(({ id }) => ({ type: 'failed', id, error: packed }))
      }
    },
  }
}
