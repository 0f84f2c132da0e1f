/** `npm run check`: everything that can be said about the code without running it. Stops at nothing, reports all. */
import { spawnSync } from 'node:child_process'

const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ['types', ['node_modules/typescript/bin/tsc', '-p', '.']],
  ['types of the web', ['node_modules/typescript/bin/tsc', '-p', 'packages/web']],
  ['format and lint', ['node_modules/@biomejs/biome/bin/biome', 'ci', '--diagnostic-level=warn', '.']],
  ['tidy', ['--conditions=@clew/source', 'scripts/tidy.ts']],
  ['generated documents', ['--conditions=@clew/source', 'scripts/docs.ts', '--check']],
]

let failed = 0
for (const [name, args] of checks) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' })
  console.log(`${status === 0 ? '✓' : '✗'} ${name}`)
  if (status !== 0) failed++
}
console.log(`checks: ${checks.length - failed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
