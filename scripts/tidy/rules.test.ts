import { describe, expect, it } from 'vitest'
import { importRules } from './import-table.ts'
import { findViolations, limits } from './rules.ts'
import { parseSource, readSourceTree } from './source-tree.ts'

const messages = (...files: [path: string, text: string][]) =>
  findViolations(files.map(([path, text]) => parseSource(path, text))).map(
    ({ path, line, message }) => `${path}:${line}: ${message}`,
  )

describe('tidy', () => {
  it('finds nothing wrong with a small, lawful file', () => {
    expect(
      messages(['packages/sdk/src/a.ts', "import { SpanKey } from '@clew/model'\nexport const a = SpanKey\n"]),
    ).toEqual([])
  })

  it('refuses an import against the table', () => {
    expect(messages(['packages/model/src/a.ts', "\nimport { init } from '@clew/tracing'\n"])).toEqual([
      'packages/model/src/a.ts:2: model may not import sdk',
    ])
    expect(messages(['packages/web/src/a.ts', "export * from 'clew'\n"])).toEqual([
      'packages/web/src/a.ts:1: web may not import server',
    ])
  })

  it('refuses node: where there may be no Node, dynamic imports included', () => {
    expect(messages(['packages/sdk/src/a.ts', "await import('node:fs')\n"])[0]).toContain('sdk may not import node:fs')
    expect(messages(['packages/sdk/src/a.ts', "import type { Agent } from 'node:http'\n"])).toEqual([])
  })

  it('refuses a vendor library at run time and allows its types', () => {
    expect(messages(['packages/integrations/src/a.ts', "import OpenAI from 'openai'\n"])[0]).toContain(
      'may not import openai',
    )
    expect(messages(['packages/integrations/src/a.ts', "import type OpenAI from 'openai'\n"])).toEqual([])
  })

  it('refuses a path that reaches into another package', () => {
    expect(messages(['packages/web/src/a.ts', "import '../../server/src/b.ts'\n"])[0]).toContain(
      'reaches out of its package',
    )
  })

  it('refuses a cycle, and names its members', () => {
    const found = messages(
      ['packages/sdk/src/a.ts', "import './b.ts'\n"],
      ['packages/sdk/src/b.ts', "export { c } from './c.ts'\n"],
      ['packages/sdk/src/c.ts', "import './a.ts'\nexport const c = 1\n"],
      ['packages/sdk/src/d.ts', "import './a.ts'\n"],
    )
    expect(found).toEqual([
      'packages/sdk/src/a.ts:1: import cycle: packages/sdk/src/a.ts ↔ packages/sdk/src/b.ts ↔ packages/sdk/src/c.ts',
    ])
  })

  it('does not count types as a cycle', () => {
    expect(
      messages(
        ['packages/sdk/src/a.ts', "import type { B } from './b.ts'\n"],
        ['packages/sdk/src/b.ts', "import './a.ts'\n"],
      ),
    ).toEqual([])
  })

  it('refuses long files, long functions and long parameter lists', () => {
    const body = 'work()\n'.repeat(limits.functionLines)
    expect(messages(['scripts/a.ts', `function long() {\n${body}}\n`])[0]).toContain('long has 62 lines')
    expect(messages(['scripts/a.ts', 'x()\n'.repeat(limits.fileLines + 1)])[0]).toContain('301 lines')
    expect(messages(['scripts/a.ts', 'const f = (a, b, c, d, e) => 0\n'])[0]).toContain('f has 5 parameters')
  })

  it('has a rule for every package there is', () => {
    const homes = new Set(
      readSourceTree(new URL('../..', import.meta.url)).map(({ path }) => /^packages\/([^/]+)/.exec(path)?.[1]),
    )
    homes.delete(undefined)
    expect([...homes].filter((home) => !(home! in importRules))).toEqual([])
  })
})
