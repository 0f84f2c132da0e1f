import { gzipSync } from 'node:zlib'
import { encodeJson, encodeOtlpProtobuf, type Span } from '@clew/model'
import { describe, expect, it } from 'vitest'
import { eightSpans, span } from '../testing/traces.ts'
import { inlineIngest } from './ingest.ts'
import { readExport } from './read-export.ts'

describe('readExport', () => {
  it('makes a batch of what came, each span as it was sent', () => {
    const sent = eightSpans()
    const batch = readExport(requestOf(sent))
    expect(batch).toMatchObject({ experimentId: '7', runId: 'run-1', rejected: 0, reason: undefined })
    expect(batch.spans.map(({ spanId }) => spanId)).toEqual(sent.map(({ spanId }) => spanId))
    for (const [index, original] of sent.entries()) {
      const stored = batch.spans[index] ?? span()
      expect({ ...stored, attributes: 'below' }).toEqual({ ...original, attributes: 'below' })
      for (const [key, json] of original.attributes) expect([key, stored.attributes.get(key)]).toEqual([key, json])
    }
  })

  it('adds the trace id that MLflow readers look for, unless the client sent one', () => {
    const [plain, said] = [span(), span({ attributes: { 'mlflow.traceRequestId': 'tr-mine' } })]
    const ids = readExport(requestOf([plain, said])).spans.map(({ attributes }) =>
      attributes.get('mlflow.traceRequestId'),
    )
    expect(ids).toEqual([JSON.stringify(plain.traceId), '"tr-mine"'])
  })

  it.each<[string, Record<string, unknown>, number | undefined]>([
    ['prices a call', {}, 0.00021],
    ['keeps a cost the client sent', { 'mlflow.llm.cost': { input_cost: 1, output_cost: 2, total_cost: 3 } }, 3],
    ['leaves calls through a gateway to the gateway', { 'mlflow.llm.model': 'gateway:/x' }, undefined],
    ['leaves a model nobody lists without a price', { 'mlflow.llm.model': 'my-own' }, undefined],
  ])('%s', (_, attributes, total) => {
    const call = span({
      attributes: {
        'mlflow.llm.model': 'gpt-4o-mini',
        'mlflow.llm.provider': 'openai',
        'mlflow.chat.tokenUsage': { input_tokens: 1000, output_tokens: 100, total_tokens: 1100 },
        ...attributes,
      },
    })
    const cost = readExport(requestOf([call])).spans[0]?.attributes.get('mlflow.llm.cost')
    expect(cost && JSON.parse(cost).total_cost).toBe(total)
  })

  it('translates a foreign vocabulary, keeps what came, and prices what it translated', () => {
    const foreign = span({
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': 'openai',
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': 1000,
        'gen_ai.usage.output_tokens': 100,
      },
    })
    const { attributes } = readExport(requestOf([foreign])).spans[0] ?? span()
    expect(attributes.get('mlflow.spanType')).toBe('"CHAT_MODEL"')
    expect(attributes.get('gen_ai.request.model')).toBe('"gpt-4o-mini"')
    expect(JSON.parse(attributes.get('mlflow.llm.cost') ?? '{}')).toMatchObject({ total_cost: 0.00021 })
  })

  it('takes trace tags from the resource, for each trace of it', () => {
    const [a, b] = [span(), span()]
    const resource = new Map([
      ['service.name', encodeJson('shop')],
      ['replicas', encodeJson([1, 2])],
      ['telemetry.sdk.language', encodeJson('nodejs')],
      ['mlflow.user', encodeJson('x')],
      ['no?key', encodeJson('x')],
      ['k'.repeat(251), encodeJson('x')],
      ['long', encodeJson('x'.repeat(9000))],
    ])
    const { traceTags } = readExport({ ...requestOf([a, b]), body: encodeOtlpProtobuf([a, b], resource) })
    const tags = new Map([
      ['service.name', 'shop'],
      ['replicas', '[1,2]'],
      ['long', 'x'.repeat(8000)],
    ])
    expect(traceTags).toEqual(new Map([a, b].map(({ traceId }) => [traceId, tags])))
  })

  it('undoes the encoding first', () => {
    const sent = span()
    const request = { ...requestOf([sent]), contentEncoding: 'gzip' }
    expect(readExport({ ...request, body: gzipSync(request.body) }).spans[0]?.spanId).toBe(sent.spanId)
  })

  it.each([
    ['another type', { contentType: 'text/plain' }, /^Invalid Content-Type: text\/plain\. Expected: /],
    ['no bytes', { body: new Uint8Array() }, /^Invalid OpenTelemetry format - no spans found$/],
    ['garbage', { body: new Uint8Array([0xff, 0xfe]) }, /^Invalid OpenTelemetry format: /],
    [
      'garbage for JSON',
      { contentType: 'application/json', body: new Uint8Array([0x7b]) },
      /^Invalid OpenTelemetry format: /,
    ],
    ['bytes that are no text', { contentType: 'application/json', body: new Uint8Array([0xff]) }, /UTF-8/],
  ])('refuses %s', (_, change, message) => {
    expect(() => readExport({ ...requestOf([span()]), ...change })).toThrow(message)
  })

  it('refuses a request of which no span can be stored', () => {
    const hollow = { ...span(), spanId: '0000000000000000' }
    expect(() => readExport(requestOf([hollow]))).toThrow(/^Cannot convert OpenTelemetry span to MLflow span: /)
  })
})

describe('inlineIngest', () => {
  it('says how many spans were stored', async () => {
    const written: number[] = []
    const ingest = inlineIngest({ writeSpans: async ({ spans }) => void written.push(spans.length) })
    expect(await ingest.submit(requestOf(eightSpans()))).toEqual({ accepted: 8, rejected: 0, reason: undefined })
    expect(written).toEqual([8])
  })

  it('refuses what comes while it is full, and takes more when it is not', async () => {
    const { promise: stored, resolve } = Promise.withResolvers<void>()
    const ingest = inlineIngest({ writeSpans: () => stored }, { maxWaiting: 2 })
    const waiting = [ingest.submit(requestOf([span()])), ingest.submit(requestOf([span()]))]
    await expect(ingest.submit(requestOf([span()]))).rejects.toMatchObject({ code: 'REQUEST_LIMIT_EXCEEDED' })
    resolve()
    await Promise.all(waiting)
    expect(await ingest.submit(requestOf([span()]))).toMatchObject({ accepted: 1 })
  })

  it('has room again after a request that failed', async () => {
    const ingest = inlineIngest({ writeSpans: async () => {} }, { maxWaiting: 1 })
    await expect(ingest.submit({ ...requestOf([]), body: new Uint8Array() })).rejects.toThrow('no spans found')
    expect(await ingest.submit(requestOf([span()]))).toMatchObject({ accepted: 1 })
  })
})

function requestOf(spans: readonly Span[]) {
  return {
    body: encodeOtlpProtobuf(spans, new Map()),
    contentType: 'application/x-protobuf',
    contentEncoding: undefined,
    experimentId: '7',
    runId: 'run-1',
  }
}
