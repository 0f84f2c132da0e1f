import { DatabaseSync } from 'node:sqlite'

/** Rows packed best and cost least at this size when spans of 1 kB were measured against 4 and 16 KiB. */
const PAGE_BYTES = 8192
const BUSY_TIMEOUT_MS = 10_000
const CACHE_KIB = 32 * 1024
/** Pages of write-ahead log after which a commit folds it into the file; 32 MiB folds a hot page once, not per commit. */
const CHECKPOINT_PAGES = 4096

/** The connection that writes: there is one per data folder. */
export function openWriteConnection(file: string, maxBytes?: number): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS })
  database.exec(`
    PRAGMA page_size = ${PAGE_BYTES};
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA temp_store = MEMORY;
  `)
  if (maxBytes !== undefined) database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / PAGE_BYTES))}`)
  return database
}

/** A connection that cannot write. SQLite gives it a snapshot for as long as one statement runs. */
export function openReadConnection(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { readOnly: true, timeout: BUSY_TIMEOUT_MS })
  database.exec(`PRAGMA cache_size = -${CACHE_KIB}; PRAGMA temp_store = MEMORY; PRAGMA query_only = ON;`)
  return database
}
