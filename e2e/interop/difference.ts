/** One place where two documents are not the same. `undefined` stands for nothing there. */
export interface Difference {
  /** Keys and indices from the root, joined by `/`. */
  readonly at: string
  readonly stock: unknown
  readonly clew: unknown
}

/** Every place where the documents differ, as deep as they can still be compared, in document order. */
export function differences(stock: unknown, clew: unknown, at = ''): Difference[] {
  const [left, right] = [entries(stock), entries(clew)]
  if (left === undefined || right === undefined || Array.isArray(stock) !== Array.isArray(clew)) {
    return JSON.stringify(stock) === JSON.stringify(clew) ? [] : [{ at, stock, clew }]
  }
  return [...new Set([...left.keys(), ...right.keys()])].flatMap((key) =>
    differences(left.get(key), right.get(key), at === '' ? key : `${at}/${key}`),
  )
}

function entries(value: unknown): Map<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined
}
