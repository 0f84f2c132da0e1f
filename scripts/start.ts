/**
 * `npm start`: builds the web bundle when its sources are newer, then runs the server, as `clew serve` does, with the
 * arguments given (`npm start -- --port 5001`).
 */
import { buildWebIfStale } from './web-bundle.ts'

await buildWebIfStale()
process.argv.splice(2, 0, 'serve')
await import('../packages/server/src/cli.ts')
