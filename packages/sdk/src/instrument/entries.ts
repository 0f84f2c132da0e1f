import { builtin } from './builtin.ts'
import { readField } from './read.ts'

/** The files Node would load for a package, by kind of import. */
export interface PackageEntries {
  /** The package.json. */
  readonly manifest: string
  readonly commonJs: string | undefined
  readonly esModule: string | undefined
}

const MAX_CONDITION_DEPTH = 16

/** Files from whose place the application's packages resolve: its main script, then the working directory. */
export function applicationBases(): string[] {
  const path = builtin('node:path')
  const main = process.argv[1]
  const bases = main ? [main] : []
  return path ? [...bases, path.join(process.cwd(), 'package.json')] : bases
}

/**
 * Finds the package from `base` as Node does, and both files its main export can mean. Node offers no way to ask what
 * `import` would load from somewhere else, so the conditions of `exports` are walked here.
 *
 * @param base an absolute path of a file
 * @returns undefined if the package is not installed there
 */
export function packageEntries(name: string, base: string): PackageEntries | undefined {
  const fs = builtin('node:fs')
  const path = builtin('node:path')
  const folders = builtin('node:module')?.createRequire(base).resolve.paths(name) ?? []
  if (!fs || !path) return undefined
  for (const folder of folders) {
    const found = path.join(folder, name, 'package.json')
    if (!fs.existsSync(found)) continue
    // Node's module cache goes by real paths.
    const manifest = fs.realpathSync(found)
    const content: unknown = JSON.parse(fs.readFileSync(manifest, 'utf8'))
    const inPackage = (target: string | undefined) => target && path.join(path.dirname(manifest), target)
    return {
      manifest,
      commonJs: inPackage(entryOf(content, 'require')),
      esModule: inPackage(entryOf(content, 'import')),
    }
  }
  return undefined
}

/** Exported for its test. The target of a package's main export under `import` or `require`. */
export function entryOf(manifest: unknown, kind: 'import' | 'require'): string | undefined {
  const exports = readField(manifest, 'exports')
  const active = new Set(['node', kind, 'default', ...userConditions()])
  const target = selectTarget(readField(exports, '.') ?? exports, active)
  if (target !== undefined || exports !== undefined) return target
  const main = readField(manifest, 'main')
  return typeof main === 'string' ? main : 'index.js'
}

/** The first condition that holds wins, in the order of the file (Node's PACKAGE_TARGET_RESOLVE). */
function selectTarget(target: unknown, active: ReadonlySet<string>, depth = 0): string | undefined {
  if (typeof target === 'string') return target
  if (typeof target !== 'object' || target === null || depth > MAX_CONDITION_DEPTH) return undefined
  for (const [condition, nested] of Object.entries(target)) {
    if (!Array.isArray(target) && !active.has(condition)) continue
    const selected = selectTarget(nested, active, depth + 1)
    if (selected !== undefined) return selected
  }
  return undefined
}

/** `--conditions=x` and `-C x`, from the command line of this process. */
function userConditions(): string[] {
  const given = process.execArgv ?? []
  return given.flatMap((argument, index) => {
    const match = /^(?:--conditions|-C)(?:=(.+))?$/.exec(argument)
    const value = match && (match[1] ?? given[index + 1])
    return value ? [value] : []
  })
}
