/** The line that says what failed, as a row shows it: one word that stands out, and the rest. */
export interface FailureLine {
  readonly word: string
  /** May be empty. */
  readonly rest: string
}

/**
 * Takes the type of the exception off the line, without the package it comes from: `openai.RateLimitError: 429` is
 * `RateLimitError` and `429`. A line that does not start with a type is all rest, and the word is `Error`.
 */
export function failureLine(error: string): FailureLine {
  const [, type = '', rest = ''] = /^([\w$.]+)(?:: (.*))?$/s.exec(error) ?? []
  const word = type.slice(type.lastIndexOf('.') + 1)
  return /^[A-Z]|(?:Error|Exception)$/.test(word) ? { word, rest } : { word: 'Error', rest: error }
}
