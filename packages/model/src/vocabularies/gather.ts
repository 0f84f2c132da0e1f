import { readAttribute } from '../json/parse.ts'
import type { JsonValue } from '../json/text.ts'
import type { Attributes } from '../span.ts'

const MAX_ENTRIES = 10_000
const MAX_SEGMENTS = 16

type Branch = Map<string, Branch | JsonValue>

/**
 * The value that a convention without nested attributes spread over many names: `prefix.0.message.role` and
 * `prefix.0.message.content` become `[{ message: { role, content } }]`. A level whose names are all numbers is an array,
 * in the order of the numbers. `undefined` when no name begins with `prefix` and a dot.
 */
export function gather(attributes: Attributes, prefix: string): JsonValue | undefined {
  const root: Branch = new Map()
  let entries = 0
  for (const name of attributes.keys()) {
    if (!name.startsWith(prefix) || name[prefix.length] !== '.') continue
    const segments = name.slice(prefix.length + 1).split('.', MAX_SEGMENTS)
    const value = readAttribute(attributes, name)
    if (value !== undefined) plant(root, segments, value)
    if (++entries === MAX_ENTRIES) break
  }
  return root.size === 0 ? undefined : grown(root)
}

/** Where a name is both a value and the beginning of others, the first to come stays. */
function plant(root: Branch, segments: readonly string[], value: JsonValue): void {
  let branch = root
  for (const segment of segments.slice(0, -1)) {
    const next = branch.get(segment) ?? new Map()
    if (!(next instanceof Map)) return
    branch.set(segment, next)
    branch = next
  }
  const last = segments[segments.length - 1]!
  if (!branch.has(last)) branch.set(last, value)
}

function grown(branch: Branch): JsonValue {
  const values = [...branch].map(([name, value]) => [name, value instanceof Map ? grown(value) : value] as const)
  if (values.every(([name]) => /^\d{1,6}$/.test(name))) {
    return values.sort(([a], [b]) => Number(a) - Number(b)).map(([, value]) => value)
  }
  const object: Record<string, JsonValue> = Object.create(null)
  for (const [name, value] of values) object[name] = value
  return object
}
