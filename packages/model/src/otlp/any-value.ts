import { type ExactJson, parseExactly } from '../json/parse.ts'
import type { JsonText } from '../json/text.ts'
import { type StringRule, stringOfText } from './attribute-text.ts'

/** What a JSON text becomes as an AnyValue, of whatever wire form. */
export type AnyValue =
  | { readonly kind: 'empty' }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'double'; readonly value: number }
  | { readonly kind: 'tree'; readonly value: ExactJson }

/**
 * Decides the AnyValue of an attribute.
 *
 * @param strings `stripped` for attributes of spans: objects and arrays then travel as the string of their JSON text,
 * exactly as it is; `literal` for all others: objects and arrays travel as such
 */
export function anyValueOf(text: JsonText, strings: StringRule): AnyValue {
  switch (text.charCodeAt(0)) {
    case 34:
      return { kind: 'string', value: strings === 'stripped' ? stringOfText(text) : literalString(text) }
    case 110:
      return EMPTY
    case 116:
      return TRUE
    case 102:
      return FALSE
    case 123:
    case 91:
      return strings === 'stripped' ? { kind: 'string', value: text } : treeOf(text)
    default:
      return numberOf(text)
  }
}

const EMPTY: AnyValue = { kind: 'empty' }
const TRUE: AnyValue = { kind: 'bool', value: true }
const FALSE: AnyValue = { kind: 'bool', value: false }
const INTEGER = /^-?[0-9]+$/

/** An integer beyond int64 becomes a double: OTLP has no wider one. Text that is no number is sent as it is. */
export function numberOf(text: string): AnyValue {
  if (INTEGER.test(text)) {
    const value = BigInt(text)
    if (BigInt.asIntN(64, value) === value) return { kind: 'int', value }
  }
  const value = Number(text)
  return Number.isNaN(value) ? { kind: 'string', value: text } : { kind: 'double', value }
}

function literalString(text: JsonText): string {
  try {
    return text.includes('\\') ? JSON.parse(text) : text.slice(1, -1)
  } catch {
    return text
  }
}

function treeOf(text: JsonText): AnyValue {
  try {
    return { kind: 'tree', value: parseExactly(text) }
  } catch {
    return { kind: 'string', value: text }
  }
}
