/** Of one stream, this many characters are kept in all; a host that reads longer ones still gets every chunk. */
export const MAX_STREAM_CHARACTERS = 2_000_000

/** How many choices, tool calls, output items or parts are told apart. */
export const MAX_PARTS = 256

/** What the texts of one stream may still take. */
export class TextBudget {
  #left = MAX_STREAM_CHARACTERS

  /** As much of `text` as still fits; empty for anything but text. */
  take(text: unknown): string {
    if (typeof text !== 'string') return ''
    const kept = text.slice(0, this.#left)
    this.#left -= kept.length
    return kept
  }
}

/** The entry at `index`, made by `create` when it is new; `undefined` once there are too many or it is no index. */
export function entryAt<Entry>(entries: Map<number, Entry>, index: unknown, create: () => Entry): Entry | undefined {
  const key = index ?? 0
  if (typeof key !== 'number' || !Number.isSafeInteger(key) || key < 0) return undefined
  const existing = entries.get(key)
  if (existing !== undefined || entries.size >= MAX_PARTS) return existing
  const created = create()
  entries.set(key, created)
  return created
}

/** The values in the order of their indices. */
export function inOrder<Entry>(entries: ReadonlyMap<number, Entry>): Entry[] {
  return [...entries].sort(([left], [right]) => left - right).map(([, entry]) => entry)
}
