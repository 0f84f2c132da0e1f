/**
 * Says how values of one kind are written: returns what to write instead (any value; it is encoded in turn), or
 * `undefined` for what is not its kind. Asked for objects that are not plain data, so it never sees object literals
 * and arrays. One that throws costs the property it was asked for.
 */
export type JsonEncoder = (value: object) => unknown

/** Of the process, not of this copy of the module: a program may hold an ESM and a CommonJS copy. */
const encoders: JsonEncoder[] = shared()

function shared(): JsonEncoder[] {
  const holder = globalThis as unknown as Record<symbol, JsonEncoder[] | undefined>
  const key = Symbol.for('@clew/model/encoders/1')
  holder[key] ??= []
  return holder[key]
}

/**
 * Adds an encoder for this process; the newest is asked first. Returns how to take it away again.
 *
 *     registerEncoder((value) => (value instanceof Money ? value.toString() : undefined))
 */
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
