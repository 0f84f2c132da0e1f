import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildWebIfStale } from '../../scripts/web-bundle.ts'

const cache = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
const lock = `${cache}/clew-web-bundle.lock`
const patienceMs = 100_000

/** Builds the screens once, though several test files ask for them at the same time. */
export async function builtWeb(): Promise<void> {
  const deadline = Date.now() + patienceMs
  mkdirSync(cache, { recursive: true })
  while (!take()) {
    // A lock that is older than a build is one of a run that was killed.
    if (Date.now() > deadline) rmSync(lock, { force: true })
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  try {
    await buildWebIfStale()
  } finally {
    rmSync(lock, { force: true })
  }
}

function take(): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}
