import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { decodeOtlpProtobuf, type Span } from '@clew/model'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'

const require = createRequire(import.meta.url)
const register = fileURLToPath(new URL('../../../sdk/src/register.ts', import.meta.url))
const integrations = fileURLToPath(new URL('../index.ts', import.meta.url))

let folder: string
let http: Server
let url: string
let spans: Span[] = []

const completion = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1752490123,
  model: 'gpt-4o-mini-2024-07-18',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
}

/** Provider and tracking server in one. */
beforeAll(async () => {
  http = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray())
    if (request.url === '/v1/traces') for (const group of decodeOtlpProtobuf(body).groups) spans.push(...group.spans)
    response.setHeader('content-type', 'application/json')
    response.end(request.url?.endsWith('/chat/completions') ? JSON.stringify(completion) : '{}')
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'clew-register-')))
  install('openai', 'openai')
  // A package of the application that brings its own, older copy.
  install('openai-5', 'assistant/node_modules/openai')
  writeFileSync(
    join(folder, 'node_modules/assistant/index.cjs'),
    `const OpenAI = require('openai')\nmodule.exports = (options) => new OpenAI(options)`,
  )
  writeFileSync(join(folder, 'node_modules/assistant/package.json'), '{ "name": "assistant", "main": "index.cjs" }')
})

afterAll(async () => {
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  rmSync(folder, { recursive: true, force: true })
})

beforeEach(() => {
  spans = []
})

function install(specifier: string, place: string): void {
  const target = join(folder, 'node_modules', place)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(dirname(require.resolve(specifier)), target)
}

interface Run {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

async function run(
  script: string,
  source: string,
  options: { before?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Run> {
  writeFileSync(join(folder, script), source)
  const before =
    options.before === undefined ? [] : ['--import', `data:text/javascript,${encodeURIComponent(options.before)}`]
  const child = spawn(process.execPath, ['--conditions=@clew/source', ...before, '--import', register, script], {
    cwd: folder,
    env: { PATH: process.env['PATH'], MLFLOW_TRACKING_URI: url, PROVIDER: `${url}/provider`, ...options.env },
  })
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  return { stdout: await text(child.stdout), stderr: await text(child.stderr), code: await code }
}

const CALL = `
const options = { apiKey: 'k', baseURL: process.env.PROVIDER, maxRetries: 0 }
const call = async (client) => (await client.chat.completions.create({ model: 'gpt-4o-mini', messages: [] })).choices[0].message.content
`

const THREE_COPIES = `
import { createRequire } from 'node:module'
import OpenAI from 'openai'
import makeAssistant from 'assistant'
${CALL}
const { OpenAI: CommonJs } = createRequire(import.meta.url)('openai')
console.log(CommonJs === OpenAI, await call(new OpenAI(options)), await call(new CommonJs(options)), await call(makeAssistant(options)))
`

test('every copy is traced: ES module, CommonJS, and one nested in another package', async () => {
  const result = await run('copies.mjs', THREE_COPIES)
  expect(result).toEqual({ stdout: 'false hello hello hello\n', stderr: '', code: 0 })
  expect(spans.map((span) => span.name)).toEqual(['Completions', 'Completions', 'Completions'])
})

test('without module.registerHooks both builds of the copy of the application are traced', async () => {
  const withoutHooks = `import module from 'node:module'; delete module.registerHooks; module.syncBuiltinESMExports()`
  const result = await run('copies.mjs', THREE_COPIES, { before: withoutHooks })
  expect(result).toEqual({ stdout: 'false hello hello hello\n', stderr: '', code: 0 })
  expect(spans.map((span) => span.name)).toEqual(['Completions', 'Completions'])
})

test('a CommonJS program is traced', async () => {
  const source = `const OpenAI = require('openai')\n${CALL}\ncall(new OpenAI(options)).then(console.log)`
  expect(await run('program.cjs', source)).toEqual({ stdout: 'hello\n', stderr: '', code: 0 })
  expect(spans).toHaveLength(1)
})

test('autolog in code traces what is loaded already and what is loaded later', async () => {
  const source = THREE_COPIES.replace(CALL, `import { openai } from '${integrations}'\nopenai.autolog()\n${CALL}`)
  const result = await run('code.mjs', source, { env: { CLEW_INTEGRATIONS: '' } })
  expect(result).toEqual({ stdout: 'false hello hello hello\n', stderr: '', code: 0 })
  // The nested CommonJS copy was loaded before autolog, and nothing leads to it.
  expect(spans).toHaveLength(2)
})

test('a library the program does not use is not loaded', async () => {
  const place = join(folder, 'node_modules/openai')
  rmSync(place)
  mkdirSync(place)
  writeFileSync(join(place, 'package.json'), '{ "name": "openai", "main": "index.js" }')
  writeFileSync(join(place, 'index.js'), `console.log('loaded')`)
  const idle = await run('idle.mjs', `console.log('done')`)
  const using = await run('using.mjs', `import 'openai'; console.log('done')`)
  rmSync(place, { recursive: true })
  install('openai', 'openai')
  expect(idle).toEqual({ stdout: 'done\n', stderr: '', code: 0 })
  expect(using.stdout).toBe('loaded\ndone\n')
  expect(using.stderr).toContain('nothing that could be traced; versions >=4 <8 are known to work')
})

test('what cannot be loaded is said in one line, and the program runs', async () => {
  writeFileSync(join(folder, 'broken.cjs'), `throw new Error('broken on purpose')`)
  writeFileSync(join(folder, 'empty.cjs'), '')
  const env = { CLEW_INTEGRATIONS: '@clew/absent, ./broken.cjs, ./empty.cjs,' }
  const result = await run('plain.mjs', `console.log('done')`, { env })
  expect(result).toMatchObject({ stdout: 'done\n', code: 0 })
  expect(result.stderr.trim().split('\n')).toEqual([
    '[clew] "@clew/absent" is not installed, so it traces nothing: check CLEW_INTEGRATIONS',
    '[clew] "./broken.cjs" could not be loaded, so it traces nothing: Error: broken on purpose',
    '[clew] "./empty.cjs" exports no list `integrations`',
  ])
})

test.each([
  ['ends by itself', ''],
  ['calls process.exit()', '; process.exit()'],
])('a stream nobody reads is sent when the process %s', async (_, end) => {
  const source = `import OpenAI from 'openai'\n${CALL}\nawait new OpenAI(options).chat.completions.create({ model: 'gpt-4o-mini', messages: [], stream: true })${end}`
  expect(await run('unread.mjs', source)).toMatchObject({ stderr: '', code: 0 })
  expect(spans.map((span) => span.attributes.get('clew.outcome'))).toEqual(['"unread"'])
})
