import type { Span } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { flush, getTracingContextHeaders, init, withSpan } from './index.ts'
import { type LoopbackServer, startLoopbackServer } from './testing/loopback-server.ts'
import { startProgram } from './testing/program.ts'

/** Which process did a step, by name and process id. */
type Step = [string, number]

/** Calls a service from a trace that starts here. */
async function call(url: string): Promise<Step[]> {
  const body = async () => {
    const response = await fetch(url, { headers: getTracingContextHeaders() })
    return (await response.json()) as Step[]
  }
  const steps = await withSpan(body, { name: 'caller' })
  await flush({ timeoutMs: 5_000 })
  return [['caller', process.pid], ...steps]
}

function spanIn(server: LoopbackServer, name: string): Span {
  const found = server.spans.filter((span) => span.name === name)
  if (found.length !== 1) throw new Error(`${found.length} spans "${name}" arrived, not one`)
  return found[0]!
}

describe('a trace of several processes', () => {
  test('two of them: the second sends its span below that of the first, and no trace info', async () => {
    await using server = await startLoopbackServer()
    await using service = startProgram(['relay.ts', 'service'], { MLFLOW_TRACKING_URI: server.url })
    const url = await service.readLine()
    init({ trackingUri: server.url, batchIntervalMs: 60_000 })
    expect(await call(url)).toEqual([
      ['caller', process.pid],
      ['service', service.pid],
    ])
    const caller = spanIn(server, 'caller')
    expect(caller.parentSpanId).toBeUndefined()
    expect(spanIn(server, 'service')).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId })
    expect([...server.infos.keys()]).toEqual([caller.traceId])
  })

  test('three of them make one trace, and do so again', async () => {
    await using server = await startLoopbackServer()
    const environment = { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACE_SAMPLING_RATIO: '0' }
    await using last = startProgram(['relay.ts', 'last'], environment)
    await using middle = startProgram(['relay.ts', 'middle', await last.readLine()], environment)
    const url = await middle.readLine()
    init({ trackingUri: server.url, batchIntervalMs: 60_000 })
    for (let round = 0; round < 2; round += 1) {
      server.spans.length = 0
      server.infos.clear()
      const steps = await call(url)
      expect(steps.map(([name]) => name)).toEqual(['caller', 'middle', 'last'])
      expect(new Set(steps.map(([, pid]) => pid)).size).toBe(3)
      const [caller, between] = [spanIn(server, 'caller'), spanIn(server, 'middle')]
      expect(between).toMatchObject({ traceId: caller.traceId, parentSpanId: caller.spanId })
      expect(spanIn(server, 'last')).toMatchObject({ traceId: caller.traceId, parentSpanId: between.spanId })
      expect([...server.infos.keys()]).toEqual([caller.traceId])
    }
  })

  test('that is not sampled where it starts is recorded nowhere', async () => {
    await using server = await startLoopbackServer()
    await using last = startProgram(['relay.ts', 'last'], { MLFLOW_TRACKING_URI: server.url })
    const environment = { MLFLOW_TRACKING_URI: server.url }
    await using middle = startProgram(['relay.ts', 'middle', await last.readLine()], environment)
    const url = await middle.readLine()
    init({ trackingUri: server.url, samplingRatio: 0 })
    expect((await call(url)).map(([name]) => name)).toEqual(['caller', 'middle', 'last'])
    expect(server.requests).toEqual([])
    init({ trackingUri: server.url })
    await call(url)
    expect(server.spans).toHaveLength(3)
  })

  test('goes through an MCP server that only has standard input and output', async () => {
    await using server = await startLoopbackServer()
    await using tool = startProgram(['mcp-tool.ts'], { MLFLOW_TRACKING_URI: server.url })
    init({ trackingUri: server.url, batchIntervalMs: 60_000 })
    const answer = await withSpan(
      () => {
        const params = { name: 'add', arguments: { numbers: [1, 2, 3] }, _meta: getTracingContextHeaders() }
        tool.writeLine(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }))
        return tool.readLine()
      },
      { name: 'agent' },
    )
    await flush({ timeoutMs: 5_000 })
    expect(JSON.parse(answer)).toMatchObject({ id: 1, result: { content: [{ text: '6' }] } })
    const agent = spanIn(server, 'agent')
    expect(spanIn(server, 'add')).toMatchObject({ traceId: agent.traceId, parentSpanId: agent.spanId })
    expect([...server.infos.keys()]).toEqual([agent.traceId])
  })
})
