/**
 * `npm run build`: what is published. The SDK and the integrations as ESM and CommonJS with types; the server as plain
 * ESM with the web bundle and the sample traces beside it. `@clew/model` is private and goes into each of them.
 */
import { cpSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build, type InlineConfig } from 'tsdown'
import { buildWebIfStale } from './web-bundle.ts'

const folder = (name: string) => fileURLToPath(new URL(`../packages/${name}`, import.meta.url))

const shared: InlineConfig = {
  config: false,
  clean: true,
  sourcemap: false,
  logLevel: 'warn',
  deps: { alwaysBundle: ['@clew/model'], neverBundle: [/^node:/] },
  tsconfig: fileURLToPath(new URL('../tsconfig.json', import.meta.url)),
  inputOptions: {
    checks: { pluginTimings: false },
    resolve: { conditionNames: ['@clew/source', 'import', 'node', 'default'] },
  },
}

await buildWebIfStale()
await build({
  ...shared,
  cwd: folder('sdk'),
  entry: {
    index: 'src/index.ts',
    client: 'src/client/index.ts',
    instrument: 'src/instrument/index.ts',
    register: 'src/register.ts',
  },
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: { eager: true },
})
await build({
  ...shared,
  cwd: folder('integrations'),
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: { eager: true },
})
// Not bundled: worker threads, the sample traces and the pages are found beside the files that name them, as in the sources.
await build({
  ...shared,
  cwd: folder('server'),
  entry: ['src/index.ts', 'src/cli.ts', 'src/stores/sqlite/*-thread.ts'],
  unbundle: true,
  format: ['esm'],
  platform: 'node',
  target: 'node22.16',
  fixedExtension: false,
  dts: { eager: true },
})
cpSync(`${folder('server')}/src/samples`, `${folder('server')}/dist/samples`, { recursive: true })
cpSync(`${folder('web')}/dist`, `${folder('server')}/dist/web`, { recursive: true })
console.log('built: sdk, integrations, server')
