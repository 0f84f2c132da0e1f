type Fields = Readonly<Record<string, unknown>>

/** The JSON object in an answer, or the object in one of its fields; `undefined` for anything else. Read only. */
export function readJsonObject(body: Uint8Array, field?: string): Fields | undefined {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder().decode(body))
  } catch {
    return undefined
  }
  const object = asObject(value)
  return field === undefined ? object : asObject(object?.[field])
}

function asObject(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined
}
