import { deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { encodeJson, encodeOtlpJson, encodeOtlpProtobuf } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores, type Tree } from '../testing/server.ts'
import { exportSpans, newTraceId, START_NS, span } from '../testing/traces.ts'

const PROTOBUF = 'application/x-protobuf'

type Body = string | Buffer<ArrayBuffer>

describe.each(stores)('POST /v1/traces over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)

  async function post(body: Body, headers: Record<string, string>) {
    const response = await server.fetch('/v1/traces', { method: 'POST', headers, body })
    return { response, text: await response.text() }
  }

  async function storedSpans(traceId: string): Promise<readonly Tree[]> {
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/get?trace_id=${traceId}&allow_partial=true`)
    return body.trace?.spans === undefined ? [] : list(body.trace.spans)
  }

  it.each([
    ['none', undefined],
    ['identity', (bytes: Uint8Array) => bytes],
    ['gzip', gzipSync],
    ['GZIP', gzipSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['zstd', zstdCompressSync],
  ])('stores protobuf with encoding %s', async (encoding, compress) => {
    const sent = span({ attributes: { 'mlflow.spanInputs': { q: 'hi' } } })
    const bytes = encodeOtlpProtobuf([sent], new Map())
    const { response, text } = await post(Buffer.from(compress?.(bytes) ?? bytes), {
      'content-type': PROTOBUF,
      'x-mlflow-experiment-id': '0',
      ...(compress && { 'content-encoding': encoding }),
    })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(PROTOBUF)
    expect(response.headers.get('content-length')).toBe('0')
    expect(text).toBe('')
    expect(await storedSpans(sent.traceId)).toHaveLength(1)
  })

  it('stores JSON and answers in JSON, where MLflow answers empty protobuf', async () => {
    const sent = span()
    const { response, text } = await post(encodeOtlpJson([sent], new Map()), {
      'content-type': 'application/json; charset=utf-8',
      'x-mlflow-experiment-id': '0',
    })
    expect([response.status, text]).toEqual([200, '{}'])
    expect(await storedSpans(sent.traceId)).toHaveLength(1)
  })

  it('takes the same batch twice without changing anything', async () => {
    const sent = span({
      attributes: { 'mlflow.chat.tokenUsage': { input_tokens: 3, output_tokens: 4, total_tokens: 7 } },
    })
    await exportSpans(server, '0', [sent])
    const once = await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)
    await exportSpans(server, '0', [sent])
    expect(await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)).toEqual(once)
    expect(JSON.parse(String(once.body.trace?.trace_info?.trace_metadata?.['mlflow.trace.tokenUsage']))).toMatchObject({
      total_tokens: 7,
    })
  })

  it('prices a call whose client sent no cost', async () => {
    const sent = span({
      attributes: {
        'mlflow.llm.model': 'gpt-4o-mini',
        'mlflow.llm.provider': 'openai',
        'mlflow.chat.tokenUsage': { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
      },
    })
    await exportSpans(server, '0', [sent])
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)
    const cost = JSON.parse(String(body.trace?.trace_info?.trace_metadata?.['mlflow.trace.cost']))
    expect(cost.total_cost).toBe(0.00021)
  })

  it('turns resource attributes into trace tags as MLflow does', async () => {
    const sent = span()
    const resource = new Map(
      Object.entries({
        'service.name': 'shop',
        'host.cpus': 4,
        'telemetry.sdk.name': 'otel',
        'mlflow.source.name': 'x',
        'bad?key': 'x',
      }).map(([key, value]) => [key, encodeJson(value)]),
    )
    await post(Buffer.from(encodeOtlpProtobuf([sent], resource)), {
      'content-type': PROTOBUF,
      'x-mlflow-experiment-id': '0',
    })
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)
    const tags = body.trace?.trace_info?.tags ?? {}
    expect(tags).toMatchObject({ 'service.name': 'shop', 'host.cpus': '4', 'mlflow.traceName': 'root' })
    expect(Object.keys(tags).filter((key) => /telemetry|source|bad/.test(key))).toEqual([])
  })

  it('links the traces whose root it got to the run of the header', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent], { 'x-mlflow-run-id': 'run-1' })
    const found = await server.send('POST', '/api/3.0/mlflow/traces/search', {
      locations: [{ mlflow_experiment: { experiment_id: '0' } }],
      filter: "run_id = 'run-1'",
    })
    expect(list(found.body.traces).map((trace) => trace.trace_id)).toEqual([sent.traceId])
  })

  it('keeps a trace in the experiment it began in', async () => {
    const other = await server.newExperiment()
    const sent = span()
    await exportSpans(server, '0', [sent])
    expect(await exportSpans(server, other, [{ ...sent, spanId: '00000000000000aa' }])).toBe(200)
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)
    expect(body.trace?.trace_info?.trace_location?.mlflow_experiment?.experiment_id).toBe('0')
  })

  it('shows a span without an end as running, where MLflow shows a negative duration', async () => {
    const sent = span({ endTimeNs: undefined })
    await exportSpans(server, '0', [sent])
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)
    expect(body.trace?.trace_info?.state).toBe('IN_PROGRESS')
    expect(body.trace?.trace_info?.execution_duration).toBeUndefined()
  })

  it('stores the good spans of a batch and counts the bad ones', async () => {
    const traceId = newTraceId()
    const good = jsonSpan(traceId, '00000000000000a1')
    const { response, text } = await post(
      exportOf([good, jsonSpan(traceId, ''), jsonSpan('0'.repeat(32), '00000000000000a2')]),
      {
        'content-type': 'application/json',
        'x-mlflow-experiment-id': '0',
      },
    )
    expect(response.status).toBe(200)
    const { partialSuccess } = JSON.parse(text)
    expect(Number(partialSuccess.rejectedSpans)).toBe(2)
    expect(partialSuccess.errorMessage).not.toBe('')
    expect(await storedSpans(traceId)).toHaveLength(1)
  })

  it('refuses a time that no store holds, span by span', async () => {
    const late = { ...jsonSpan(newTraceId(), '00000000000000a1'), startTimeUnixNano: '18446744073709551615' }
    const { response, text } = await post(exportOf([late]), {
      'content-type': 'application/json',
      'x-mlflow-experiment-id': '0',
    })
    expect([response.status, JSON.parse(text).error_code]).toEqual([400, 'BAD_REQUEST'])
    expect(JSON.parse(text).message).toMatch(/^Cannot convert OpenTelemetry span to MLflow span: .*time/i)
  })

  it('stores attribute keys like __proto__ as keys', async () => {
    const traceId = newTraceId()
    const hostile = ['__proto__', 'constructor', 'toString'].map((key) => ({ key, value: { stringValue: 'x' } }))
    const body = exportOf([{ ...jsonSpan(traceId, '00000000000000a1'), attributes: hostile }])
    const { response } = await post(body, { 'content-type': 'application/json', 'x-mlflow-experiment-id': '0' })
    expect(response.status).toBe(200)
    const [stored] = await storedSpans(traceId)
    const keys = list(stored?.attributes).map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining(['__proto__', 'constructor', 'toString']))
  })

  const json = { 'content-type': 'application/json', 'x-mlflow-experiment-id': '0' }
  const protobuf = { 'content-type': PROTOBUF, 'x-mlflow-experiment-id': '0' }
  const good = exportOf([jsonSpan(newTraceId(), '00000000000000a1')])

  it.each<[string, Body, Record<string, string>, number, RegExp]>([
    ['malformed protobuf', Buffer.from([0xff, 0xfe, 0x00, 0x67]), protobuf, 400, /Invalid OpenTelemetry format/],
    ['protobuf that breaks off', Buffer.from([0x0a, 0x7f, 0x0a]), protobuf, 400, /Invalid OpenTelemetry format/],
    ['an empty protobuf body', Buffer.alloc(0), protobuf, 400, /Invalid OpenTelemetry format - no spans found/],
    ['malformed JSON', '{not json', json, 400, /Invalid OpenTelemetry format/],
    ['JSON that is an array', '[]', json, 400, /Invalid OpenTelemetry format/],
    ['JSON without spans', '{}', json, 400, /Invalid OpenTelemetry format - no spans found/],
    ['JSON nested 100,000 deep', '['.repeat(100_000), json, 400, /Invalid OpenTelemetry format/],
    ['a body that is not UTF-8', Buffer.from([0x22, 0xff, 0x22]), json, 400, /UTF-8/],
    ['text', good, { ...json, 'content-type': 'text/plain' }, 400, /Invalid Content-Type: text\/plain\. Expected: /],
    ['gRPC', good, { ...json, 'content-type': 'application/grpc' }, 400, /Invalid Content-Type: application\/grpc/],
    ['an unknown encoding', good, { ...json, 'content-encoding': 'br' }, 400, /Unsupported Content-Encoding: br/],
    ['gzip that is not', 'notgzip', { ...json, 'content-encoding': 'gzip' }, 400, /Failed to decompress gzip payload/],
    [
      'an unknown experiment',
      good,
      { ...json, 'x-mlflow-experiment-id': '987654321' },
      404,
      /^No Experiment with id=987654321 exists/,
    ],
    [
      'an experiment that is no number',
      good,
      { ...json, 'x-mlflow-experiment-id': 'abc' },
      400,
      /^Invalid experiment ID 'abc'\. Experiment ID must be a valid integer\./,
    ],
  ])('refuses %s with a sentence', async (_, body, headers, status, message) => {
    const { response, text } = await post(body, headers)
    expect(response.status).toBe(status)
    const error = JSON.parse(text)
    expect(error.message).toMatch(message)
    expect(error.detail).toMatch(message)
    expect(error.request_id).toBe(response.headers.get('x-request-id'))
    expect((await server.fetch('/health')).status).toBe(200)
  })

  it.each([undefined, '', '  '])('answers 422 as FastAPI does when the experiment header is %j', async (value) => {
    const { response, text } = await post(good, {
      'content-type': 'application/json',
      ...(value !== undefined && { 'x-mlflow-experiment-id': value }),
    })
    expect(response.status).toBe(422)
    expect(JSON.parse(text).detail).toEqual([
      { type: 'missing', loc: ['header', 'x-mlflow-experiment-id'], msg: 'Field required', input: null },
    ])
  })

  it('refuses 100 MB of zeros, gzipped, quickly, without holding them, and lives on', async () => {
    const bomb = gzipSync(Buffer.alloc(100_000_000))
    const before = process.memoryUsage().rss
    const startedAt = performance.now()
    const { response, text } = await post(bomb, { ...protobuf, 'content-encoding': 'gzip' })
    expect(performance.now() - startedAt).toBeLessThan(5000)
    expect(process.memoryUsage().rss - before).toBeLessThan(250_000_000)
    expect(response.status).toBe(413)
    expect(JSON.parse(text).error_code).toBe('REQUEST_TOO_LARGE')
    expect(await exportSpans(server, '0', [span()])).toBe(200)
  })

  it('refuses a body that is announced too large without reading it', async () => {
    expect(await announce(server.url, 65 * 1024 * 1024)).toBe(413)
    expect(await exportSpans(server, '0', [span()])).toBe(200)
  })

  it('refuses spans for a deleted experiment, where MLflow takes them and hides them', async () => {
    const experiment = await server.newExperiment()
    await server.send('POST', '/api/2.0/mlflow/experiments/delete', { experiment_id: experiment })
    expect(await exportSpans(server, experiment, [span()])).toBe(400)
  })

  it.each([
    ['GET', '/v1/traces', 405],
    ['OPTIONS', '/v1/traces', 405],
    ['POST', '/v1/traces/', 404],
    ['POST', '/v1/logs', 404],
    ['POST', '/v1/metrics', 404],
    ['POST', '/api/2.0/otel/v1/traces', 404],
  ])('%s %s is %i in HTML', async (method, path, status) => {
    const response = await server.fetch(path, { method })
    expect(response.status).toBe(status)
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })
})

describe('a server with a default experiment', () => {
  const server = serverFor('memory', { defaultExperimentId: '0' })
  beforeAll(server.start)
  afterAll(server.stop)

  it('stores the spans of exporters that name none', async () => {
    const sent = span()
    const response = await server.fetch('/v1/traces', {
      method: 'POST',
      headers: { 'content-type': PROTOBUF },
      body: Buffer.from(encodeOtlpProtobuf([sent], new Map())),
    })
    expect(response.status).toBe(200)
    expect((await server.send('GET', `/api/3.0/mlflow/traces/${sent.traceId}`)).status).toBe(200)
  })
})

function jsonSpan(traceId: string, spanId: string): Record<string, unknown> {
  return {
    traceId: traceId.replace('tr-', ''),
    spanId,
    name: 's',
    startTimeUnixNano: String(START_NS),
    endTimeUnixNano: String(START_NS + 1n),
  }
}

function exportOf(spans: readonly object[]): string {
  return JSON.stringify({ resourceSpans: [{ resource: {}, scopeSpans: [{ scope: {}, spans }] }] })
}

/** Sends only the head of a request; fetch would not. */
async function announce(url: string, length: number): Promise<number | undefined> {
  const { request } = await import('node:http')
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': PROTOBUF, 'x-mlflow-experiment-id': '0', 'content-length': String(length) }
    const outgoing = request(`${url}/v1/traces`, { method: 'POST', headers }, (response) => {
      response.resume()
      resolve(response.statusCode)
      outgoing.destroy()
    })
    outgoing.on('error', reject)
    outgoing.write('x')
  })
}
