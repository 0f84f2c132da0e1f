import type { StatementSync } from 'node:sqlite'
import type { Attributes } from '@clew/model'
import type { Sql } from '../sql.ts'

/** Keys remembered as written; one beyond is written again each time, which changes nothing. */
const MAX_KNOWN = 10_000

/**
 * Notes every key that any span ever had, so that a search for one nobody has looks at no span. A few hundred rows;
 * they outlive their spans, which costs a search no more than it cost before.
 */
export class AttributeKeys {
  readonly #known = new Set<string>()
  readonly #insert: StatementSync

  constructor(sql: Sql) {
    this.#insert = sql.prepare('INSERT OR IGNORE INTO attribute_keys (key) VALUES (?)')
  }

  note(attributes: Attributes): void {
    for (const key of attributes.keys()) {
      if (this.#known.has(key)) continue
      this.#insert.run(key)
      if (this.#known.size < MAX_KNOWN) this.#known.add(key)
    }
  }

  /** A write was undone, and with it perhaps a key. */
  clear(): void {
    this.#known.clear()
  }
}
