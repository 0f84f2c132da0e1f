/** What one reader likes, kept in this browser: theme, pane sizes. View state belongs in the URL. */
export function readPreference(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined // storage may be forbidden; a preference is not worth an error
  }
}

export function writePreference(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // As above: the choice then lasts as long as the page.
  }
}
