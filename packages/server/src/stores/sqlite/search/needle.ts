import type { Comparison } from '@clew/model'

/** Longer ones find no less; SQLite bounds a pattern. */
const MAX_NEEDLE = 100

/**
 * A piece of plain text without which no line can match a LIKE or an ILIKE, in letters whose case SQLite's own LIKE
 * ignores, so that SQLite can pass over what cannot match, ten times faster than the test itself. `undefined` when the
 * pattern has none.
 *
 * Left out is what SQLite would see differently: wildcards, line ends (the text of a span is several lines), all beyond
 * ASCII, and with ILIKE the letters that are the lower case of something beyond ASCII (`K`elvin, `İ`).
 */
export function needleOf({ operator, value }: Pick<Comparison, 'operator' | 'value'>): string | undefined {
  if (value.type !== 'text' || (operator !== 'LIKE' && operator !== 'ILIKE')) return undefined
  const pieces = value.text.split(operator === 'LIKE' ? /[^ -~]|[%_]/u : /[^ -~]|[%_ki]/iu)
  const longest = pieces.reduce((best, piece) => (piece.length > best.length ? piece : best), '')
  return longest === '' ? undefined : longest.slice(0, MAX_NEEDLE)
}
