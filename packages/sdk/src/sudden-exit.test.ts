import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startLoopbackServer, unusedUrl } from './testing/loopback-server.ts'

interface Ending {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

/** Runs a program in a process of its own, which may end as it likes. */
async function run(source: string, environment: Record<string, string>, signal?: NodeJS.Signals): Promise<Ending> {
  const start = performance.now()
  const flags = ['--conditions=@clew/source', '--no-warnings', '--input-type=module', '--eval', source]
  const child = spawn(process.execPath, flags, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...environment },
    timeout: 15_000,
  })
  if (signal !== undefined) child.stdout.once('data', () => child.kill(signal))
  const code = new Promise<number | null>((resolve) => child.on('close', resolve))
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr, elapsedMs: performance.now() - start }
}

const preamble = `
  import { getStatistics, init, startSpan, withSpan } from '@clew/tracing'
  await new Promise(setImmediate)
  startSpan({ name: 'first' }).end()
  process.on('exit', () => console.log(JSON.stringify(getStatistics())))`

describe('a process that ends without waiting', () => {
  test.each([
    ['process.exit()', `process.exit(7)`, 7],
    ['an uncaught exception', `withSpan(() => { throw new Error('boom') }, { name: 'last' })`, 1],
    ['an unhandled rejection', `withSpan(async () => { await 1; throw new Error('boom') }, { name: 'last' })`, 1],
    ['an error in a timer', `setTimeout(() => withSpan(() => { throw new Error('boom') }, { name: 'last' }))`, 1],
  ])('by %s sends what has ended', async (_, end, code) => {
    await using server = await startLoopbackServer()
    const ending = await run(`${preamble}\n${end}`, { MLFLOW_TRACKING_URI: server.url, MLFLOW_EXPERIMENT_ID: '8' })
    expect(ending.code).toBe(code)
    expect(server.spans.map(({ name }) => name)).toEqual(code === 1 ? ['first', 'last'] : ['first'])
    expect(server.infos.size).toBe(code === 1 ? 2 : 1)
    expect(server.requests.at(-1)?.headers['user-agent']).toMatch(/^clew-tracing/)
    if (code === 1) expect(server.spans[1]?.status).toEqual({ code: 'ERROR', message: 'Error: boom' })
    expect(JSON.parse(ending.stdout)).toMatchObject({ queued: 0, traces: { queued: 0 }, dropped: { exit: 0 } })
  })

  test('by a signal the program answers with process.exit() sends what has ended', async () => {
    await using server = await startLoopbackServer()
    const program = `${preamble}
      process.on('SIGTERM', () => process.exit(0))
      setInterval(() => undefined, 1000)
      console.log('')`
    const ending = await run(program, { MLFLOW_TRACKING_URI: server.url }, 'SIGTERM')
    expect(ending.code).toBe(0)
    expect(server.spans).toHaveLength(1)
  })

  test('while a request is under way sends that again, and what came after it', async () => {
    let isFirst = true
    await using server = await startLoopbackServer(({ url }) => {
      const hangs = url === '/v1/traces' && isFirst
      if (hangs) isFirst = false
      return hangs
    })
    const program = `${preamble}
      await new Promise((resolve) => setTimeout(resolve, 300))
      startSpan({ name: 'second' }).end()
      process.exit(0)`
    await run(program, { MLFLOW_TRACKING_URI: server.url, MLFLOW_ASYNC_TRACE_LOGGING_MAX_INTERVAL_MILLIS: '0' })
    expect(server.spans.map(({ name }) => name)).toEqual(['first', 'second'])
    expect(server.infos.size).toBe(2)
  })

  test('looks the experiment up, and creates it, all the same', async () => {
    await using server = await startLoopbackServer(({ url, body }, response) => {
      if (url.includes('get-by-name')) {
        response.writeHead(404, { 'content-type': 'application/json' })
        response.end('{"error_code":"RESOURCE_DOES_NOT_EXIST"}')
      } else if (url.endsWith('experiments/create')) {
        expect(JSON.parse(body.toString())).toEqual({ name: 'mine' })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{"experiment_id":"42"}')
      } else return false
      return true
    })
    await run(`${preamble}\nprocess.exit(0)`, {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_EXPERIMENT_NAME: 'mine',
    })
    expect(server.spans).toHaveLength(1)
    expect(server.requests.find(({ url }) => url === '/v1/traces')?.headers['x-mlflow-experiment-id']).toBe('42')
    expect(JSON.stringify([...server.infos.values()][0]?.trace_location)).toContain('"42"')
  })

  test('is not held up by a server that is not there, and the loss is said and counted', async () => {
    const ending = await run(`${preamble}\nprocess.exit(0)`, { MLFLOW_TRACKING_URI: await unusedUrl() })
    expect(ending.elapsedMs).toBeLessThan(5_000)
    expect(ending.stderr).toMatch(/^\[clew\] Traces could not be sent to http:.*ECONNREFUSED[^\n]*\n$/)
    expect(JSON.parse(ending.stdout)).toMatchObject({ sent: 0, queued: 0, dropped: { exit: 1 } })
  })

  test('is held up by a server that never answers for no longer than the bound', async () => {
    await using server = await startLoopbackServer(() => true)
    const ending = await run(`init({ exitTimeoutMs: 400 })\n${preamble}\nprocess.exit(0)`, {
      MLFLOW_TRACKING_URI: server.url,
    })
    expect(ending.elapsedMs).toBeLessThan(5_000)
    expect(JSON.parse(ending.stdout)).toMatchObject({ sent: 0, queued: 0, dropped: { exit: 1 } })
  })

  test('asks nothing of the server when there is nothing left, or no time was given', async () => {
    await using server = await startLoopbackServer()
    const environment = { MLFLOW_TRACKING_URI: server.url }
    await run(`import { flush } from '@clew/tracing'\n${preamble}\nawait flush()\nprocess.exit(0)`, environment)
    expect(server.requests.map(({ url }) => url)).toEqual(['/v1/traces', '/api/3.0/mlflow/traces'])
    await run(`init({ exitTimeoutMs: 0 })\n${preamble}\nprocess.exit(0)`, environment)
    expect(server.spans).toHaveLength(1)
  })
})
