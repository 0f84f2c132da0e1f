import { describe, expect, test } from 'vitest'
import { converse } from './dialogue.ts'
import { Sender } from './send.ts'
import { resolveSettings } from './settings.ts'
import { Counters } from './statistics.ts'
import { endedSpan } from './testing/ended-span.ts'
import { type Answering, type LoopbackServer, startLoopbackServer } from './testing/loopback-server.ts'
import { TraceInfos } from './trace-infos.ts'

const SERVER_INFO = '/api/3.0/mlflow/server-info'
const TOGETHER = '/api/1.0/clew/trace-infos'
const ONE = '/api/3.0/mlflow/traces'

/** Answers by path, and accepts everything else. */
function answers(table: Record<string, readonly [status: number, body: unknown]>): Answering {
  return ({ url }, response) => {
    const answer = table[url]
    if (answer === undefined) return false
    response.writeHead(answer[0], { 'content-type': 'application/json' }).end(JSON.stringify(answer[1]))
    return true
  }
}

/** Sends `count` trace infos at once and says what became of them, and which requests that took. */
async function send(server: LoopbackServer, count: number, times = 1) {
  const settings = resolveSettings({ trackingUri: server.url, maxRetries: 0 })
  const sender = new Sender(settings, new Counters())
  const traceInfos = new TraceInfos()
  let succeeded = 0
  const failures: unknown[] = []
  const roots = Array.from({ length: count }, () => endedSpan())
  for (let round = 0; round < times; round += 1) {
    const dialogue = traceInfos.tell(roots, '0', {
      succeed: (more) => {
        succeeded += more
      },
      fail: (more, failure) => void failures.push([more, failure]),
    })
    await converse(dialogue, (request) => sender.send(request))
  }
  return { roots, succeeded, failures, paths: server.requests.map(({ url }) => url) }
}

describe('trace infos', () => {
  test('go together, in requests no larger than the server takes, which is asked once', async () => {
    const offer = { clew: { version: '1', max_trace_infos: 4 } }
    await using server = await startLoopbackServer(
      answers({ [SERVER_INFO]: [200, offer], [TOGETHER]: [200, { refused: [] }] }),
    )
    const { roots, succeeded, paths } = await send(server, 6, 2)
    expect(paths).toEqual([SERVER_INFO, TOGETHER, TOGETHER, TOGETHER, TOGETHER])
    expect(succeeded).toBe(12)
    const bodies = server.requests.slice(1, 3).map(({ body }) => JSON.parse(body.toString()).trace_infos)
    expect(bodies.map((infos) => infos.length)).toEqual([4, 2])
    expect(bodies.flat().map((info) => info.trace_id)).toEqual(roots.map(({ traceId }) => traceId))
  })

  test('go one by one to a server that does not offer more, as MLflow', async () => {
    await using server = await startLoopbackServer(answers({ [SERVER_INFO]: [200, { store_type: 'SqlStore' }] }))
    const { succeeded, paths } = await send(server, 3, 2)
    expect(paths).toEqual([SERVER_INFO, ...Array<string>(6).fill(ONE)])
    expect(succeeded).toBe(6)
  })

  test('a single one asks nothing', async () => {
    await using server = await startLoopbackServer()
    expect((await send(server, 1)).paths).toEqual([ONE])
  })

  test.each<[string, readonly [number, unknown]]>([
    ['knows no server-info', [404, 'no']],
    ['answers no JSON object', [200, 'text']],
    ['offers nonsense', [200, { clew: { max_trace_infos: 'many' } }]],
  ])('a server that %s gets them one by one', async (_, answer) => {
    await using server = await startLoopbackServer(answers({ [SERVER_INFO]: answer }))
    expect((await send(server, 2)).succeeded).toBe(2)
    expect(server.infos.size).toBe(2)
  })

  test('a request that is refused as a whole falls back to one by one', async () => {
    const offer = { clew: { max_trace_infos: 100 } }
    await using server = await startLoopbackServer(answers({ [SERVER_INFO]: [200, offer], [TOGETHER]: [404, {}] }))
    const { succeeded, failures, paths } = await send(server, 2, 2)
    expect(paths).toEqual([SERVER_INFO, TOGETHER, ONE, ONE, ONE, ONE])
    expect([succeeded, failures]).toEqual([4, []])
  })

  test('those a server refuses of many are counted, the others have arrived', async () => {
    const refused = [{ trace_id: 'x', error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such experiment' }]
    const offer = { clew: { max_trace_infos: 100 } }
    await using server = await startLoopbackServer(
      answers({ [SERVER_INFO]: [200, offer], [TOGETHER]: [200, { refused }] }),
    )
    const { succeeded, failures } = await send(server, 3)
    expect(succeeded).toBe(2)
    expect(failures).toEqual([[1, { kind: 'refused', status: 200, code: '', sentence: 'no such experiment' }]])
  })

  test('while nobody answers, each is counted as given up', async () => {
    await using server = await startLoopbackServer((_, response) => {
      response.writeHead(503).end()
      return true
    })
    const { succeeded, failures } = await send(server, 2)
    expect(succeeded).toBe(0)
    expect(failures).toHaveLength(2)
  })
})
