/** The packages as a user gets them: built, packed, installed into an empty folder, and used from there. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startModelServer } from '../../examples/openai-agent/model-server.ts'
import { tapWire } from '../harness/wiretap.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const execute = promisify(execFile)

/** Published packages: folder, name, and the entry points a user imports. */
const packages = [
  {
    folder: 'sdk',
    name: '@clew/tracing',
    entries: ['.', './client', './instrument', './register'],
    formats: ['import', 'require'],
  },
  { folder: 'integrations', name: '@clew/integrations', entries: ['.'], formats: ['import', 'require'] },
  { folder: 'server', name: 'clew', entries: ['.'], formats: ['import'] },
] as const

/** What the checkers report and we mean. */
const accepted = [
  { package: 'clew', problem: 'CJSResolvesToESM', reason: 'The server is ESM only; Node loads it by require as well.' },
] as const

let folder: string
const tarballs = new Map<string, string>()

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clew-packages-'))
  await execute(process.execPath, ['--conditions=@clew/source', 'scripts/build.ts'], { cwd: root })
  for (const { folder: source, name } of packages) {
    const { stdout } = await npm(['pack', '--json', '--pack-destination', folder], join(root, 'packages', source))
    const [packed] = JSON.parse(stdout) as { filename: string }[]
    tarballs.set(name, join(folder, packed?.filename ?? ''))
  }
  await writeFile(join(folder, 'package.json'), '{ "name": "host", "private": true }')
  const { version } = JSON.parse(await readFile(join(root, 'node_modules/openai/package.json'), 'utf8'))
  await npm(
    ['install', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs.values(), `openai@${version}`],
    folder,
  )
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe.each(packages)('$name', ({ folder: source, name, entries, formats }) => {
  const specifiers = entries.map((entry) => name + entry.slice(1))

  test.each(formats)('every entry point loads by %s', async (format) => {
    const load = format === 'import' ? 'await import' : 'require'
    const code = specifiers.map((specifier) => `console.log(typeof ${load}('${specifier}'))`).join('\n')
    const file = join(folder, format === 'import' ? 'load.mjs' : 'load.cjs')
    await writeFile(file, code)
    const { stdout, stderr } = await execute(process.execPath, [file], { cwd: folder, env: quiet })
    expect(stdout.trim().split('\n')).toEqual(specifiers.map(() => 'object'))
    expect(stderr).toBe('')
  })

  test('publint finds nothing to correct', async () => {
    const pkgDir = join(root, 'packages', source)
    const { messages, pkg } = await publint({ pkgDir, level: 'warning', pack: 'npm' })
    expect(messages.map((message) => formatMessage(message, pkg))).toEqual([])
  })

  test('its types are those of what each resolver loads', async () => {
    const data = await readFile(tarballs.get(name) ?? '')
    const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(data)))
    const problems = 'problems' in analysis ? analysis.problems : [{ kind: 'NoTypes' as const }]
    const declared = accepted.filter((exception) => exception.package === name).map(({ problem }) => problem)
    const kinds = new Set(problems.filter((problem) => !isOfOldResolver(problem)).map(({ kind }) => kind))
    expect([...kinds]).toEqual(declared)
  })
})

test('@clew/tracing depends on nothing and carries no other package of ours', async () => {
  const installed = join(folder, 'node_modules/@clew/tracing')
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'))
  expect(manifest.dependencies ?? {}).toEqual({})
  expect(manifest.peerDependencies ?? {}).toEqual({})
  for (const file of await readdir(join(installed, 'dist'))) {
    if (/\.map$/.test(file)) continue
    expect(await readFile(join(installed, 'dist', file), 'utf8'), file).not.toMatch(
      /(from|require\(|import\()\s*['"]@clew/,
    )
  }
})

/** The pinned Node, and the one npm runs on: the oldest this machine has that must do for the SDK. */
const nodes = [...new Set([process.execPath, process.env['npm_node_execpath'] ?? process.execPath])]
const programs = ['app.mjs', 'app.cjs'] as const

describe.each(nodes)('%s', (node) => {
  test.each(programs)('--import @clew/tracing/register traces %s, which knows nothing of it', async (program) => {
    const [model, wire] = await Promise.all([startModelServer(), tapWire()])
    try {
      const source = await readFile(join(root, 'examples/openai-agent/app.js'), 'utf8')
      await writeFile(join(folder, program), program.endsWith('.cjs') ? commonJs(source) : source)
      const { stdout, stderr } = await execute(node, ['--import', '@clew/tracing/register', program], {
        cwd: folder,
        env: {
          ...quiet,
          MLFLOW_TRACKING_URI: wire.url,
          MLFLOW_EXPERIMENT_ID: '0',
          OPENAI_BASE_URL: model.url,
          OPENAI_API_KEY: 'not-a-key',
        },
      })
      expect(stderr).toBe('')
      expect(stdout).toContain('with a tool: Yes, until noon.')
      expect(wire.posted.filter(({ path }) => path === '/api/3.0/mlflow/traces')).toHaveLength(5)
      expect(wire.posted.some(({ path }) => path === '/v1/traces')).toBe(true)
    } finally {
      await Promise.all([model.close(), wire.close()])
    }
  })
})

/** The same program for a package without `"type": "module"`: `require`, and no await outside of functions. */
function commonJs(source: string): string {
  const body = source.replace("import OpenAI from 'openai'", '')
  return `const { OpenAI } = require('openai')\nmain()\nasync function main() {\n${body}\n}\n`
}

test('clew serve brings its screens and its sample traces along', async () => {
  const command = ['node_modules/clew/dist/cli.js', 'serve', '--port', '0', '--data', join(folder, 'data')]
  const server = spawn(process.execPath, command, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], env: quiet })
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let log = ''
      const read = (text: Buffer) => {
        log += text.toString()
        const address = /listens on (http:\/\/\S+)/.exec(log)?.[1]
        if (address !== undefined) resolve(address)
      }
      server.stdout.on('data', read)
      server.stderr.on('data', read)
      server.once('exit', () => reject(new Error(log)))
    })
    const page = await fetch(url)
    expect(page.status).toBe(200)
    expect(await page.text()).toMatch(/<div id="\w+"><\/div>/)
    const samples = await fetch(`${url}/api/1.0/clew/samples`, { method: 'POST' })
    expect(await samples.json()).toMatchObject({ traces: 7 })
  } finally {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
  }
})

/** Without what this suite's own runner sets: options for Node, and colours, which come with a word on their own. */
const { NODE_OPTIONS: _options, FORCE_COLOR: _colour, ...quiet } = process.env

/** Types for `moduleResolution: node10` of subpaths; packages for Node 20 and newer need not serve it. */
function isOfOldResolver(problem: object): boolean {
  return 'resolutionKind' in problem && problem.resolutionKind === 'node10'
}

function npm(args: readonly string[], cwd: string) {
  return execute('npm', [...args], { cwd, env: quiet, maxBuffer: 20_000_000 })
}
