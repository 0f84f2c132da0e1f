import type { TextRange } from './filter-error.ts'

/**
 * A piece of a filter. `path` is a field such as `` tag.`my key` `` or a bare word; `stray` is what belongs nowhere: a
 * comment, an opening quote without its end, any other character.
 */
export type Token = Piece | Path

interface Piece extends TextRange {
  readonly kind: 'string' | 'number' | 'operator' | '(' | ')' | ',' | ';' | 'stray'
  /** As written, quotes included. */
  readonly text: string
}

export interface Path extends TextRange {
  readonly kind: 'path'
  readonly text: string
  /** Between the dots, without quotes. The last one is empty if the path ends in a dot. */
  readonly segments: readonly string[]
  /** In upper case, if the path is one bare word; then it may be a keyword. */
  readonly word: string | undefined
}

/** Cuts a filter into tokens the way `sqlparse` does, which MLflow relies on. Blanks are left out. Never fails. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  let start = 0
  while (start < text.length) {
    const end = start + lengthAt(BLANKS, text, start)
    if (end > start) start = end
    else {
      const token = tokenAt(text, start)
      tokens.push(token)
      start = token.end
    }
  }
  return tokens
}

const BLANKS = /\s*/y
const COMMENT = /--[^\n]*|\/\*[\s\S]*?\*\//y
const STRING = /'(?:''|\\'|[^'])*'|"(?:""|\\"|[^"])*"/y
const NUMBER = /-?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?(?![\p{L}\p{N}_])/uy
const PATH = /(?:[\p{L}_][\p{L}\p{N}_]*|`[^`]*`|"[^"]*"(?=\.))(?:\.(?:[\p{L}\p{N}_]+|`[^`]*`|"[^"]*")?)*/uy
const SEGMENT = /`([^`]*)`|"([^"]*)"|([^.`"]+)/y
const OPERATOR = /[=<>!~]+/y

function tokenAt(text: string, start: number): Token {
  const path = lengthAt(PATH, text, start)
  if (path > 0) return pathOf(text.slice(start, start + path), start)
  const [kind, length] = pieceAt(text, start)
  return { kind, text: text.slice(start, start + length), start, end: start + length }
}

function pieceAt(text: string, start: number): [kind: Piece['kind'], length: number] {
  const string = lengthAt(STRING, text, start)
  if (string > 0) return ['string', string]
  const comment = lengthAt(COMMENT, text, start)
  if (comment > 0) return ['stray', comment]
  const number = lengthAt(NUMBER, text, start)
  if (number > 0) return ['number', number]
  const operator = lengthAt(OPERATOR, text, start)
  if (operator > 0) return ['operator', operator]
  const character = String.fromCodePoint(text.codePointAt(start) ?? 0)
  const isMark = character === '(' || character === ')' || character === ',' || character === ';'
  return [isMark ? character : 'stray', character.length]
}

function pathOf(text: string, start: number): Path {
  const segments: string[] = []
  let at = 0
  let isBare = true
  while (at <= text.length) {
    SEGMENT.lastIndex = at
    const match = SEGMENT.exec(text)
    segments.push(match?.[1] ?? match?.[2] ?? match?.[3] ?? '')
    isBare &&= match?.[3] !== undefined
    at += (match?.[0].length ?? 0) + 1
  }
  const word = isBare && segments.length === 1 ? text.toUpperCase() : undefined
  return { kind: 'path', text, start, end: start + text.length, segments, word }
}

function lengthAt(pattern: RegExp, text: string, start: number): number {
  pattern.lastIndex = start
  return pattern.exec(text)?.[0].length ?? 0
}
