import type { DatabaseSync, SQLOutputValue } from 'node:sqlite'
import { type Comparison, spanTest, type TextTest, textTest } from '@clew/model'
import { spanContentOf, unpackAttributes } from '../rows/payload.ts'
import { type Fragment, sql } from './fragment.ts'
import { needleOf } from './needle.ts'

/**
 * Comparisons SQLite cannot make (LIKE and RLIKE as the search language means them, anything about an attribute), made by the
 * model's own tests through functions of the connection. A test is known to SQL by its number, so patterns are
 * compiled once for a search.
 */
export class TestFunctions {
  readonly #ofTexts: TextTest[] = []
  readonly #ofAttributes: ((attributes: string, cuts: string) => boolean)[] = []

  constructor(database: DatabaseSync) {
    database.function('clew_text', { deterministic: true }, (test, text) => {
      return typeof text === 'string' && this.#ofTexts[Number(test)]?.(text) === true ? 1 : 0
    })
    database.function('clew_content', { deterministic: true, varargs: true }, (test, ...columns) => {
      const [name = '', message = '', attributes = '', events = ''] = columns.map(textOf)
      const content = spanContentOf(name, message, attributes, events)
      return this.#ofTexts[Number(test)]?.(content) === true ? 1 : 0
    })
    database.function('clew_attribute', { deterministic: true }, (test, attributes, cuts) => {
      return this.#ofAttributes[Number(test)]?.(textOf(attributes), textOf(cuts)) === true ? 1 : 0
    })
  }

  /** Forgets the tests of the search before. */
  clear(): void {
    this.#ofTexts.length = 0
    this.#ofAttributes.length = 0
  }

  /** Whether a text that is there satisfies the comparison. */
  text(expression: Fragment, comparison: Pick<Comparison, 'operator' | 'value'>): Fragment {
    return sql`clew_text(${this.#ofTexts.push(textTest(comparison)) - 1}, ${expression})`
  }

  /** Whether the content of span `s` with payload `p` does. */
  content(comparison: Comparison): Fragment {
    const test = this.#ofTexts.push(textTest(comparison)) - 1
    const condition = sql`clew_content(${test}, s.name, p.status_message, p.attributes, p.events)`
    const needle = needleOf(comparison)
    if (needle === undefined) return condition
    const pattern = `%${needle}%`
    const isPossible = sql`p.attributes LIKE ${pattern} OR s.name LIKE ${pattern} OR p.status_message LIKE ${pattern}
      OR p.events IS NOT NULL`
    return sql`CASE WHEN ${isPossible} THEN ${condition} ELSE 0 END`
  }

  /** Whether an attribute of payload `p` does. Only payloads in which the key stands at all are taken apart. */
  attribute(comparison: Comparison, key: string): Fragment {
    const test = spanTest(comparison)
    const slot = this.#ofAttributes.push((attributes, cuts) => {
      const value = unpackAttributes(attributes, cuts).get(key)
      return value !== undefined && test({ ...NO_SPAN, attributes: new Map([[key, value]]) })
    })
    const written = `${JSON.stringify(key)}:`
    return sql`CASE WHEN instr(p.attributes, ${written}) THEN clew_attribute(${slot - 1}, p.attributes, p.cuts) ELSE 0 END`
  }
}

/** What a test of an attribute does not look at. */
const NO_SPAN = {
  traceId: '',
  spanId: '',
  parentSpanId: undefined,
  name: '',
  startTimeNs: 0n,
  endTimeNs: undefined,
  status: { code: 'UNSET', message: '' },
  events: [],
  links: [],
} as const

function textOf(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : ''
}
