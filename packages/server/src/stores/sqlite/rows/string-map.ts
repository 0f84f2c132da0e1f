/** A map as the text of a flat JSON object, so that SQLite can look into it. */
export function printMap(map: ReadonlyMap<string, string>): string {
  let text = ''
  for (const [key, value] of map) text += `${text === '' ? '' : ','}${JSON.stringify(key)}:${JSON.stringify(value)}`
  return `{${text}}`
}

/** The inverse of {@link printMap}. Keys go straight into the map, so `__proto__` is a key like any other. */
export function parseMap(text: string): Map<string, string> {
  return text === '{}' ? new Map() : new Map(Object.entries(JSON.parse(text)))
}
