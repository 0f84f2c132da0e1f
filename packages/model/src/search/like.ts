/**
 * SQL's LIKE over whole texts: `%` is any run of characters, `_` one character, nothing escapes them. Time is at most
 * proportional to text times pattern, whatever the pattern.
 *
 * @param ignoresCase ILIKE: both sides are put in lower case, beyond ASCII too
 */
export function likeMatcher(pattern: string, ignoresCase: boolean): (text: string) => boolean {
  const parts = (ignoresCase ? pattern.toLowerCase() : pattern).split('%')
  const pieces = parts.map((part) => [...part])
  return (text) => matches(ignoresCase ? text.toLowerCase() : text, parts, pieces)
}

function matches(text: string, parts: readonly string[], pieces: readonly (readonly string[])[]): boolean {
  const first = endOf(text, 0, pieces[0] ?? [])
  if (first < 0) return false
  if (parts.length === 1) return first === text.length
  let at = first
  for (let index = 1; index < parts.length - 1; index++) {
    at = findEnd(text, at, parts[index] ?? '', pieces[index] ?? [])
    if (at < 0) return false
  }
  return endsWith(text, at, pieces.at(-1) ?? [])
}

/** Where the first occurrence at or after `from` ends, or -1. The first is as good as any: what follows is a `%`. */
function findEnd(text: string, from: number, part: string, piece: readonly string[]): number {
  if (!part.includes('_')) {
    const found = text.indexOf(part, from)
    return found < 0 ? -1 : found + part.length
  }
  for (let start = from; start <= text.length; start += unitsAt(text, start)) {
    const end = endOf(text, start, piece)
    if (end >= 0) return end
  }
  return -1
}

/** Where `piece` ends if it stands at `start`, or -1. */
function endOf(text: string, start: number, piece: readonly string[]): number {
  let at = start
  for (const character of piece) {
    if (at >= text.length) return -1
    if (character === '_') at += unitsAt(text, at)
    else if (text.startsWith(character, at)) at += character.length
    else return -1
  }
  return at
}

function endsWith(text: string, from: number, piece: readonly string[]): boolean {
  let at = text.length
  for (const character of piece.toReversed()) {
    at -= character === '_' ? unitsBefore(text, at) : character.length
    if (at < from || (character !== '_' && !text.startsWith(character, at))) return false
  }
  return true
}

function unitsAt(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
}

function unitsBefore(text: string, at: number): number {
  return at > 1 && (text.codePointAt(at - 2) ?? 0) > 0xffff ? 2 : 1
}
