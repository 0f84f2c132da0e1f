/**
 * Says how values of one kind are written: returns what to write instead (any value; it is encoded in turn), or
 * `undefined` for what is not its kind. Asked for objects that are not plain data, so it never sees object literals
 * and arrays. One that throws costs the property it was asked for.
 */
export type JsonEncoder = (value: object) => unknown

const encoders: JsonEncoder[] = []

/** Adds an encoder for this process; the newest is asked first. Returns how to take it away again. */
export function registerEncoder(encoder: JsonEncoder): () => void {
  encoders.unshift(encoder)
  return () => {
    const index = encoders.indexOf(encoder)
    if (index >= 0) encoders.splice(index, 1)
  }
}

export function registeredValue(value: object): unknown {
  for (const encoder of encoders) {
    const replacement = encoder(value)
    if (replacement !== undefined) return replacement
  }
  return undefined
}
