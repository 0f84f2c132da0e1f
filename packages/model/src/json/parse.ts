import type { Attributes } from '../span.ts'
import type { JsonText, JsonValue } from './text.ts'

/** How deep objects and arrays may be nested; more is refused, so that no reader of the result runs out of stack. */
export const MAX_JSON_DEPTH = 512

/** Turning digits into a bigint takes time quadratic in their number; Python draws the line in the same place. */
const MAX_DIGITS = 4300

/**
 * Parses JSON without losing anything: integers outside ±2^53 become bigint, objects have a null prototype, so that
 * `__proto__` is a key like any other. The last of two equal keys wins, as in `JSON.parse`.
 *
 * Hand-written because `JSON.parse` with access to the source text is not in Node 20.
 *
 * @throws SyntaxError with the position, for text that is not JSON, and beyond {@link MAX_JSON_DEPTH}
 */
export function parseJson(text: string): JsonValue {
  return new JsonParser<number | bigint>(text, numberOf).whole()
}

/** A number as it was written: `1` and `1.0` differ, and so do they for MLflow's clients and for OpenTelemetry. */
export class JsonNumeral {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type ExactJson =
  | null
  | boolean
  | string
  | JsonNumeral
  | readonly ExactJson[]
  | { readonly [key: string]: ExactJson }

/** Parses as {@link parseJson} does, but leaves numbers as they were written. */
export function parseExactly(text: string): ExactJson {
  return new JsonParser<JsonNumeral>(text, (digits) => new JsonNumeral(digits)).whole()
}

/** The value of an attribute; `undefined` if there is none or its text cannot be read. */
export function readAttribute(attributes: Attributes, key: string): JsonValue | undefined {
  const text = attributes.get(key)
  if (text === undefined) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}

/** The value of an attribute that is a JSON string; `undefined` if there is none or it is something else. */
export function readText(attributes: Attributes, key: string): string | undefined {
  const text = attributes.get(key)
  if (text?.charCodeAt(0) !== QUOTE) return undefined
  const value = readAttribute(attributes, key)
  return typeof value === 'string' ? value : undefined
}

/** True for text that `JSON.parse` reads. Builds nothing that outlives the call. */
export function isJson(text: string): text is JsonText {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const QUOTE = 34
const BACKSLASH = 92
const COMMA = 44
const COLON = 58
const OPEN_BRACKET = 91
const CLOSE_BRACKET = 93
const OPEN_BRACE = 123
const CLOSE_BRACE = 125

function numberOf(digits: string): number | bigint {
  const number = Number(digits)
  return Number.isSafeInteger(number) || /[.eE]/.test(digits) ? number : BigInt(digits)
}

type Parsed<N> = null | boolean | string | N | Parsed<N>[] | { [key: string]: Parsed<N> }

/** @typeParam N what becomes of numbers */
class JsonParser<N> {
  readonly #text: string
  readonly #numberOf: (digits: string) => N
  readonly #number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y
  #at = 0

  constructor(text: string, numberOf: (digits: string) => N) {
    this.#text = text
    this.#numberOf = numberOf
  }

  whole(): Parsed<N> {
    const value = this.#value(0)
    if (!Number.isNaN(this.#peek())) this.#fail('Unexpected text after the value')
    return value
  }

  #value(depth: number): Parsed<N> {
    switch (this.#peek()) {
      case QUOTE:
        return this.#string()
      case OPEN_BRACE:
        return this.#object(depth)
      case OPEN_BRACKET:
        return this.#array(depth)
      case 116:
        return this.#word('true', true)
      case 102:
        return this.#word('false', false)
      case 110:
        return this.#word('null', null)
      default:
        return this.#numeral()
    }
  }

  #object(depth: number): Parsed<N> {
    if (depth >= MAX_JSON_DEPTH) this.#fail('Nested too deep')
    const object: { [key: string]: Parsed<N> } = Object.create(null)
    this.#at++
    if (this.#peek() === CLOSE_BRACE) {
      this.#at++
      return object
    }
    for (;;) {
      if (this.#peek() !== QUOTE) this.#fail('Expected a property name in double quotes')
      const key = this.#string()
      if (this.#peek() !== COLON) this.#fail('Expected a colon')
      this.#at++
      object[key] = this.#value(depth + 1)
      const next = this.#peek()
      this.#at++
      if (next === CLOSE_BRACE) return object
      if (next !== COMMA) this.#fail('Expected a comma or the end of the object', this.#at - 1)
    }
  }

  #array(depth: number): Parsed<N> {
    if (depth >= MAX_JSON_DEPTH) this.#fail('Nested too deep')
    const array: Parsed<N>[] = []
    this.#at++
    if (this.#peek() === CLOSE_BRACKET) {
      this.#at++
      return array
    }
    for (;;) {
      array.push(this.#value(depth + 1))
      const next = this.#peek()
      this.#at++
      if (next === CLOSE_BRACKET) return array
      if (next !== COMMA) this.#fail('Expected a comma or the end of the array', this.#at - 1)
    }
  }

  #string(): string {
    const text = this.#text
    const start = this.#at
    let isPlain = true
    for (let at = start + 1; at < text.length; at++) {
      const unit = text.charCodeAt(at)
      if (unit === QUOTE) {
        this.#at = at + 1
        return isPlain ? text.slice(start + 1, at) : this.#escaped(start, at + 1)
      }
      if (unit < 32) this.#fail('A control character in a string', at)
      if (unit === BACKSLASH) {
        isPlain = false
        at++
      }
    }
    return this.#fail('A string without an end', start)
  }

  #escaped(start: number, end: number): string {
    try {
      return JSON.parse(this.#text.slice(start, end))
    } catch {
      return this.#fail('A bad escape in the string', start)
    }
  }

  #numeral(): N {
    this.#number.lastIndex = this.#at
    const digits = this.#number.exec(this.#text)?.[0]
    if (digits === undefined) return this.#fail('Expected a value')
    if (digits.length > MAX_DIGITS) this.#fail('A number with too many digits')
    this.#at += digits.length
    return this.#numberOf(digits)
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) this.#fail('Expected a value')
    this.#at += word.length
    return value
  }

  /** Skips white space. NaN at the end of the text. */
  #peek(): number {
    let unit = this.#text.charCodeAt(this.#at)
    while (unit === 32 || unit === 10 || unit === 13 || unit === 9) unit = this.#text.charCodeAt(++this.#at)
    return unit
  }

  #fail(what: string, at = this.#at): never {
    throw new SyntaxError(`${what} at position ${at} of the JSON text`)
  }
}
