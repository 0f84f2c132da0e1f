import { builtin } from './instrument/builtin.ts'
import { beforeApplication } from './instrument/copies.ts'
import { applicationBases } from './instrument/entries.ts'
import { isFunction } from './instrument/patch.ts'
import { readField, readList } from './instrument/read.ts'
import { sayFailure, sayOnce } from './notices.ts'

/**
 * `node --import @clew/tracing/register app.js`: every library the installed integrations know is traced, without a
 * change to the program. `--require` does the same. Where traces go is up to the `MLFLOW_…` environment variables.
 *
 * `CLEW_INTEGRATIONS` names the modules to load, separated by commas; default `@clew/integrations`. Each exports a list
 * `integrations`. They are looked for from the main script, from the working directory, and next to this package; a name
 * that starts with `.` or `/` is a file.
 *
 * With `NODE_OPTIONS` this file reaches every Node process, npm included: it loads no library the program does not load,
 * says nothing unless something is missing, and never throws.
 */
const DEFAULT_MODULE = '@clew/integrations'
/** More than anybody has; a bound for a variable that comes from outside. */
const MAX_MODULES = 32

const names = (process.env['CLEW_INTEGRATIONS'] ?? DEFAULT_MODULE)
  .split(',')
  .map((name) => name.trim())
  .filter((name) => name !== '')
  .slice(0, MAX_MODULES)

for (const name of names) load(name)

function load(name: string): void {
  const createRequire = builtin('node:module')?.createRequire
  if (!createRequire) {
    sayOnce('register', 'libraries are not traced: this needs process.getBuiltinModule, as in Node ≥ 20.16')
    return
  }
  const file = locate(name, createRequire)
  if (file === undefined) {
    const remedy = name === DEFAULT_MODULE ? `npm install ${DEFAULT_MODULE}` : 'check CLEW_INTEGRATIONS'
    sayOnce(`register ${name}`, `"${name}" is not installed, so it traces nothing: ${remedy}`)
    return
  }
  try {
    // Required, not imported: `--require` and the program's first line do not wait for promises.
    switchOn(name, createRequire(file)(file))
  } catch (error) {
    if (isEsmOnly(error)) importLater(name, file)
    else complain(name, error)
  }
}

function locate(name: string, createRequire: typeof import('node:module').createRequire): string | undefined {
  for (const base of [...applicationBases(), import.meta.url]) {
    try {
      return createRequire(base).resolve(name)
    } catch {
      // Not there; the next base may know it.
    }
  }
  return undefined
}

function switchOn(name: string, exports: unknown): void {
  const integrations = readList(exports, 'integrations')
  if (integrations.length === 0) sayOnce(`register ${name}`, `"${name}" exports no list \`integrations\``)
  beforeApplication(() => {
    for (const integration of integrations) {
      const autolog = readField(integration, 'autolog')
      if (isFunction(autolog)) Reflect.apply(autolog, integration, [])
    }
  })
}

/** Runtimes that cannot require an ES module, or one that awaits: its libraries are traced once it has been loaded. */
function importLater(name: string, file: string): void {
  const url = builtin('node:url')?.pathToFileURL(file).href ?? file
  import(url).then(
    (exports: unknown) => switchOn(name, exports),
    (error: unknown) => complain(name, error),
  )
}

function isEsmOnly(error: unknown): boolean {
  const code = readField(error, 'code')
  return code === 'ERR_REQUIRE_ESM' || code === 'ERR_REQUIRE_ASYNC_MODULE'
}

function complain(name: string, error: unknown): void {
  sayFailure(`register ${name}`, `"${name}" could not be loaded, so it traces nothing`, error)
}
