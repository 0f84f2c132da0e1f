import { randomBytes } from 'node:crypto'
import { encodeJson, encodeOtlpProtobuf, type JsonText, type Span } from '@clew/model'
import type { ServerUnderTest } from './server.ts'

/** Saturday, 15 November 2025, with nanoseconds that no double holds. */
export const START_NS = 1_763_200_000_123_456_789n

export function newTraceId(): string {
  return `tr-${randomBytes(16).toString('hex')}`
}

/** A finished span without a parent; override what the test is about. */
export function span(fields: Partial<Omit<Span, 'attributes'>> & { attributes?: Record<string, unknown> } = {}): Span {
  const { attributes = {}, ...rest } = fields
  const texts = new Map<string, JsonText>()
  for (const [key, value] of Object.entries(attributes)) texts.set(key, encodeJson(value))
  return {
    traceId: newTraceId(),
    spanId: randomBytes(8).toString('hex'),
    parentSpanId: undefined,
    name: 'root',
    startTimeNs: START_NS,
    endTimeNs: START_NS + 5_000_001n,
    status: { code: 'OK', message: '' },
    events: [],
    links: [],
    ...rest,
    attributes: texts,
  }
}

/** An agent that asks a model, calls a tool that fails, and asks again: eight spans, every kind of content. */
export function eightSpans(): readonly Span[] {
  const traceId = newTraceId()
  const id = (n: number) => n.toString(16).padStart(16, '0')
  const child = (n: number, parent: number, fields: Parameters<typeof span>[0]): Span =>
    span({
      traceId,
      spanId: id(n),
      parentSpanId: id(parent),
      startTimeNs: START_NS + BigInt(n) * 1_000_001n,
      endTimeNs: START_NS + BigInt(n) * 1_000_001n + 500_003n,
      ...fields,
    })
  const messages = [{ role: 'user', content: 'Wie wird das Wetter in Zürich? ☀️' }]
  return [
    span({
      traceId,
      spanId: id(1),
      name: 'agent',
      endTimeNs: START_NS + 20_000_007n,
      attributes: {
        'mlflow.spanType': 'AGENT',
        'mlflow.spanInputs': { messages },
        'mlflow.spanOutputs': { answer: 'sunny', confidence: 0.25, seen: [1, null, 'x'] },
      },
    }),
    child(2, 1, {
      name: 'chat',
      attributes: {
        'mlflow.spanType': 'CHAT_MODEL',
        'mlflow.spanInputs': { messages, temperature: 1.5 },
        'mlflow.llm.model': 'gpt-4o-mini',
        'mlflow.llm.provider': 'openai',
        'mlflow.chat.tokenUsage': { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
      },
    }),
    child(3, 1, {
      name: 'weather',
      status: { code: 'ERROR', message: 'ValueError: no such city' },
      attributes: { 'mlflow.spanType': 'TOOL', 'mlflow.spanInputs': { city: 'Zürich' } },
      events: [
        {
          name: 'exception',
          timeNs: START_NS + 3_111_111n,
          attributes: new Map([
            ['exception.type', encodeJson('ValueError')],
            ['exception.message', encodeJson('no such city')],
            ['exception.stacktrace', encodeJson('Traceback\n  at weather')],
          ]),
        },
      ],
    }),
    child(4, 1, { name: 'retrieve', attributes: { 'mlflow.spanType': 'RETRIEVER', flag: true, nothing: null } }),
    child(5, 4, { name: 'embed', attributes: { 'mlflow.spanType': 'EMBEDDING', vector: [0.5, -1] } }),
    child(6, 4, { name: 'rerank', status: { code: 'UNSET', message: '' }, attributes: { big: 2n ** 60n } }),
    child(7, 1, { name: 'chat', attributes: { __proto__x: 'a', 'mlflow.spanOutputs': 'sunny' } }),
    child(8, 7, { name: 'parse', attributes: { 'mlflow.spanType': 'PARSER', 'mlflow.spanOutputs': '"quoted"' } }),
  ]
}

/** Exports spans as an OTLP client does; answers the status. */
export async function exportSpans(
  server: ServerUnderTest,
  experimentId: string,
  spans: readonly Span[],
  headers: Record<string, string> = {},
): Promise<number> {
  const response = await server.fetch('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/x-protobuf', 'x-mlflow-experiment-id': experimentId, ...headers },
    body: Buffer.from(encodeOtlpProtobuf(spans, new Map())),
  })
  await response.arrayBuffer()
  return response.status
}

/** A trace info as MLflow's client sends it. */
export function traceInfo(experimentId: string, fields: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    trace_id: newTraceId(),
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experimentId } },
    request_time: '2025-11-15T09:46:40.123Z',
    execution_duration: '1.234s',
    state: 'OK',
    ...fields,
  }
}
