import { readdirSync, readFileSync } from 'node:fs'
import { SpanKey } from '@clew/model'
import type { ObservedCall, RequestFields, ResponseFields, StreamFold } from '@clew/tracing/instrument'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { openai } from './index.ts'
import { usageOf } from './map.ts'
import { providerOf } from './provider.ts'
import { MAX_PARTS, MAX_STREAM_CHARACTERS } from './text.ts'
import { chatTools } from './tools.ts'

const [chat, responses, embeddings, completions] = openai.table.methods
if (!chat || !responses || !embeddings || !completions) throw new Error('the table has lost a method')
const methods = [chat, responses, embeddings, completions]

const callOf = (body: unknown, client: unknown = {}): ObservedCall => ({ self: { _client: client }, args: [body] })
const attributesOf = (fields: RequestFields | ResponseFields) => new Map(fields.attributes)
const contentOf = (fields: RequestFields | ResponseFields) => new Map(fields.contentAttributes)

function fold(make: (() => StreamFold) | undefined, chunks: readonly unknown[]): ResponseFields {
  if (!make) throw new Error('the method has no stream')
  const sum = make()
  for (const chunk of chunks) sum.step(chunk)
  return sum.done()
}

describe('whatever comes in', () => {
  /** Every real chunk, with one value anywhere in it replaced by anything. */
  const folder = new URL('./fixtures/', import.meta.url)
  const recorded: unknown[] = readdirSync(folder)
    .filter((file) => file.endsWith('.chunks.jsonl'))
    .flatMap((file) => readFileSync(new URL(file, folder), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line))
  const spoilt = fc.tuple(fc.constantFrom(...recorded), fc.nat(), fc.anything()).map(([chunk, place, value]) => {
    let left = place % 40
    return JSON.parse(JSON.stringify(chunk), (_key, nested) => (left-- === 0 ? value : nested))
  })
  const chunks = fc.array(fc.oneof(spoilt, fc.anything(), fc.constantFrom(...recorded)), { maxLength: 30 })

  test('requests and responses are read without an exception', () => {
    fc.assert(
      fc.property(fc.oneof(spoilt, fc.anything()), (value) => {
        for (const method of methods) {
          method.start(callOf(value, value))
          method.start({ self: value, args: [] })
          method.end(value)
        }
      }),
      { numRuns: 500 },
    )
  })

  test('streams are folded without an exception, and the fold can be asked at any time', () => {
    fc.assert(
      fc.property(chunks, (values) => {
        for (const { stream } of methods) if (stream) expect(fold(stream, values)).toHaveProperty('outputs')
      }),
      { numRuns: 500 },
    )
  })

  test('chunks are left as they are, and changing them afterwards changes nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...recorded), { maxLength: 20 }), (values) => {
        for (const { stream } of methods) {
          if (!stream) continue
          const before = JSON.stringify(values)
          const sum = stream()
          const copies = structuredClone(values)
          for (const copy of copies) sum.step(copy)
          expect(JSON.stringify(copies)).toBe(before)
          for (const copy of copies) spoil(copy)
          expect(sum.done()).toEqual(fold(stream, values))
        }
      }),
    )
  })

  function spoil(value: unknown): void {
    if (typeof value !== 'object' || value === null) return
    for (const [key, nested] of Object.entries(value)) {
      spoil(nested)
      Reflect.set(value, key, 'spoilt')
    }
  }
})

describe('requests', () => {
  test('parameters become attributes of their own name, apart from messages and input', () => {
    const fields = chat.start(
      callOf({ model: 'gpt', messages: ['m'], input: 'i', temperature: 0, stop: ['x'], top_k: 4 }),
    )
    expect([...attributesOf(fields).keys()]).toEqual([
      SpanKey.model,
      SpanKey.provider,
      'model',
      'temperature',
      SpanKey.messageFormat,
    ])
    expect(contentOf(fields)).toEqual(
      new Map<string, unknown>([
        ['stop', ['x']],
        ['top_k', 4],
      ]),
    )
  })

  test('a parameter cannot pose as a reserved attribute, nor be an object where a setting is expected', () => {
    const body = JSON.parse(
      '{"mlflow.spanInputs": 1, "session.id": 2, "__proto__": 3, "model": {"a": "text"}, "temperature": {}}',
    )
    const fields = chat.start(callOf(body))
    expect(attributesOf(fields).get(SpanKey.model)).toBeUndefined()
    expect([...attributesOf(fields).keys()]).not.toContain('temperature')
    expect([...contentOf(fields).keys()]).toEqual(['__proto__', 'model', 'temperature'])
  })

  test('however many parameters there are, only so many become attributes', () => {
    const body = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`p${index}`, index]))
    expect(contentOf(chat.start(callOf(body))).size).toBe(64)
  })
})

test('tools of every style are described in the one the UI reads', () => {
  const parameters = { type: 'object', properties: {} }
  const tools = [
    { type: 'function', function: { name: 'nested', description: 'd', parameters, strict: true } },
    { type: 'function', name: 'flat', parameters: null, strict: null },
    { type: 'custom', custom: { name: 'free', description: 'text' } },
    { type: 'web_search_preview' },
    { type: 'function', function: { name: 7 } },
    'no tool',
  ]
  const described = chatTools({ tools, functions: [{ name: 'legacy', parameters }] })
  expect(JSON.parse(JSON.stringify(described))).toEqual([
    { type: 'function', function: { name: 'nested', description: 'd', parameters, strict: true } },
    { type: 'function', function: { name: 'flat' } },
    { type: 'function', function: { name: 'free', description: 'text' } },
    { type: 'function', function: { name: 'web_search_preview' } },
    { type: 'function', function: { name: 'legacy', parameters } },
  ])
})

test.each([
  ['https://api.openai.com/v1', 'openai'],
  ['https://eu.api.openai.com/v1', 'openai'],
  ['https://mine.openai.azure.com/openai', 'azure'],
  ['https://openrouter.ai/api/v1', 'openrouter'],
  ['https://api.groq.com/openai/v1', 'groq'],
  ['http://localhost:11434/v1', 'ollama'],
  ['http://127.0.0.1:4000/v1', 'openai'],
  ['https://openai.azure.com.example.org/v1', 'openai'],
  ['no address', 'openai'],
])('the provider at %s is %s', (baseURL, provider) => {
  expect(providerOf({ baseURL })).toBe(provider)
})

test('AzureOpenAI is told by its API version, whatever its class is called', () => {
  expect(providerOf({ baseURL: 'http://127.0.0.1:1/openai', apiVersion: '2024-10-21' })).toBe('azure')
})

describe('usage', () => {
  test('of a model of Anthropic behind a compatible server has its cache', () => {
    const usage = {
      prompt_tokens: 10,
      completion_tokens: 2,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 3,
    }
    expect(usageOf({ usage })).toEqual({
      input_tokens: 10,
      output_tokens: 2,
      total_tokens: 12,
      cache_read_input_tokens: 4,
      cache_creation_input_tokens: 3,
    })
  })

  test('that was not reported is not made up, and what is no count is left out', () => {
    for (const usage of [
      undefined,
      null,
      {},
      { prompt_tokens: 'many' },
      { prompt_tokens: -1 },
      { prompt_tokens: 0.5 },
    ]) {
      expect(usageOf({ usage })).toBeUndefined()
    }
  })

  test('of Groq comes in a place of its own', () => {
    const fields = fold(chat.stream, [{ choices: [], x_groq: { usage: { prompt_tokens: 1, completion_tokens: 2 } } }])
    expect(attributesOf(fields).get(SpanKey.chatUsage)).toMatchObject({ total_tokens: 3 })
  })
})

describe('a chat stream', () => {
  const message = (chunks: readonly unknown[]): unknown => {
    const outputs = fold(chat.stream, chunks).outputs as { choices: { message: unknown }[] }
    return JSON.parse(JSON.stringify(outputs.choices[0]?.message))
  }
  const delta = (delta: unknown, index = 0): unknown => ({ choices: [{ index, delta }] })

  test('brings reasoning, audio, a legacy function call and text in parts', () => {
    expect(
      message([
        delta({ role: 'assistant', reasoning_content: 'because ' }),
        delta({ reasoning_content: 'so' }),
        delta({
          content: [
            { type: 'text', text: 'in ' },
            { type: 'text', text: 'parts' },
          ],
        }),
        delta({ audio: { id: 'audio_1', transcript: 'spo' } }),
        delta({ audio: { transcript: 'ken', data: 'AAAA' } }),
        delta({ function_call: { name: 'f', arguments: '{' } }),
        delta({ function_call: { arguments: '}' } }),
        delta({ tool_calls: [{ index: 0, id: 'c', type: 'custom', custom: { name: 'sh', input: 'ls' } }] }),
      ]),
    ).toEqual({
      role: 'assistant',
      content: 'in parts',
      refusal: null,
      reasoning_content: 'because so',
      audio: { id: 'audio_1', transcript: 'spoken' },
      function_call: { name: 'f', arguments: '{}' },
      tool_calls: [{ id: 'c', type: 'custom', custom: { name: 'sh', input: 'ls' } }],
    })
  })

  test('without end is kept up to a bound', () => {
    const long = 'x'.repeat(100_000)
    const chunks = Array.from({ length: 30 }, () => delta({ content: long }))
    expect((message(chunks) as { content: string }).content).toHaveLength(MAX_STREAM_CHARACTERS)
  })

  test('with endless choices or tool calls keeps a bounded number', () => {
    const choices = Array.from({ length: 1000 }, (_, index) => delta({ content: 'x' }, index))
    expect(fold(chat.stream, choices).outputs).toMatchObject({ choices: { length: MAX_PARTS } })
    const calls = Array.from({ length: 1000 }, (_, index) => delta({ tool_calls: [{ index, id: `${index}` }] }))
    expect((message(calls) as { tool_calls: unknown[] }).tool_calls).toHaveLength(MAX_PARTS)
  })
})

test('a responses stream that ends early is put together from what came', () => {
  const event = (type: string, rest: object): unknown => ({ type, ...rest })
  const fields = fold(responses.stream, [
    event('response.created', { response: { id: 'r', object: 'response', status: 'in_progress', output: [] } }),
    event('response.output_item.added', { output_index: 0, item: { type: 'reasoning', id: 'rs' } }),
    event('response.output_item.done', { output_index: 0, item: { type: 'reasoning', id: 'rs', summary: [] } }),
    event('response.output_item.added', { output_index: 1, item: { type: 'message', id: 'm', content: [] } }),
    event('response.output_text.delta', { output_index: 1, content_index: 0, delta: 'half an ' }),
    event('response.output_text.delta', { output_index: 1, content_index: 0, delta: 'answer' }),
    event('response.output_item.added', { output_index: 2, item: { type: 'function_call', name: 'f' } }),
    event('response.function_call_arguments.delta', { output_index: 2, delta: '{"a":' }),
  ])
  expect(fields.outputs).toEqual({
    id: 'r',
    object: 'response',
    status: 'in_progress',
    output: [
      { type: 'reasoning', id: 'rs', summary: [] },
      { type: 'message', id: 'm', content: [{ type: 'output_text', text: 'half an answer' }] },
      { type: 'function_call', name: 'f', arguments: '{"a":' },
    ],
  })
})

test('a failure reported in a successful answer is one', () => {
  expect(chat.end({ error: { message: 'overloaded', code: 502 } }).failure).toBe('overloaded')
  expect(responses.end({ status: 'failed', error: { message: 'broke', code: 'server_error' } }).failure).toBe(
    'server_error: broke',
  )
  expect(responses.end({ status: 'completed', error: null }).failure).toBeUndefined()
})

test('embeddings keep a few numbers of a few vectors', () => {
  const data = Array.from({ length: 100 }, (_, index) => ({ index, embedding: new Float32Array(1536) }))
  const { outputs } = embeddings.end({ object: 'list', data })
  expect(outputs).toMatchObject({ count: 100, data: { length: 16 } })
  expect((outputs as { data: unknown[] }).data[0]).toEqual({ index: 0, embedding: Array(8).fill(0), dimensions: 1536 })
})
