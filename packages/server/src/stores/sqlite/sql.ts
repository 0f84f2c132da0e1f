import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'

export type Row = Record<string, SQLOutputValue>

/**
 * Runs statements that are written in this package, each compiled once. Values are always bound, never part of the
 * text; a text that depends on a request (a search) goes to {@link Sql.database} and is not kept.
 */
export class Sql {
  readonly database: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()

  constructor(database: DatabaseSync) {
    this.database = database
  }

  /** Returns how many rows changed. */
  run(text: string, ...values: SQLInputValue[]): number {
    return Number(this.prepare(text).run(...values).changes)
  }

  get(text: string, ...values: SQLInputValue[]): Row | undefined {
    return this.prepare(text).get(...values)
  }

  all(text: string, ...values: SQLInputValue[]): Row[] {
    return this.prepare(text).all(...values)
  }

  prepare(text: string): StatementSync {
    const known = this.#statements.get(text)
    if (known !== undefined) return known
    const statement = this.database.prepare(text)
    this.#statements.set(text, statement)
    return statement
  }
}

/** Reads columns whose type the schema guarantees; a mismatch is a fault of ours and says which column. */
export function textOf(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`Column ${column} is not a text`)
  return value
}

export function optionalText(row: Row, column: string): string | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : textOf(row, column)
}

export function numberOf(row: Row, column: string): number {
  const value = row[column]
  if (typeof value !== 'number') throw new TypeError(`Column ${column} is not a number`)
  return value
}

export function optionalNumber(row: Row, column: string): number | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : numberOf(row, column)
}

export function bigintOf(row: Row, column: string): bigint {
  const value = row[column]
  if (typeof value !== 'bigint') throw new TypeError(`Column ${column} is not a bigint`)
  return value
}

export function optionalBigint(row: Row, column: string): bigint | undefined {
  const value = row[column]
  return value === null || value === undefined ? undefined : bigintOf(row, column)
}
