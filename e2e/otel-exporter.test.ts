/** The OpenTelemetry SDK for JavaScript with its own exporters, read back through MLflow's REST API and the UI's. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ClewApi, clewApi, type MlflowSpan } from './harness/clew-api.ts'
import { type ClewServer, startClew } from './harness/clew-server.ts'

const program = fileURLToPath(new URL('programs/otel-exporter.ts', import.meta.url))
const execute = promisify(execFile)

let clew: ClewServer
let client: ClewApi

beforeAll(async () => {
  clew = await startClew()
  client = clewApi(clew.url)
})
afterAll(() => clew?.stop())

test.each([
  ['protobuf', 'none'],
  ['protobuf', 'gzip'],
  ['json', 'none'],
  ['json', 'gzip'],
])('an OTLP exporter (%s, compression %s) is read back through both APIs', async (format, compression) => {
  const experimentId = await client.createExperiment(`otel ${format} ${compression}`)
  const { stdout, stderr } = await execute(process.execPath, [program, format], {
    env: {
      ...process.env,
      OTEL_EXPORTER_OTLP_ENDPOINT: clew.url,
      OTEL_EXPORTER_OTLP_HEADERS: `x-mlflow-experiment-id=${experimentId}`,
      OTEL_EXPORTER_OTLP_COMPRESSION: compression,
    },
  })
  expect(stderr).toBe('')
  const sent: SentSpan[] = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  const traceId = `tr-${sent[0]?.traceId}`

  const { trace_info: info, spans } = await client.mlflowTrace(traceId)
  expect(info).toMatchObject({ trace_id: traceId, state: 'ERROR' })
  expect(spans.map(received)).toEqual(sent)
  expect(spans.map((span) => span.events?.map((event) => event.name) ?? [])).toEqual([['started'], [], ['exception']])
  expect(spans[0]?.links).toHaveLength(1)

  const header = await client.header(traceId)
  expect(header).toMatchObject({ experimentId, name: 'cook', state: 'ERROR', spanCount: 3, session: 'table-4' })
  expect(header).toMatchObject({ inputTokens: 12, outputTokens: 5, totalTokens: 17 })
  const skeleton = await client.skeleton(traceId)
  expect(skeleton.parent).toEqual([-1, 0, 0])
  expect(skeleton.start.map((start) => `${BigInt(start) + BigInt(skeleton.originNs)}`)).toEqual(
    sent.map(({ start }) => start),
  )
  expect(skeleton.type.map((type) => skeleton.types[type])).toEqual(['UNKNOWN', 'CHAT_MODEL', 'TOOL'])

  const chat = await client.span(traceId, skeleton.spanId[1] ?? '')
  expect(JSON.parse(chat.inputs?.json ?? '')).toMatchObject([{ role: 'user' }])
  expect(new Map(chat.attributes).get('gen_ai.request.model')?.json).toBe('"gpt-4o-mini"')
  const tool = await client.span(traceId, skeleton.spanId[2] ?? '')
  expect(tool).toMatchObject({ status: 'ERROR', statusMessage: 'too hot', name: 'execute_tool stove' })
  expect(new Map(tool.events[0]?.attributes).get('exception.message')?.json).toBe('"pan on fire"')
})

test('an exporter without the experiment header is refused with a sentence, and the server lives on', async () => {
  const response = await fetch(`${clew.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"resourceSpans":[]}',
  })
  expect(response.status).toBe(422)
  expect(await response.text()).toMatch(/x-mlflow-experiment-id/i)
  expect((await fetch(`${clew.url}/health`)).status).toBe(200)
})

/** What the program says of a span it sent; times in nanoseconds, as text. */
interface SentSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentId?: string
  readonly name: string
  readonly start: string
  readonly end: string
}

/** MLflow answers ids as base64 of their bytes. */
function received(span: MlflowSpan): SentSpan {
  const hex = (base64: string) => Buffer.from(base64, 'base64').toString('hex')
  return {
    traceId: hex(span.trace_id),
    spanId: hex(span.span_id),
    ...(span.parent_span_id !== undefined && { parentId: hex(span.parent_span_id) }),
    name: span.name,
    start: `${span.start_time_unix_nano}`,
    end: `${span.end_time_unix_nano}`,
  }
}
