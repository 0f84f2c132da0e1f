import type { DocumentKind, Documents } from './document.ts'
import type { Row, Rows } from './rows.ts'
import { searchDocuments } from './search.ts'

/** The documents of one kind among those that are stored. */
export function documentsOf<T>(kind: DocumentKind<T>, rows: Rows): Documents<T> {
  const { name } = kind
  const get = (key: string): T | undefined => {
    const row = rows.get(name, key)
    return row === undefined ? undefined : kind.read(row.text)
  }
  const put = (documents: readonly T[]) =>
    rows.put(
      name,
      documents.map((document) => rowOf(kind, document)),
    )
  return {
    async create(document) {
      const old = get(kind.keyOf(document))
      if (old !== undefined) throw kind.taken(document, old)
      put([document])
    },
    async get(key) {
      return get(key)
    },
    async update(key, change) {
      const document = get(key)
      if (document === undefined) throw kind.missing(key)
      const changed = change(document)
      put([changed])
      return changed
    },
    async upsert(changes, merge) {
      const made = new Map<string, T>()
      for (const [key, change] of changes) made.set(key, merge(made.get(key) ?? get(key), change))
      put([...made.values()])
    },
    async delete(keys) {
      return rows.delete(name, keys)
    },
    async deleteGroup(group) {
      return rows.deleteGroup(name, group)
    },
    async count(group) {
      return rows.count(name, group)
    },
    async search(query) {
      return searchDocuments(kind, rows, query)
    },
  }
}

function rowOf<T>(kind: DocumentKind<T>, document: T): Row {
  return {
    key: kind.keyOf(document),
    group: kind.groupOf(document),
    // Clients say when a run began, and may say anything.
    place: Math.min(Math.max(kind.placeOf(document), Number.MIN_SAFE_INTEGER), Number.MAX_SAFE_INTEGER),
    text: kind.write(document),
  }
}
