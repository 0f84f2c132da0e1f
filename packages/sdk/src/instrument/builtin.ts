/** The modules of Node the engine uses where there are any. */
interface Builtins {
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:module': typeof import('node:module')
  readonly 'node:path': typeof import('node:path')
  readonly 'node:url': typeof import('node:url')
}

/**
 * A built-in module, or `undefined` where there is none. Never a static import: browsers, workers and bundlers load the
 * engine too. Needs `process.getBuiltinModule` (Node ≥ 20.16 and ≥ 22.3, Bun, Deno).
 */
export function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  if (typeof process === 'undefined' || typeof process.getBuiltinModule !== 'function') return undefined
  return process.getBuiltinModule(name)
}
