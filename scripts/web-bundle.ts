import { spawnSync } from 'node:child_process'
import { globSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** What the bundle is made from. Folders are listed too: a deleted file changes only its folder's time. */
const sources = [
  'packages/web/*.{ts,html}',
  'packages/web/{src,public}/**',
  'packages/model/src/**',
  'package-lock.json',
]

/** Builds `packages/web/dist` unless it is newer than all its sources. Throws when the build fails. */
export async function buildWebIfStale(): Promise<void> {
  const built = modified('packages/web/dist/index.html')
  if (built !== undefined && built > newest(sources)) return
  console.error('Clew: building the web UI …')
  const started = Date.now()
  const { status } = spawnSync(
    process.execPath,
    ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'warn', 'packages/web'],
    {
      cwd: root,
      stdio: 'inherit',
    },
  )
  if (status !== 0) throw new Error('The web UI could not be built; the messages above say why.')
  console.error(`Clew: web UI built, ${((Date.now() - started) / 1000).toFixed(1)} s.`)
}

function newest(patterns: readonly string[]): number {
  return Math.max(...globSync([...patterns], { cwd: root }).map((path) => modified(path) ?? 0))
}

function modified(path: string): number | undefined {
  return statSync(root + path, { throwIfNoEntry: false })?.mtimeMs
}
