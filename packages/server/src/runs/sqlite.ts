import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ClewError } from '@clew/model'
import { readRun, writeRun } from './document.ts'
import { noRun, pageOf, readCursor } from './page.ts'
import type { Run, RunQuery, RunStore } from './run.ts'

/**
 * Runs in `runs.db` of the data folder. They are few and small, and written a handful of times each, so they have a file of
 * their own and are written where they are asked for, beside the thread that is busy with spans.
 */
export function sqliteRuns(directory: string): RunStore {
  mkdirSync(directory, { recursive: true })
  const database = new DatabaseSync(join(directory, 'runs.db'))
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
  database.exec(SCHEMA)
  const insert = database.prepare(
    'INSERT INTO runs (run_id, experiment_id, start_ms, stage, document) VALUES (?, ?, ?, ?, ?)',
  )
  const select = database.prepare('SELECT document FROM runs WHERE run_id = ?')
  const replace = database.prepare('UPDATE runs SET stage = ?, document = ? WHERE run_id = ?')
  const page = database.prepare(PAGE)
  const get = (runId: string) => documentIn(select.get(runId))
  return {
    async create(run) {
      insert.run(run.runId, run.experimentId, run.startTimeMs, run.stage, writeRun(run))
    },
    async get(runId) {
      return get(runId)
    },
    async update(runId, change) {
      const run = get(runId)
      if (run === undefined) throw noRun(runId)
      const changed = change(run)
      replace.run(changed.stage, writeRun(changed), runId)
      return changed
    },
    async search(query) {
      const rows = page.all(parametersOf(query))
      return pageOf(
        rows.map(documentIn).filter((run) => run !== undefined),
        query.limit,
      )
    },
    async close() {
      if (database.isOpen) database.close()
    },
  }
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS runs (
    run_id TEXT PRIMARY KEY,
    experiment_id TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    stage TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS runs_by_time ON runs (experiment_id, start_ms DESC, run_id);
`

const PAGE = `
  SELECT document FROM runs
  WHERE experiment_id IN (SELECT value FROM json_each(:experiments))
    AND stage IN (SELECT value FROM json_each(:stages))
    AND (:runs IS NULL OR run_id IN (SELECT value FROM json_each(:runs)))
    AND (:after_ms IS NULL OR start_ms < :after_ms OR (start_ms = :after_ms AND run_id > :after_id))
  ORDER BY start_ms DESC, run_id
  LIMIT :count
`

/** Lists travel as JSON, so that no SQL is ever built. One row more than asked for tells whether there is a next page. */
function parametersOf({ experimentIds, runIds, stages, limit, cursor }: RunQuery) {
  const after = readCursor(cursor)
  return {
    experiments: JSON.stringify(experimentIds),
    stages: JSON.stringify(stages),
    runs: runIds === undefined ? null : JSON.stringify(runIds),
    after_ms: after?.startTimeMs ?? null,
    after_id: after?.runId ?? null,
    count: limit + 1,
  }
}

function documentIn(row: unknown): Run | undefined {
  if (row === undefined) return undefined
  const { document } = row as { document: unknown }
  if (typeof document !== 'string') throw new ClewError('INTERNAL_ERROR', 'A stored run cannot be read.')
  return readRun(document)
}
