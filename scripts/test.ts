/**
 * `npm test`: the unit suite of every package. Arguments go to vitest (`npm test -- packages/model -t "round trip"`).
 * Some tests ask the server for its pages, so the web bundle is built first when it is stale.
 */
import { spawnSync } from 'node:child_process'
import { buildWebIfStale } from './web-bundle.ts'

await buildWebIfStale()
const { status } = spawnSync(
  process.execPath,
  [...process.execArgv, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', ...process.argv.slice(2)],
  { stdio: 'inherit' },
)
process.exitCode = status ?? 1
