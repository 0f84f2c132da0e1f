import { FilterError, type TextRange } from './filter-error.ts'
import { printString } from './python-text.ts'
import { type Path, type Token, tokenize } from './tokens.ts'

/** A filter before anybody asked which fields there are. */
export type Clause =
  | { readonly type: 'and' | 'or'; readonly operands: readonly Clause[] }
  | { readonly type: 'not'; readonly operand: Clause }
  | RawComparison

export interface RawComparison {
  readonly type: 'comparison'
  readonly field: Token
  /** Its words in upper case, one blank between them. */
  readonly operator: string
  readonly operatorRange: TextRange
  /** Absent after `IS NULL` and `IS NOT NULL`. */
  readonly value: RawValue | undefined
}

export type RawValue = Token | RawList

export interface RawList extends TextRange {
  readonly kind: 'list'
  readonly text: string
  readonly items: readonly Token[]
}

/** Characters of a filter. Room for a list of a thousand trace ids. */
export const MAX_FILTER_LENGTH = 65_536
/** Comparisons in a filter. */
export const MAX_CLAUSES = 256
/** NOT and parentheses inside each other. */
export const MAX_NESTING = 64

/**
 * Reads the structure of a filter: comparisons joined by AND, OR, NOT and parentheses; NOT binds closest, then AND. As
 * in MLflow an AND too many is nothing, and comparisons may follow each other without one. A comparison in parentheses
 * is an AND of one, so that `(span.name = 'a') AND (span.name = 'b')` can ask for two spans.
 *
 * @returns `undefined` for the empty text
 * @throws FilterError with MLflow's wording
 */
export function parseClauses(text: string): Clause | undefined {
  if (text === '') return undefined
  if (text.length > MAX_FILTER_LENGTH) {
    const message = `A filter has at most ${MAX_FILTER_LENGTH} characters; this one has ${text.length}.`
    throw new FilterError(message, { start: MAX_FILTER_LENGTH, end: text.length })
  }
  const tokens = tokenize(text)
  if (tokens.length === 0) throw new FilterError(`Invalid filter '${text}'. Could not be parsed.`, whole(text))
  refuseSecondStatement(text, tokens)
  return new Reader(text, tokens).read()
}

class Reader {
  readonly #text: string
  readonly #tokens: readonly Token[]
  #at = 0
  #clauses = 0

  constructor(text: string, tokens: readonly Token[]) {
    this.#text = text
    this.#tokens = tokens
  }

  read(): Clause | undefined {
    this.#skipAnds()
    if (this.#at === this.#tokens.length) return undefined
    const clause = this.#readOr(0)
    if (this.#at < this.#tokens.length) this.#refuse()
    return clause
  }

  #readOr(depth: number): Clause {
    const operands = [this.#readAnd(depth)]
    while (this.#isWord('OR')) {
      this.#at++
      operands.push(this.#readAnd(depth))
    }
    return operands.length === 1 ? operands[0]! : { type: 'or', operands }
  }

  #readAnd(depth: number): Clause {
    this.#skipAnds()
    const operands = [this.#readNot(depth)]
    this.#skipAnds()
    while (this.#at < this.#tokens.length && !this.#isWord('OR') && this.#tokens[this.#at]?.kind !== ')') {
      operands.push(this.#readNot(depth))
      this.#skipAnds()
    }
    return operands.length === 1 ? operands[0]! : { type: 'and', operands }
  }

  #readNot(depth: number): Clause {
    const token = this.#tokens[this.#at]
    if (depth > MAX_NESTING)
      throw new FilterError(`A filter nests at most ${MAX_NESTING} deep.`, token ?? whole(this.#text))
    if (this.#isWord('NOT')) {
      this.#at++
      return { type: 'not', operand: this.#readNot(depth + 1) }
    }
    if (token?.kind !== '(') return this.#readComparison()
    this.#at++
    const clause = this.#readOr(depth + 1)
    if (this.#tokens[this.#at]?.kind !== ')') this.#refuse(token)
    this.#at++
    return clause.type === 'comparison' ? { type: 'and', operands: [clause] } : clause
  }

  #readComparison(): RawComparison {
    const found = comparisonAt(this.#text, this.#tokens, this.#at)
    if (found === undefined) this.#refuse()
    const { comparison, next } = found
    this.#at = next
    this.#clauses++
    if (this.#clauses > MAX_CLAUSES) {
      throw new FilterError(`A filter has at most ${MAX_CLAUSES} comparisons.`, comparison.field)
    }
    if (comparison.field.kind !== 'path') {
      const message = `Invalid comparison clause. Expected 'Identifier' found '${comparison.field.text}'`
      throw new FilterError(message, comparison.field)
    }
    return comparison
  }

  #skipAnds(): void {
    while (this.#isWord('AND')) this.#at++
  }

  #isWord(word: string): boolean {
    return wordOf(this.#tokens[this.#at]) === word
  }

  /** Names everything that is no part of a comparison, as MLflow does; `culprit` if all is. */
  #refuse(culprit = this.#tokens[this.#at] ?? this.#tokens.at(-1)): never {
    const invalid: Token[] = []
    for (let at = 0; at < this.#tokens.length; ) {
      const found = comparisonAt(this.#text, this.#tokens, at)
      const token = this.#tokens[at]!
      if (found === undefined && !isJoint(token)) invalid.push(token)
      at = found?.next ?? at + 1
    }
    if (invalid.length === 0 && culprit !== undefined) invalid.push(culprit)
    const list = invalid.map((token) => `'${token.text}'`).join(', ')
    throw new FilterError(`Invalid clause(s) in filter string: ${list}`, invalid[0] ?? whole(this.#text))
  }
}

type Found = { readonly comparison: RawComparison; readonly next: number }

function comparisonAt(text: string, tokens: readonly Token[], at: number): Found | undefined {
  const token = tokens[at]
  if (token === undefined || !isOperand(token)) return undefined
  const operator = operatorAt(tokens, at + 1)
  if (operator === undefined) return undefined
  const field = token.kind === 'string' && token.text.startsWith('"') ? asPath(token) : token
  const raw = { type: 'comparison', field, operator: operator.name, operatorRange: operator.range } as const
  if (operator.name === 'IS NULL' || operator.name === 'IS NOT NULL') {
    return { comparison: { ...raw, value: undefined }, next: operator.next }
  }
  const isMember = operator.name === 'IN' || operator.name === 'NOT IN'
  const list = listAt(text, tokens, operator.next)
  if (list !== undefined) return { comparison: { ...raw, value: list.value }, next: list.next }
  const value = tokens[operator.next]
  if (isMember || value === undefined || !isOperand(value)) return undefined
  if (wordOf(value) === 'TRUE' || wordOf(value) === 'FALSE') return undefined
  return { comparison: { ...raw, value }, next: operator.next + 1 }
}

const COMPARING_WORDS = new Set(['LIKE', 'ILIKE', 'RLIKE', 'REGEXP', 'IN'])

function operatorAt(tokens: readonly Token[], at: number) {
  const words = [0, 1, 2].map((offset) => wordOf(tokens[at + offset]))
  const length = operatorLength(tokens[at], words)
  const first = tokens[at]
  const last = tokens[at + length - 1]
  if (length === 0 || first === undefined || last === undefined) return undefined
  const name = first.kind === 'operator' ? first.text : words.slice(0, length).join(' ')
  return { name, range: { start: first.start, end: last.end }, next: at + length }
}

function operatorLength(token: Token | undefined, words: readonly (string | undefined)[]): number {
  const [first = '', second = '', third = ''] = words
  if (token?.kind === 'operator' || COMPARING_WORDS.has(first)) return 1
  if (first === 'NOT' && COMPARING_WORDS.has(second)) return 2
  if (first === 'IS' && second === 'NULL') return 2
  return first === 'IS' && second === 'NOT' && third === 'NULL' ? 3 : 0
}

function listAt(text: string, tokens: readonly Token[], at: number): { value: RawList; next: number } | undefined {
  const open = tokens[at]
  if (open?.kind !== '(') return undefined
  const length = tokens.slice(at + 1).findIndex((token) => token.kind === ')' || token.kind === '(')
  const close = tokens[at + 1 + length]
  if (length < 0 || close?.kind !== ')') return undefined
  const value = {
    kind: 'list',
    text: text.slice(open.start, close.end),
    items: tokens.slice(at + 1, at + 1 + length),
    start: open.start,
    end: close.end,
  } as const
  return { value, next: at + length + 2 }
}

const KEYWORDS = new Set(['AND', 'OR', 'NOT', 'IN', 'IS', ...COMPARING_WORDS])

function isOperand(token: Token): boolean {
  if (token.kind === 'path') return token.word === undefined || !KEYWORDS.has(token.word)
  return token.kind === 'string' || token.kind === 'number'
}

/** What joins comparisons and is therefore not reported among what does not belong. */
function isJoint(token: Token): boolean {
  const word = wordOf(token)
  return token.kind === '(' || token.kind === ')' || word === 'AND' || word === 'OR' || word === 'NOT'
}

function wordOf(token: Token | undefined): string | undefined {
  return token?.kind === 'path' ? token.word : undefined
}

function asPath(token: Token): Path {
  return { ...token, kind: 'path', segments: [token.text.slice(1, -1)], word: undefined }
}

function refuseSecondStatement(text: string, tokens: readonly Token[]): void {
  const at = tokens.findIndex((token) => token.kind === ';')
  const second = tokens[at + 1]
  if (at < 0 || second === undefined) return
  const message = `Search filter contained multiple expression ${printString(text)}. Provide AND-ed expression list.`
  throw new FilterError(message, { start: second.start, end: text.length })
}

function whole(text: string): TextRange {
  return { start: 0, end: text.length }
}
