import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const requirements = fileURLToPath(new URL('requirements.txt', import.meta.url))
const cache = fileURLToPath(new URL('../../node_modules/.cache/clew-interop', import.meta.url))
const uvVersion = '0.13.9'
const stepTimeoutMs = 280_000
const execute = promisify(execFile)

export type PythonEnvironment = { readonly python: string } | { readonly missing: string }

/**
 * A Python with the packages of requirements.txt, made once by uv in a folder git and npm ignore, and kept until the
 * requirements or the Python change. Says on standard error what it is doing, since the first time takes a minute or
 * two. `missing` is a sentence for the person whose machine lacks something.
 */
export async function pythonEnvironment(): Promise<PythonEnvironment> {
  const base = await findPython()
  if (base === undefined) {
    return { missing: 'No Python 3.10 or newer was found (python3). Install one, or name it in CLEW_PYTHON.' }
  }
  const fingerprint = createHash('sha256').update(readFileSync(requirements)).update(`${base.path} ${base.version}`)
  const folder = join(cache, fingerprint.digest('hex').slice(0, 16))
  const python = join(folder, 'bin', 'python')
  const finished = join(folder, 'finished')
  if (existsSync(finished)) return { python }

  say(`making a Python ${base.version} environment with the MLflow client, once; a minute or two …`)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(cache, { recursive: true })
  try {
    await execute(base.path, ['-m', 'venv', folder], { timeout: stepTimeoutMs })
    await execute(python, ['-m', 'pip', 'install', '--quiet', `uv==${uvVersion}`], { timeout: stepTimeoutMs })
    const install = ['pip', 'install', '--quiet', '--python', python, '--requirements', requirements]
    await execute(join(folder, 'bin', 'uv'), install, { timeout: stepTimeoutMs })
  } catch (error) {
    return { missing: `The Python environment could not be made. ${String(error).slice(0, 800)}` }
  }
  writeFileSync(finished, '')
  say('the Python environment is ready')
  return { python }
}

async function findPython(): Promise<{ path: string; version: string } | undefined> {
  const question = 'import sys; print(sys.executable, sys.version_info >= (3, 10), *sys.version_info[:3], sep="\\n")'
  for (const name of [process.env['CLEW_PYTHON'], 'python3', 'python3.13', 'python3.12', 'python3.11', 'python']) {
    if (name === undefined) continue
    const answer = await execute(name, ['-c', question]).catch(() => undefined)
    const [path, isRecent, ...version] = answer?.stdout.trim().split(/\r?\n/) ?? []
    if (path !== undefined && isRecent === 'True') return { path, version: version.join('.') }
  }
  return undefined
}

function say(sentence: string): void {
  process.stderr.write(`interop: ${sentence}\n`)
}
