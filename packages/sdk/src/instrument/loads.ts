import { builtin } from './builtin.ts'
import { isFunction } from './patch.ts'
import { isHolder } from './read.ts'
import { shared } from './shared.ts'
import { attempt } from './steps.ts'

/**
 * Calls `found` with the exports of every copy of `module` that is loaded from now on, at the end of its evaluation and
 * so before whoever imported it goes on.
 *
 * Works by `module.registerHooks`: a line is appended to the source of the file that the bare specifier resolves to.
 * Other modules are handed through as they are. (`module.register` would do for older versions, but it is deprecated,
 * starts a thread, and changes what `import` yields.)
 *
 * @returns false where the runtime has no such hooks
 */
export function watchLoads(module: string, found: (copy: object) => void): boolean {
  const nodeModule = builtin('node:module')
  if (!nodeModule || !isFunction(nodeModule.registerHooks)) return false
  const { watched } = loads
  watched.set(module, [...(watched.get(module) ?? []), found])
  if (loads.isHooked) return true
  loads.isHooked = true
  nodeModule.registerHooks({
    resolve(specifier, context, nextResolve) {
      const resolved = nextResolve(specifier, context)
      if (watched.has(specifier)) loads.moduleOfUrl.set(resolved.url, specifier)
      return resolved
    },
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const name = loads.moduleOfUrl.get(url)
      if (name === undefined) return loaded
      return attempt('autolog', () => withAnnouncement(loaded, { url, name })) ?? loaded
    },
  })
  return true
}

interface Loads {
  isHooked: boolean
  /** Specifiers somebody waits for. */
  readonly watched: Map<string, ((copy: object) => void)[]>
  /** Files such a specifier resolved to. */
  readonly moduleOfUrl: Map<string, string>
  /** Called by the appended lines. */
  announce(name: string, copy: unknown): void
}

const ANNOUNCE = '@clew/tracing/loads/1'

const loads: Loads = shared('loads/1', () => ({
  isHooked: false,
  watched: new Map(),
  moduleOfUrl: new Map(),
  announce(name, copy) {
    if (!isHolder(copy)) return
    for (const found of loads.watched.get(name) ?? []) attempt('autolog', () => found(copy))
  },
}))

interface LoadedSource {
  readonly format?: string | null | undefined
  readonly source?: unknown
}

function withAnnouncement<Loaded extends LoadedSource>(
  loaded: Loaded,
  { url, name }: { url: string; name: string },
): Loaded {
  const source = sourceText(loaded.source, url)
  const call = `globalThis[Symbol.for(${JSON.stringify(ANNOUNCE)})]?.announce(${JSON.stringify(name)}, `
  if (loaded.format === 'module') {
    // A module may import itself; at its end, everything it exports is there.
    const own = `\nimport * as clewOwnExports from ${JSON.stringify(url)};\n`
    return { ...loaded, source: `${source}${own}${call}clewOwnExports);\n` }
  }
  if (loaded.format === 'commonjs') return { ...loaded, source: `${source}\n;${call}module.exports);\n` }
  return loaded
}

/** Node hands over no source for CommonJS modules it would load itself. */
function sourceText(source: unknown, url: string): string {
  if (typeof source === 'string') return source
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return new TextDecoder().decode(source)
  const path = builtin('node:url')?.fileURLToPath(url)
  const text = path && builtin('node:fs')?.readFileSync(path, 'utf8')
  if (text === undefined) throw new Error(`no source for ${url}`)
  return text
}
