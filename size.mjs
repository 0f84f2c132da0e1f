import { rolldown } from 'rolldown'
import { gzipSync } from 'node:zlib'
for (const entry of ['packages/sdk/src/index.ts', 'packages/sdk/src/instrument/index.ts', 'packages/integrations/src/index.ts']) {
  const b = await rolldown({ input: entry, platform: 'neutral', treeshake: { moduleSideEffects: false }, resolve: { conditionNames: ['@clew/source', 'import', 'default'] }, logLevel: 'silent' })
  const { output } = await b.generate({ format: 'esm', minify: true })
  const code = output.map((o) => o.code).join('')
  console.log(entry, 'min', code.length, 'gz', gzipSync(code, { level: 9 }).length)
  if (process.argv[2] === entry) {
    const sizes = output.flatMap((o) => Object.entries(o.modules)).map(([id, m]) => [m.renderedLength, id.replace(/.*packages/, '')]).sort((a, b) => b[0] - a[0])
    for (const [n, id] of sizes.slice(0, 60)) console.log(String(n).padStart(7), id)
  }
}
