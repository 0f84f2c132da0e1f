/** A stretch of code and the class that colours it. */
export interface CodeToken {
  readonly text: string
  readonly kind: 'plain' | 'word' | 'string'
}

const TOKEN = /'[^'\n]*'|"[^"\n]*"|https?:\/\/\S+|\b(?:import|from|const|await|new|export|def|return)\b/g

/** Enough of a highlighter for the lines of a quick start: words, strings, addresses. */
export function codeTokens(code: string): readonly CodeToken[] {
  const tokens: CodeToken[] = []
  let end = 0
  for (const match of code.matchAll(TOKEN)) {
    if (match.index > end) tokens.push({ text: code.slice(end, match.index), kind: 'plain' })
    tokens.push({ text: match[0], kind: /^['"h]/.test(match[0]) ? 'string' : 'word' })
    end = match.index + match[0].length
  }
  if (end < code.length) tokens.push({ text: code.slice(end), kind: 'plain' })
  return tokens
}
