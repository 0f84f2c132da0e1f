import { jsonString } from '../json/encode.ts'
import { isJson } from '../json/parse.ts'
import type { JsonText } from '../json/text.ts'

/** Whether a string that holds JSON stands for that JSON, as {@link textOfString} has it, or for itself. */
export type StringRule = 'stripped' | 'literal'

/**
 * How strings that hold JSON cross the wire. MLflow strips one layer of JSON from a string attribute of a span whose
 * text is a JSON string, array or object (its clients send JSON texts as strings), and leaves numbers and booleans in
 * strings alone. Doing the same, and quoting what would be stripped by mistake, makes the way there and back lossless.
 *
 * Only attributes of spans follow this rule; those of events, links and resources are taken literally.
 */
export function textOfString(raw: string): JsonText {
  const first = firstUnit(raw)
  if (first === OPEN_BRACE || first === OPEN_BRACKET) return isJson(raw) ? raw : jsonString(raw)
  if (first === QUOTE && isJson(raw)) return jsonString(JSON.parse(raw))
  return jsonString(raw)
}

/** The string to send for the JSON text of a string; {@link textOfString} gives the text back. */
export function stringOfText(text: JsonText): string {
  const raw = text.includes('\\') ? unescaped(text) : text.slice(1, -1)
  return wouldBeStripped(raw) || !raw.isWellFormed() ? text : raw
}

function unescaped(text: JsonText): string {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

/** Python reads NaN and Infinity inside JSON, so a text with them is not safe from MLflow either. */
function wouldBeStripped(raw: string): boolean {
  const first = firstUnit(raw)
  if (first !== OPEN_BRACE && first !== OPEN_BRACKET && first !== QUOTE) return false
  return isJson(raw) || /NaN|Infinity/.test(raw)
}

function firstUnit(text: string): number {
  let at = 0
  let unit = text.charCodeAt(0)
  while (unit === 32 || unit === 10 || unit === 13 || unit === 9) unit = text.charCodeAt(++at)
  return unit
}

const QUOTE = 34
const OPEN_BRACKET = 91
const OPEN_BRACE = 123
