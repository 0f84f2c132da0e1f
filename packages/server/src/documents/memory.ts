import { comparePlaces, type Row, type Rows } from './rows.ts'

/** Documents that end with the process. */
export function memoryRows(): Rows {
  const byKind = new Map<string, Map<string, Row>>()
  const rowsOf = (kind: string) => {
    const rows = byKind.get(kind) ?? new Map<string, Row>()
    byKind.set(kind, rows)
    return rows
  }
  const inGroup = (kind: string, group: string) => [...rowsOf(kind).values()].filter((row) => row.group === group)
  const remove = (kind: string, keys: readonly string[]) => keys.filter((key) => rowsOf(kind).delete(key)).length
  return {
    get: (kind, key) => rowsOf(kind).get(key),
    put(kind, rows) {
      for (const row of rows) rowsOf(kind).set(row.key, row)
    },
    delete: remove,
    deleteGroup: (kind, group) =>
      remove(
        kind,
        inGroup(kind, group).map(({ key }) => key),
      ),
    count: (kind, group) => inGroup(kind, group).length,
    scan: (kind, group, after) =>
      inGroup(kind, group)
        .filter((row) => after === undefined || comparePlaces(row, after) > 0)
        .sort(comparePlaces),
    close() {},
  }
}
