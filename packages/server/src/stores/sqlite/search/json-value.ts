import { type Fragment, sql } from './fragment.ts'

/** The value of a key in a column that holds a flat JSON object; absent: NULL. */
export function valueAt(column: Fragment, key: string): Fragment {
  if (isPlain(key)) return sql`(${column} ->> ${`$."${key}"`})`
  return sql`(SELECT value FROM json_each(${column}) WHERE key = ${key})`
}

/** SQLite's path syntax has no escape for a quote, and compares other keys as they are written in the JSON text. */
function isPlain(key: string): boolean {
  return /^[\w.\-:/ @]+$/.test(key)
}
