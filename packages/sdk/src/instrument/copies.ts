import { sayFailure } from '../notices.ts'
import { builtin } from './builtin.ts'
import { applicationBases, type PackageEntries, packageEntries } from './entries.ts'
import { watchLoads } from './loads.ts'
import { isHolder } from './read.ts'
import { shared } from './shared.ts'

/**
 * Calls `found` with the exports of each copy of a library in this process: those loaded already, and those loaded
 * later. One library often has several, with unrelated classes: its CommonJS and its ES module build, and copies nested
 * below other packages.
 *
 * **With `module.registerHooks`** (Node ≥ 22.15, Deno) later loads are watched, wherever the copy lies. What was loaded
 * before is found in the CommonJS cache; the ES module build is asked for, as nothing tells whether it is there, unless
 * the program is a CommonJS program that has loaded the CommonJS build. Inside {@link beforeApplication} nothing is
 * loaded that the application does not load.
 *
 * **Without it** (Node 20, Bun) both builds that resolve from the application are loaded now; nested copies are not seen.
 *
 * A runtime without `node:module` (a browser, a bundled worker) has no copies to look for: there an application hands
 * over the module or the client itself.
 */
export function findCopies(module: string, found: (copy: object) => void): void {
  const isWatching = watchLoads(module, found)
  if (isWatching && phase().isBeforeApplication) return
  const nodeModule = builtin('node:module')
  if (!nodeModule) return
  for (const base of applicationBases()) {
    const entries = packageEntries(module, base)
    if (!entries) continue
    // From inside the package, because Node warns of require() of an ES module from elsewhere.
    loadEntries(entries, { module, found, isWatching, require: nodeModule.createRequire(entries.manifest) })
    return
  }
}

/** Runs `body` with the promise that the application has not loaded anything yet. */
export function beforeApplication(body: () => void): void {
  const current = phase()
  current.isBeforeApplication = true
  try {
    body()
  } finally {
    current.isBeforeApplication = false
  }
}

function phase(): { isBeforeApplication: boolean } {
  return shared('phase/1', () => ({ isBeforeApplication: false }))
}

interface Search {
  readonly module: string
  readonly found: (copy: object) => void
  readonly isWatching: boolean
  readonly require: NodeJS.Require
}

function loadEntries({ commonJs, esModule }: PackageEntries, search: Search): void {
  const { require, isWatching } = search
  const isLoaded = commonJs !== undefined && require.cache[commonJs] !== undefined
  if (commonJs !== undefined && (isLoaded || !isWatching)) requireCopy(commonJs, search)
  const isCommonJsProgram = isLoaded && isWatching && require.main !== undefined
  if (esModule === undefined || esModule === commonJs || isCommonJsProgram) return
  if (!requireCopy(esModule, search)) importCopy(esModule, search)
}

/** Node ≥ 20.19 and ≥ 22.12 also require ES modules, and give the same namespace `import` gives. */
function requireCopy(path: string, { require, found }: Search): boolean {
  let copy: unknown
  try {
    copy = require(path)
  } catch {
    return false
  }
  if (isHolder(copy)) found(copy)
  return true
}

/** Calls made before this is done are not traced; only runtimes that cannot require an ES module come here. */
function importCopy(path: string, { module, found }: Search): void {
  const url = builtin('node:url')?.pathToFileURL(path).href ?? path
  import(url).then(found, (error: unknown) => {
    sayFailure(`load ${module}`, `"${module}" could not be loaded for tracing`, error)
  })
}
