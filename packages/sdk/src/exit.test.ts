import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { startLoopbackServer, unusedUrl } from './testing/loopback-server.ts'

interface Ending {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly elapsedMs: number
}

/** Runs a program in a process of its own, until it ends by itself. */
function run(source: string, environment: Record<string, string> = {}): Promise<Ending> {
  const start = performance.now()
  const options = {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, ...environment },
    timeout: 15_000,
  }
  const flags = ['--conditions=@clew/source', '--no-warnings', '--input-type=module', '--eval', source]
  return new Promise((resolve) => {
    execFile(process.execPath, flags, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? -1)
      resolve({ code, stdout, stderr, elapsedMs: performance.now() - start })
    })
  })
}

const report = `process.on('exit', () => console.log(JSON.stringify(getStatistics())))`
const program = `
  import { getStatistics, trace } from '@clew/tracing'
  ${report}
  trace(function answer() { return 42 })()`

describe('when the process ends', () => {
  test('spans that wait are sent first, without init, by the environment alone', async () => {
    await using server = await startLoopbackServer()
    const ending = await run(program, { MLFLOW_TRACKING_URI: server.url, MLFLOW_EXPERIMENT_ID: '8' })
    expect(ending).toMatchObject({ code: 0, stderr: '' })
    expect(server.spans.map(({ name }) => name)).toEqual(['answer'])
    expect(server.requests[0]?.headers['x-mlflow-experiment-id']).toBe('8')
    expect(server.infos.size).toBe(1)
    expect(JSON.parse(ending.stdout)).toMatchObject({ sent: 1, queued: 0 })
  })

  test('the timer of a batch does not keep it alive', async () => {
    await using server = await startLoopbackServer()
    const ending = await run(program, {
      MLFLOW_TRACKING_URI: server.url,
      MLFLOW_ASYNC_TRACE_LOGGING_MAX_INTERVAL_MILLIS: '600000',
    })
    expect(server.spans).toHaveLength(1)
    expect(ending.elapsedMs).toBeLessThan(5_000)
  })

  test('a server that is not there does not delay it, and the loss is said and counted', async () => {
    const bare = await run(`await import('@clew/tracing')`)
    const ending = await run(program, { MLFLOW_TRACKING_URI: await unusedUrl() })
    expect(ending.code).toBe(0)
    expect(ending.elapsedMs).toBeLessThan(bare.elapsedMs + 1_500)
    expect(ending.stderr).toMatch(/^\[clew\] Traces could not be sent to http:.*ECONNREFUSED[^\n]*\n$/)
    expect(JSON.parse(ending.stdout)).toMatchObject({ sent: 0, queued: 0, dropped: { exit: 1 } })
  })

  test('a server that never answers delays it by no more than the bound', async () => {
    await using server = await startLoopbackServer(() => true)
    const ending = await run(`
      import { getStatistics, init, startSpan } from '@clew/tracing'
      ${report}
      init({ trackingUri: ${JSON.stringify(server.url)}, exitTimeoutMs: 500 })
      for (let index = 0; index < 2000; index += 1) startSpan().end()`)
    expect(ending.code).toBe(0)
    expect(ending.elapsedMs).toBeLessThan(4_000)
    expect(JSON.parse(ending.stdout)).toMatchObject({ queued: 0, dropped: { exit: 2_000 }, traces: { queued: 0 } })
  })

  test('a request under way is bounded by its own timeout', async () => {
    await using server = await startLoopbackServer(() => true)
    const ending = await run(`
      import { init, startSpan } from '@clew/tracing'
      init({ trackingUri: ${JSON.stringify(server.url)}, batchIntervalMs: 0, requestTimeoutMs: 300, exitTimeoutMs: 300 })
      startSpan().end()
      await new Promise((resolve) => setTimeout(resolve, 100))`)
    expect(ending.code).toBe(0)
    expect(ending.elapsedMs).toBeLessThan(4_000)
  })

  test('a busy server is asked again while there is time', async () => {
    let requests = 0
    await using server = await startLoopbackServer((_, response) => {
      requests += 1
      if (requests > 1) return false
      response.writeHead(503, { 'retry-after': '0' }).end()
      return true
    })
    await run(program, { MLFLOW_TRACKING_URI: server.url })
    expect(server.spans).toHaveLength(1)
  })

  test('variables that cannot be used are said, and harm nothing', async () => {
    const ending = await run(program, { MLFLOW_TRACKING_URI: 'databricks' })
    expect(ending.code).toBe(0)
    expect(ending.stderr).toMatch(/MLFLOW_TRACKING_URI must be an http or https address.*Nothing is sent/)
    expect(JSON.parse(ending.stdout)).toMatchObject({ dropped: { notConfigured: 1 } })
  })

  test('shutdown before process.exit() loses nothing', async () => {
    await using server = await startLoopbackServer()
    await run(
      `import { shutdown, startSpan } from '@clew/tracing'
       startSpan({ name: 'last' }).end()
       await shutdown({ timeoutMs: 3000 })
       startSpan({ name: 'too late' }).end()
       process.exit(0)`,
      { MLFLOW_TRACKING_URI: server.url },
    )
    expect(server.spans.map(({ name }) => name)).toEqual(['last'])
  })
})
