import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'

const cli = fileURLToPath(new URL('../cli.ts', import.meta.url))

let data: string
let children: ChildProcess[]

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'clew-serve-'))
  children = []
})

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await rm(data, { recursive: true, force: true })
})

it('prints address, data folder and how to point a client at it; flags win over the environment', async () => {
  const serve = run(['--port', '0'], { CLEW_PORT: '1', CLEW_DATA: data })
  const url = await serve.url()
  expect(serve.output()).toContain(`Data folder: ${data}`)
  expect(serve.output()).toContain(`MLFLOW_TRACKING_URI=${url}`)
  expect(serve.output()).not.toContain('Warning')
  expect(await (await fetch(`${url}/health`)).text()).toBe('OK')
})

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('stops gracefully on %s with code 0', async (signal) => {
  const serve = run(['--port', '0', '--data', data])
  const url = await serve.url()
  const response = await fetch(`${url}/api/2.0/mlflow/experiments/create`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":"kept"}',
  })
  expect(response.status).toBe(200)
  serve.child.kill(signal)
  expect(await serve.code()).toBe(0)
  const again = run(['--port', '0', '--data', data])
  const found = await fetch(`${await again.url()}/api/2.0/mlflow/experiments/get-by-name?experiment_name=kept`)
  expect(found.status).toBe(200)
})

it('stops at once on a second signal, though a request hangs', async () => {
  const serve = run(['--port', '0', '--data', data])
  const { port } = new URL(await serve.url())
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nx')
  await new Promise((resolve) => setTimeout(resolve, 200))
  serve.child.kill('SIGTERM')
  await serve.printed(/Stopping/)
  serve.child.kill('SIGTERM')
  expect(await serve.code()).toBe(143)
  socket.destroy()
})

it('stops within its bound though a request hangs', async () => {
  const serve = run(['--port', '0', '--data', data])
  const { port } = new URL(await serve.url())
  const socket = connect(Number(port), '127.0.0.1')
  socket.on('error', () => {})
  socket.write('POST /v1/traces HTTP/1.1\r\nhost: localhost\r\ncontent-length: 10\r\n\r\nx')
  await new Promise((resolve) => setTimeout(resolve, 200))
  serve.child.kill('SIGTERM')
  expect(await serve.code()).toBe(0)
  socket.destroy()
})

it('says in one sentence that the port is taken, and how to choose another', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const serve = run(['--port', String(port), '--data', data])
  expect(await serve.code()).toBe(1)
  expect(serve.errors()).toBe(`Port ${port} on 127.0.0.1 is taken. Choose another with --port or CLEW_PORT.\n`)
  other.close()
})

it('says so about the port when it is started twice, not about the data folder they share', async () => {
  const first = run(['--port', '0', '--data', data])
  const { port } = new URL(await first.url())
  const second = run(['--port', port, '--data', data])
  expect(await second.code()).toBe(1)
  expect(second.errors()).toBe(`Port ${port} on 127.0.0.1 is taken. Choose another with --port or CLEW_PORT.\n`)
})

it('says so when another server has the data folder', async () => {
  await run(['--port', '0', '--data', data]).url()
  const second = run(['--port', '0', '--data', data])
  expect(await second.code()).toBe(1)
  expect(second.errors()).toMatch(/^Clew cannot start: .*\n$/)
})

it('warns when it listens beyond this machine', async () => {
  const serve = run(['--port', '0', '--data', data, '--host', '0.0.0.0'])
  await serve.printed(/Warning: 0\.0\.0\.0 is reachable from other machines, and there is no authentication yet\./)
})

it.each([
  [['--port', 'many'], /port/],
  [['--port', '70000'], /65535/],
  [['--store', 'cloud'], /Allowed choices are sqlite, memory/],
  [['--data', ''], /must not be empty/],
  [['--host', ''], /must not be empty/],
  [['--default-experiment', 'mine'], /id of an experiment/],
  [['--web', '/nowhere'], /no index\.html/],
  [['--data', cli], /^Clew cannot start: The data folder .* cannot be used: it is a file\./],
  [['--nope'], /unknown option '--nope'/],
])('refuses %j', async (flags, message) => {
  const serve = run(['--port', '0', ...flags])
  expect(await serve.code()).toBe(1)
  expect(serve.errors()).toMatch(message)
})

/** `clew serve` in a process of its own. */
function run(flags: readonly string[], environment: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--conditions=@clew/source', cli, 'serve', ...flags], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  let errors = ''
  child.stdout.on('data', (chunk) => {
    output += chunk
  })
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const closed = once(child, 'close')
  async function printed(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(output)
      if (found !== null) return found
      if (child.exitCode !== null) throw new Error(`clew serve ended with ${child.exitCode}: ${errors}`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  return {
    child,
    printed,
    output: () => output,
    errors: () => errors,
    url: async () => (await printed(/listens on (http:\S+)[\s\S]*OTLP/))[1] ?? '',
    code: async () => (await closed)[0] as number | null,
  }
}
