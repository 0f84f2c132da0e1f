import type { EncodeLimits } from './limits.ts'

/** What is left of the limits while values are walked. */
export interface Budget {
  /** Values that may still be visited. */
  items: number
  /** Characters that may still be written. */
  length: number
}

/**
 * True if `JSON.stringify` writes this value whole, faithfully and within the limits: only plain objects, arrays,
 * strings, finite numbers, booleans, null, and undefined where JSON leaves it out.
 *
 * This runs before every native `JSON.stringify`, so it does as little as that question allows: one prototype
 * comparison an object, one type test a value. An accessor property of an object literal is not told from data (that
 * would cost as much as the encoding), so it may be read twice. Throws what a hostile getter or proxy throws.
 */
export function isPlainData(value: unknown, depth: number, budget: Budget, limits: EncodeLimits): boolean {
  switch (typeof value) {
    case 'string':
      budget.length -= value.length
      return value.length <= limits.maxStringLength && budget.length >= 0
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0)
    case 'boolean':
    case 'undefined':
      return true
    case 'object':
      return value === null || isPlainObject(value, depth, budget, limits)
    default:
      return false
  }
}

function isPlainObject(value: object, depth: number, budget: Budget, limits: EncodeLimits): boolean {
  if (depth >= limits.maxDepth) return false
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Array.prototype) {
    const array = value as readonly unknown[]
    budget.items -= array.length
    if (budget.items < 0) return false
    for (let i = 0; i < array.length; i++) if (!isPlainData(array[i], depth + 1, budget, limits)) return false
    return true
  }
  if (prototype !== Object.prototype && prototype !== null) return false
  // for-in also visits what somebody added to Object.prototype; the value then takes the careful way, which is right.
  for (const key in value) {
    if (--budget.items < 0) return false
    budget.length -= key.length
    if (!isPlainData((value as Record<string, unknown>)[key], depth + 1, budget, limits)) return false
  }
  return budget.length >= 0
}
