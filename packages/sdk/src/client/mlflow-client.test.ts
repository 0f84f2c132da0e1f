import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { assessmentToJson, decodeOtlpProtobuf, spanToDictionary, traceInfoToJson } from '@clew/model'
import { describe, expect, test } from 'vitest'
import {
  type Answering,
  type LoopbackServer,
  type ReceivedRequest,
  startLoopbackServer,
  unusedUrl,
} from '../testing/loopback-server.ts'
import { MlflowApiError, MlflowClient, type MlflowClientOptions } from './index.ts'
import { sampleInfo, sampleSpan, sampleTraceJson } from './testing/samples.ts'

const execute = promisify(execFile)

/** A client of a real server that answers as it is told: the body of a 200, or a status and a body. */
async function serve(
  answer: (request: ReceivedRequest) => string | readonly [status: number, body: string, headers?: object],
  options: MlflowClientOptions = {},
): Promise<LoopbackServer & { client: MlflowClient }> {
  const answering: Answering = (request, response) => {
    const said = answer(request)
    const [status, body, headers] = typeof said === 'string' ? [200, said] : said
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body)
    return true
  }
  const server = await startLoopbackServer(answering)
  const client = new MlflowClient({ trackingUri: server.url, maxRetries: 0, ...options })
  return Object.assign(server, { client })
}

const textOf = (request: ReceivedRequest | undefined) => JSON.parse(request?.body.toString() ?? '')
const infoAnswer = (info = sampleInfo()) => `{"trace":{"trace_info":${traceInfoToJson(info)}}}`

describe('a request', () => {
  test('goes where the options say, with their authentication', async () => {
    await using server = await serve(() => infoAnswer())
    const client = new MlflowClient({
      trackingUri: `${server.url}/mlflow/`,
      trackingServerUsername: 'ines',
      trackingServerPassword: 'secret',
      headers: { 'x-own': 'yes' },
    })
    await client.getTraceInfo('tr-1')
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        url: '/mlflow/api/3.0/mlflow/traces/tr-1',
        headers: { authorization: `Basic ${btoa('ines:secret')}`, 'x-own': 'yes' },
      },
    ])
  })

  test('goes where the environment says if the options are silent', async () => {
    await using server = await serve(() => '{}')
    const { stdout } = await run(
      `for await (const trace of new MlflowClient().searchTraces()) throw trace
       console.log('searched')`,
      { MLFLOW_TRACKING_URI: server.url, MLFLOW_TRACKING_TOKEN: 'key', MLFLOW_EXPERIMENT_ID: '7' },
    )
    expect(stdout).toBe('searched\n')
    expect(server.requests).toMatchObject([
      { url: '/api/3.0/mlflow/traces/search', headers: { authorization: 'Bearer key' } },
    ])
    expect(textOf(server.requests[0]).locations).toEqual([
      { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '7' } },
    ])
  })

  test('keeps the process alive while somebody waits for it', async () => {
    await using server = await startLoopbackServer((_, response) => {
      setTimeout(() => response.end(infoAnswer()), 500)
      return true
    })
    const environment = { MLFLOW_TRACKING_URI: server.url }
    const { stdout } = await run(`console.log((await new MlflowClient().getTraceInfo('tr-1')).state)`, environment)
    expect(stdout).toBe('OK\n')
  })

  test('carries ids as they are, and never as parts of a path', async () => {
    await using server = await serve(() => infoAnswer())
    for (const id of ['../experiments', 'a/b?c#d', 'ä %']) await server.client.getTraceInfo(id)
    expect(server.requests.map(({ url }) => url)).toEqual([
      '/api/3.0/mlflow/traces/..%2Fexperiments',
      '/api/3.0/mlflow/traces/a%2Fb%3Fc%23d',
      '/api/3.0/mlflow/traces/%C3%A4%20%25',
    ])
    for (const id of ['', '.', '..']) {
      await expect(server.client.setTraceTag(id, 'key', 'value')).rejects.toThrow('is no id')
      await expect(server.client.getTrace(id)).rejects.toThrow(TypeError)
      await expect(server.client.deleteAssessment('tr-1', id)).rejects.toThrow(TypeError)
    }
    expect(server.requests).toHaveLength(3)
  })

  test('is repeated as long as the server is busy, when the server says', async () => {
    const answers: (string | readonly [number, string, object?])[] = [
      [503, '{}', { 'retry-after': '0' }],
      [429, '{}', { 'retry-after': '0' }],
      infoAnswer(),
    ]
    await using server = await serve(() => answers.shift()!, { maxRetries: 2 })
    expect(await server.client.getTraceInfo('tr-1')).toEqual(sampleInfo())
    expect(server.requests).toHaveLength(3)
  })
})

describe('an error', () => {
  /** What getTraceInfo rejects with. */
  async function errorAfter(answer: Parameters<typeof serve>[0], options: MlflowClientOptions = {}) {
    await using server = await serve(answer, options)
    const error = await server.client.getTraceInfo('tr-1').catch((error: unknown) => error)
    expect(error).toBeInstanceOf(MlflowApiError)
    return error
  }

  test('has the code, the words, the help and the request id of the server', async () => {
    const body = { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'No such trace.', help: 'Look.', request_id: 'r-1' }
    expect(await errorAfter(() => [404, JSON.stringify(body)])).toMatchObject({
      name: 'MlflowApiError',
      code: 'RESOURCE_DOES_NOT_EXIST',
      status: 404,
      message: 'No such trace.',
      help: 'Look.',
      requestId: 'r-1',
    })
  })

  test('of a server that stays busy is what it said last', async () => {
    const body = '{"error_code":"REQUEST_LIMIT_EXCEEDED","message":"Not now."}'
    const error = await errorAfter(() => [429, body, { 'retry-after': '0' }], { maxRetries: 2 })
    expect(error).toMatchObject({ code: 'REQUEST_LIMIT_EXCEEDED', status: 429, message: 'Not now.' })
  })

  test.each([
    [404, 'ENDPOINT_NOT_FOUND'],
    [401, 'UNAUTHENTICATED'],
    [302, 'INVALID_ANSWER'],
    [500, 'INTERNAL_ERROR'],
  ])('of a web page with status %i is %s, without the page', async (status, code) => {
    const page = '<!doctype html><title>No</title>'
    const error = await errorAfter(() => [status, page, { 'content-type': 'text/html' }])
    expect(error).toMatchObject({ code, status, message: expect.stringContaining(`answered ${status}`) })
  })

  test.each([
    ['a web page', [200, '<html>', { 'content-type': 'text/html' }], 'web page'],
    ['no JSON', '{"trace":', 'position'],
    ['no object', '[]', 'no JSON object'],
    ['something else', '{"trace":7}', '"trace" is no object'],
    ['a trace of nothing', '{"trace":{"trace_info":{}}}', 'trace_id'],
  ] as const)('tells an answer that is %s', async (_, answer, words) => {
    const error = await errorAfter(() => answer)
    expect(error).toMatchObject({ code: 'INVALID_ANSWER', message: expect.stringContaining(words) })
  })

  test('tells an answer that is too long', async () => {
    const maxAnswerBytes = infoAnswer().length
    await using server = await serve(() => infoAnswer(), { maxAnswerBytes })
    await server.client.getTraceInfo('tr-1')
    const error = await errorAfter(() => infoAnswer(), { maxAnswerBytes: maxAnswerBytes - 1 })
    expect(error).toMatchObject({ code: 'INVALID_ANSWER', message: expect.stringContaining('longer than') })
  })

  test('tells that nobody is there, and that nobody answers in time', async () => {
    const trackingUri = await unusedUrl()
    const nobody = new MlflowClient({ trackingUri, maxRetries: 0 }).getTraceInfo('tr-1')
    await expect(nobody).rejects.toMatchObject({
      code: 'UNREACHABLE',
      status: undefined,
      message: expect.stringContaining(trackingUri),
    })
    await using silent = await startLoopbackServer(() => true)
    const late = new MlflowClient({ trackingUri: silent.url, maxRetries: 0, requestTimeoutMs: 50 }).getTraceInfo('tr-1')
    await expect(late).rejects.toMatchObject({ code: 'UNREACHABLE', message: expect.stringContaining('50 ms') })
  })

  test('names the option that cannot be used', () => {
    expect(() => new MlflowClient({ trackingUri: 'nonsense' })).toThrow('option "trackingUri"')
    expect(() => new MlflowClient({ maxAnswerBytes: 0 })).toThrow('option "maxAnswerBytes"')
  })
})

describe('a search', () => {
  const page = (ids: readonly string[], token = '') =>
    `{"traces":[${ids.map((traceId) => traceInfoToJson(sampleInfo({ traceId })))}]${token && `,"next_page_token":"${token}"`}}`

  test('asks for no page it does not need', async () => {
    await using server = await serve(() => page(['tr-1', 'tr-2'], `${Math.random()}`))
    const infos = server.client.searchTraces({ includeSpans: false })
    expect(server.requests).toHaveLength(0)
    let seen = 0
    for await (const _ of infos) {
      seen += 1
      if (seen === 3) break
    }
    expect(server.requests).toHaveLength(2)
  })

  test('takes no more than it asked for, and asks for no more than it takes', async () => {
    await using server = await serve(() => page(['tr-1', 'tr-2', 'tr-3'], `${Math.random()}`))
    const found = await server.client.searchTraces({ includeSpans: false, maxResults: 5 }).toArray()
    expect(found).toHaveLength(5)
    expect(server.requests.map((request) => textOf(request).max_results)).toEqual([5, 2])
    for (const maxResults of [0, -1, Number.NaN]) {
      await expect(server.client.searchTraces({ maxResults }).toArray()).rejects.toThrow(TypeError)
    }
  })

  test('does not go round in circles', async () => {
    await using server = await serve(() => '{"next_page_token":"same"}')
    await expect(server.client.searchTraces().toArray()).rejects.toMatchObject({ code: 'INVALID_ANSWER' })
    expect(server.requests).toHaveLength(2)
  })

  test('brings traces that are incomplete as they are, and leaves out those that are gone', async () => {
    const incomplete = sampleTraceJson({ traceId: 'tr-2' })
    await using server = await serve(({ url }) => {
      if (url.includes('/search')) return page(['tr-1', 'tr-2', 'tr-3'])
      if (url.includes('/batchGet')) return `{"traces":[${sampleTraceJson({ traceId: 'tr-1' })}]}`
      if (url.includes('trace_id=tr-2&allow_partial=true')) return `{"trace":${incomplete}}`
      return [404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"gone"}']
    })
    const found = await server.client.searchTraces().toArray()
    expect(found.map(({ info, data }) => [info.traceId, data.spans.length])).toEqual([
      ['tr-1', 1],
      ['tr-2', 1],
    ])
  })

  test('asks for spans in small groups', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `tr-${index}`)
    await using server = await serve(({ url }) => {
      if (url.includes('/search')) return page(ids)
      const asked = [...new URL(url, 'http://x').searchParams.getAll('trace_ids')]
      return `{"traces":[${asked.map((traceId) => sampleTraceJson({ traceId }))}]}`
    })
    const found = await server.client.searchTraces().toArray()
    expect(found.map(({ info }) => info.traceId)).toEqual(ids)
    expect(server.requests).toHaveLength(4)
  })
})

describe('spans that a client uploaded as a file', () => {
  const tags = new Map([
    ['mlflow.artifactLocation', 'mlflow-artifacts:/0/traces/tr-1/artifacts'],
    ['mlflow.trace.spansLocation', 'ARTIFACT_REPO'],
  ])

  test('are downloaded', async () => {
    await using server = await serve(({ url }) => {
      if (url.endsWith('/traces/tr-1')) return infoAnswer(sampleInfo({ traceId: 'tr-1', tags }))
      return [200, `{"spans":[${spanToDictionary(sampleSpan())}]}`, { 'content-type': 'text/plain' }]
    })
    const trace = await server.client.getTrace('tr-1')
    expect(trace.root).toMatchObject({ spanId: sampleSpan().spanId, inputs: { question: 'why?' } })
    expect(server.requests[1]?.url).toBe('/api/2.0/mlflow-artifacts/artifacts/0/traces/tr-1/artifacts/traces.json')
  })

  test('may be missing, or somewhere this client cannot look', async () => {
    const missing = sampleInfo({ traceId: 'tr-1', tags })
    const elsewhere = sampleInfo({ traceId: 'tr-1', tags: new Map([['mlflow.artifactLocation', 's3://bucket/1']]) })
    for (const [info, code] of [
      [missing, 'RESOURCE_DOES_NOT_EXIST'],
      [elsewhere, 'NOT_IMPLEMENTED'],
    ] as const) {
      await using server = await serve(({ url }) => {
        if (url.endsWith('/traces/tr-1')) return infoAnswer(info)
        if (url.endsWith('/search')) return `{"traces":[${traceInfoToJson(info)}]}`
        return [404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No such artifact"}']
      })
      await expect(server.client.getTrace('tr-1')).rejects.toMatchObject({ code })
      expect((await server.client.getTrace('tr-1', { allowPartial: true })).data.spans).toEqual([])
      expect(await server.client.searchTraces().toArray()).toMatchObject([{ data: { spans: [] } }])
    }
  })
})

describe('feedback', () => {
  test('that arrived although its answer was lost is not logged twice', async () => {
    const ids: string[] = []
    await using server = await serve(({ method, body }) => {
      if (method === 'GET') return `{"assessment":${assessmentJson(ids[0]!)}}`
      ids.push(JSON.parse(body.toString()).assessment.assessment_id)
      // What a stock MLflow says to an id it has.
      return [500, '{"error_code":"INTERNAL_ERROR","message":"constraint violation"}', { 'retry-after': '0' }]
    })
    const client = new MlflowClient({ trackingUri: server.url, maxRetries: 1 })
    expect(await client.logFeedback({ traceId: 'tr-1', value: 1 })).toMatchObject({ assessmentId: ids[0] })
    expect(new Set(ids).size).toBe(1)
    expect(ids).toHaveLength(2)
  })

  test('that did not arrive is an error, with the first reason', async () => {
    await using server = await serve(({ method }) => {
      if (method === 'GET') return [404, '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"no"}']
      return [500, '{"error_code":"INTERNAL_ERROR","message":"disk full"}']
    })
    const logged = server.client.logFeedback({ traceId: 'tr-1', value: 1 })
    await expect(logged).rejects.toMatchObject({ code: 'INTERNAL_ERROR', message: 'disk full' })
  })

  test('that says nothing, or comes from nobody MLflow knows, is refused before it is sent', async () => {
    await using server = await serve(() => '{}')
    const { client } = server
    await expect(client.logFeedback({ traceId: 'tr-1' })).rejects.toThrow('needs a value or an error')
    await expect(client.logExpectation({ traceId: 'tr-1', name: 'a', value: undefined })).rejects.toThrow(TypeError)
    const source = { sourceType: 'JURY' as 'HUMAN' }
    await expect(client.logFeedback({ traceId: 'tr-1', value: 1, source })).rejects.toThrow('not JURY')
    expect(server.requests).toHaveLength(0)
  })

  const assessmentJson = (assessmentId: string) =>
    assessmentToJson({
      assessmentId,
      traceId: 'tr-1',
      spanId: undefined,
      name: 'feedback',
      source: undefined,
      content: { kind: 'feedback', value: 1, error: undefined },
      rationale: undefined,
      metadata: new Map(),
      overrides: undefined,
      valid: true,
      createTimeMs: 1,
      lastUpdateTimeMs: 1,
    })
})

describe('adding a trace', () => {
  const spans = Array.from({ length: 5 }, (_, index) => sampleSpan({ spanId: `000000000000000${index + 1}` }))
  const sent = (server: LoopbackServer) =>
    server.requests
      .filter(({ url }) => url === '/v1/traces')
      .map(({ body }) => decodeOtlpProtobuf(body).groups.flatMap((group) => group.spans.map(({ spanId }) => spanId)))

  test('sends smaller batches where one is too large', async () => {
    await using server = await serve(({ url, body }) =>
      url === '/v1/traces' && decodeOtlpProtobuf(body).groups[0]!.spans.length > 2 ? [413, '{}'] : '{}',
    )
    expect(await server.client.addTrace({ info: sampleInfo(), data: { spans } })).toBe(sampleInfo().traceId)
    expect(sent(server).map((batch) => batch.length)).toEqual([5, 3, 2, 1, 2])
    expect(server.requests.at(-1)?.url).toBe('/api/3.0/mlflow/traces')
  })

  test('leaves out what is true of the server it comes from only', async () => {
    await using server = await serve(() => '{}')
    const tags = new Map([
      ['mlflow.artifactLocation', 's3://there'],
      ['mlflow.trace.spansLocation', 'ARTIFACT_REPO'],
      ['team', 'blue'],
    ])
    await server.client.addTrace({ info: sampleInfo({ tags }), data: { spans } }, { experimentId: '9' })
    const info = textOf(server.requests.at(-1)).trace.trace_info
    expect(info.tags).toEqual({ team: 'blue' })
    expect(info.trace_location.mlflow_experiment).toEqual({ experiment_id: '9' })
    expect(server.requests[0]?.headers['x-mlflow-experiment-id']).toBe('9')
  })

  test('is refused while a span runs, and fails when the server does not take a span', async () => {
    // ExportTraceServiceResponse with partial_success { rejected_spans: 1, error_message: "no" }
    const partial = String.fromCharCode(10, 6, 8, 1, 18, 2, 110, 111)
    await using server = await serve(() => [200, partial, { 'content-type': 'application/x-protobuf' }])
    const running = [sampleSpan({ endTimeNs: undefined, name: 'still here' })]
    const { client } = server
    await expect(client.addTrace({ info: sampleInfo(), data: { spans: running } })).rejects.toThrow('"still here"')
    expect(server.requests).toHaveLength(0)
    await expect(client.addTrace({ info: sampleInfo(), data: { spans } })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      message: '1 spans were refused: no',
    })
  })
})

test('ids of traces to delete are sent a hundred at a time', async () => {
  await using server = await serve((request) => `{"traces_deleted":${textOf(request).request_ids.length}}`)
  const traceIds = Array.from({ length: 250 }, (_, index) => `tr-${index}`)
  expect(await server.client.deleteTraces({ experimentId: '1', traceIds })).toBe(250)
  expect(server.requests.map((request) => textOf(request).request_ids.length)).toEqual([100, 100, 50])
  expect(await server.client.deleteTraces({ experimentId: '1', traceIds: [] })).toBe(0)
})

/** Runs a module in a process of its own, until it ends by itself. */
function run(source: string, environment: Record<string, string>) {
  const code = `import { MlflowClient } from '@clew/tracing/client'\n${source}`
  const flags = ['--conditions=@clew/source', '--no-warnings', '--input-type=module', '--eval', code]
  const cwd = fileURLToPath(new URL('../..', import.meta.url))
  return execute(process.execPath, flags, { cwd, env: { ...process.env, ...environment }, timeout: 15_000 })
}
