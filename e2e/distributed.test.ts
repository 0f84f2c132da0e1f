/** One request that goes through three processes, each of which sends its own spans, is one trace on the server. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClewApi, clewApi } from './harness/clew-api.ts'
import { type ClewServer, startClew } from './harness/clew-server.ts'

const program = fileURLToPath(new URL('programs/service.ts', import.meta.url))

let clew: ClewServer
let client: ClewApi

beforeAll(async () => {
  clew = await startClew()
  client = clewApi(clew.url)
})
afterAll(() => clew?.stop())

test('three processes make one trace, with all parents, the totals of all and the name of the first', async () => {
  const experimentId = await client.createExperiment('three processes')
  await using kitchen = await startService(experimentId, 'kitchen')
  await using waiter = await startService(experimentId, 'waiter', kitchen.url)
  await using door = await startService(experimentId, 'door', waiter.url)
  expect(await (await fetch(door.url)).text()).toBe('door waiter kitchen')

  const traces = await client.waitForTraces(experimentId, 1)
  expect(traces).toHaveLength(1)
  const traceId = traces[0]?.id ?? ''
  expect(await client.header(traceId)).toMatchObject({
    name: 'door',
    state: 'OK',
    spanCount: 6,
    inputTokens: 30,
    outputTokens: 15,
    totalTokens: 45,
  })

  const skeleton = await client.skeleton(traceId)
  const names = skeleton.name.map((name) => skeleton.names[name])
  const parents = new Map(names.map((name, row) => [name, names[skeleton.parent[row] ?? -1]]))
  expect(parents).toEqual(
    new Map([
      ['door', undefined],
      ['model of door', 'door'],
      ['waiter', 'door'],
      ['model of waiter', 'waiter'],
      ['kitchen', 'waiter'],
      ['model of kitchen', 'kitchen'],
    ]),
  )
  const pidOf = async (name: string) => {
    const span = await client.span(traceId, skeleton.spanId[names.indexOf(name)] ?? '')
    return Number(new Map(span.attributes).get('pid')?.json)
  }
  expect(await Promise.all(['door', 'waiter', 'kitchen'].map(pidOf))).toEqual([door.pid, waiter.pid, kitchen.pid])
})

test('a request that the first process does not sample leaves nothing, in no process', async () => {
  const experimentId = await client.createExperiment('not sampled')
  await using kitchen = await startService(experimentId, 'kitchen')
  await using unsampled = await startService(experimentId, 'door', kitchen.url, { MLFLOW_TRACE_SAMPLING_RATIO: '0' })
  await using sampled = await startService(experimentId, 'window', kitchen.url)
  expect(await (await fetch(unsampled.url)).text()).toBe('door kitchen')
  expect(await (await fetch(sampled.url)).text()).toBe('window kitchen')
  const traces = await client.waitForTraces(experimentId, 1)
  expect(traces.map(({ name }) => name)).toEqual(['window'])
})

interface Service extends AsyncDisposable {
  readonly url: string
  readonly pid: number | undefined
}

async function startService(
  experimentId: string,
  name: string,
  next?: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<Service> {
  const child = spawn(process.execPath, ['--conditions=@clew/source', program, name, ...(next ? [next] : [])], {
    env: { ...process.env, MLFLOW_TRACKING_URI: clew.url, MLFLOW_EXPERIMENT_ID: experimentId, ...environment },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const { value: url, done } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next()
  if (done === true) throw new Error(`Service ${name} ended before it was there.`)
  return {
    url,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      child.stdin.end()
      await ended
    },
  }
}
