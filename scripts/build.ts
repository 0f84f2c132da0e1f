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
  noExternal: ['@clew/model'],
  inputOptions: { resolve: { conditionNames: ['@clew/source', 'import', 'node', 'default'] } },
}

await buildWebIfStale()
await build({
  ...shared,
  cwd: folder('sdk'),
  entry: { index: 'src/index.ts', instrument: 'src/instrument/index.ts', register: 'src/register.ts' },
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
})
await build({
  ...shared,
  cwd: folder('integrations'),
  entry: { index: 'src/index.ts' },
  format: ['esm', 'cjs'],
  platform: 'neutral',
  target: 'es2022',
  dts: true,
  external: [/^@clew\/tracing/],
})
await build({
  ...shared,
  cwd: folder('server'),
  // Worker threads start from files of their own, which must lie beside the chunks that name them.
  entry: { index: 'src/index.ts', cli: 'src/cli.ts' },
  format: ['esm'],
  platform: 'node',
  target: 'node22.15',
  dts: { entry: 'src/index.ts' },
})
cpSync(`${folder('web')}/dist`, `${folder('server')}/dist/web`, { recursive: true })
console.log('built: sdk, integrations, server')
