/** MLflow's messages print values as Python does. */

/** A text as `repr` prints it, near enough for a message. */
export function printString(text: string): string {
  const isDouble = text.includes("'") && !text.includes('"')
  const escaped = text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return isDouble ? `"${escaped}"` : `'${escaped.replaceAll("'", "\\'")}'`
}

/** A set of texts. Their order is random in Python; here they are sorted. */
export function printSet(texts: Iterable<string>): string {
  return `{${[...texts].sort().map(printString).join(', ')}}`
}

export function printList(texts: readonly string[]): string {
  return `[${texts.map(printString).join(', ')}]`
}
