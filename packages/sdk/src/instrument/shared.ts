/**
 * A value of the process rather than of this copy of the module, so that an ESM and a CommonJS copy loaded side by side
 * act as one. Change the number in the name when the shape of the value changes.
 */
export function shared<T extends object>(name: string, create: () => T): T {
  const holder = globalThis as unknown as Record<symbol, T | undefined>
  const key = Symbol.for(`@clew/tracing/${name}`)
  holder[key] ??= create()
  return holder[key]
}
