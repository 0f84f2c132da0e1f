/** Where the reader was in a list, so that going back to it is going back to that place. Lasts as long as the page. */
interface ListPlace {
  readonly scrollTop: number
  readonly cursorId: string | undefined
}

const places = new Map<string, ListPlace>()
const filters = new Map<string, string>()

export function rememberPlace(experimentId: string, filter: string, place: ListPlace): void {
  places.set(placeKey(experimentId, filter), place)
}

export function placeOf(experimentId: string, filter: string): ListPlace | undefined {
  return places.get(placeKey(experimentId, filter))
}

export function rememberFilter(experimentId: string, filter: string): void {
  filters.set(experimentId, filter)
}

/** The filter last used in an experiment's list; empty for none. */
export function lastFilterOf(experimentId: string): string {
  return filters.get(experimentId) ?? ''
}

function placeKey(experimentId: string, filter: string): string {
  return `${experimentId}\n${filter}`
}
