import type { SQLInputValue } from 'node:sqlite'

/** A piece of SQL with the values of its parameters. Made by {@link sql} alone. */
export interface Fragment {
  readonly text: string
  readonly values: readonly SQLInputValue[]
}

/**
 * Writes a piece of SQL: what stands between the back-ticks is code, every other value becomes a parameter, and pieces
 * are put in. There is no way by which a value becomes part of the text.
 */
export function sql(strings: TemplateStringsArray, ...parts: readonly (Fragment | SQLInputValue)[]): Fragment {
  let text = strings[0] ?? ''
  const values: SQLInputValue[] = []
  for (const [index, part] of parts.entries()) {
    if (isFragment(part)) {
      text += part.text
      for (const value of part.values) values.push(value)
    } else {
      text += '?'
      values.push(part)
    }
    text += strings[index + 1] ?? ''
  }
  return { text, values }
}

/** The pieces with `separator` between them. */
export function join(fragments: readonly Fragment[], separator: ' AND ' | ' OR ' | ', '): Fragment {
  return { text: fragments.map(({ text }) => text).join(separator), values: fragments.flatMap(({ values }) => values) }
}

function isFragment(part: Fragment | SQLInputValue): part is Fragment {
  return typeof part === 'object' && part !== null && 'text' in part && 'values' in part
}
