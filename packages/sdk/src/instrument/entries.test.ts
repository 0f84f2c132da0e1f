import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { entryOf, packageEntries } from './entries.ts'

const both = (manifest: unknown) => [entryOf(manifest, 'require'), entryOf(manifest, 'import')]

test('conditions are walked as Node walks them', () => {
  expect(both({})).toEqual(['index.js', 'index.js'])
  expect(both({ main: 'lib.js' })).toEqual(['lib.js', 'lib.js'])
  expect(both({ main: 'lib.js', exports: './only.js' })).toEqual(['./only.js', './only.js'])
  expect(both({ exports: { '.': { require: './a.cjs', default: './a.mjs' } } })).toEqual(['./a.cjs', './a.mjs'])
  expect(both({ exports: { import: './a.mjs', require: './a.cjs' } })).toEqual(['./a.cjs', './a.mjs'])
  expect(both({ exports: { '.': { types: './a.d.ts', browser: './b.js', node: { import: './n.mjs' } } } })).toEqual([
    undefined,
    './n.mjs',
  ])
  expect(both({ exports: { '.': { default: './first.js', import: './late.mjs' } } })).toEqual([
    './first.js',
    './first.js',
  ])
  expect(both({ exports: { '.': [{ import: './a.mjs' }, './b.js'] } })).toEqual(['./b.js', './a.mjs'])
})

test('a manifest of any other shape has no entry, and endless nesting ends', () => {
  const cyclic: Record<string, unknown> = {}
  cyclic['default'] = cyclic
  for (const exports of [null, 1, {}, { '.': null }, { './sub': './sub.js' }, cyclic]) {
    expect(both({ exports })).toEqual([undefined, undefined])
  }
  expect(both(null)).toEqual(['index.js', 'index.js'])
})

test('a real package is found with the files Node itself would load', () => {
  const require = createRequire(import.meta.url)
  const entries = packageEntries('vitest', fileURLToPath(import.meta.url))
  const url = import.meta.resolve?.('vitest') ?? `file://${entries?.esModule}`
  expect(entries?.esModule).toBe(fileURLToPath(url))
  expect(entries?.manifest).toBe(require.resolve('vitest/package.json'))
})

test('a package that is not installed is not found', () => {
  expect(packageEntries('@clew/absent', fileURLToPath(import.meta.url))).toBeUndefined()
})
