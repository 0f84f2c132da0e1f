import { ClewError, type ErrorCode, errorTable } from '@clew/model'

/** An error as it crosses between threads: structured clone would keep its text but not its class. */
export interface CrossingError {
  /** Absent: a fault of ours, not the caller's. */
  readonly code: ErrorCode | undefined
  readonly message: string
  readonly stack: string | undefined
}

export function packError(error: unknown): CrossingError {
  if (error instanceof ClewError) return { code: error.code, message: error.message, stack: error.stack }
  const known = storageError(error)
  if (known !== undefined) return { code: known.code, message: known.message, stack: textOf(error) }
  return { code: undefined, message: error instanceof Error ? error.message : String(error), stack: textOf(error) }
}

export function unpackError(error: CrossingError): Error {
  const cause = { cause: error.stack }
  if (error.code !== undefined && error.code in errorTable) return new ClewError(error.code, error.message, cause)
  return new Error(`A store thread failed: ${error.message}`, cause)
}

/** Primary result codes of SQLite (sqlite.org/rescode.html); extended ones carry them in the low byte. */
const BUSY = 5
const NO_MEMORY = 7
const READ_ONLY = 8
const IO_ERROR = 10
const FULL = 13

/** What the environment did, as an error a caller can act on; `undefined` for anything else. */
export function storageError(error: unknown): ClewError | undefined {
  const code = sqliteCode(error)
  if (code === FULL) return unavailable('The disk of the server is full; nothing was written.', error)
  if (code === IO_ERROR) return unavailable('The disk of the server failed; nothing was written.', error)
  if (code === READ_ONLY) return unavailable('The data folder of the server cannot be written to.', error)
  if (code === BUSY || code === NO_MEMORY) return unavailable('The store is overloaded; nothing was written.', error)
  return undefined
}

/** Whether SQLite gave up waiting for somebody else's lock. */
export function isBusy(error: unknown): boolean {
  return sqliteCode(error) === BUSY
}

function sqliteCode(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return undefined
  return error.errcode & 0xff
}

function unavailable(message: string, cause: unknown): ClewError {
  return new ClewError('TEMPORARILY_UNAVAILABLE', message, { cause })
}

function textOf(error: unknown): string | undefined {
  return error instanceof Error ? error.stack : undefined
}
