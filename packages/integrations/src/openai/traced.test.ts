import { Stage } from '@clew/kit'
import { readAttribute, type Span, SpanKey } from '@clew/model'
import OpenAI, { AzureOpenAI } from 'openai'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { traced } from '../index.ts'
import { connect } from './fixtures/calls.ts'
import { openai } from './index.ts'

let stage: Stage
let baseURL: string

const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hello' }] }

beforeAll(async () => {
  const fixtures = new URL('./fixtures/', import.meta.url)
  const copy = { name: 'openai', load: () => import('openai') }
  stage = await Stage.open(openai, { fixtures, copies: [copy], connect }, copy)
})

afterAll(() => stage.close())

beforeEach(() => {
  const chat = stage.fixtures.find((fixture) => fixture.name === 'chat')
  if (!chat) throw new Error('the fixture chat is missing')
  baseURL = `${stage.server.urlFor(chat)}/v1`
})

const read = (span: Span | undefined, key: string) => span && readAttribute(span.attributes, key)

test('one client is traced, others are not, and it keeps its type and identity', async () => {
  const plain = new OpenAI({ apiKey: 'k', baseURL })
  const client = traced(plain)
  expect(client).toBe(plain)
  const completion = await client.chat.completions.create(request)
  expect(completion.choices[0]?.message.content).toContain('Lisbon')
  await new OpenAI({ apiKey: 'k', baseURL }).chat.completions.create(request)
  expect(await stage.takeSpans()).toHaveLength(1)
})

test('clients made from a traced one with withOptions are traced with the same options', async () => {
  const client = traced(new OpenAI({ apiKey: 'k', baseURL }), { captureOutputs: false })
  await client.withOptions({ maxRetries: 0 }).withOptions({ timeout: 1_000 }).chat.completions.create(request)
  const spans = await stage.takeSpans()
  expect(spans.map((span) => [read(span, SpanKey.inputs) !== undefined, read(span, SpanKey.outputs)])).toEqual([
    [true, undefined],
  ])
})

test('the options of one client win over those for all, in whatever order they came', async () => {
  const early = traced(new OpenAI({ apiKey: 'k', baseURL }), { captureInputs: false })
  await stage.withTracing(async () => {
    const late = traced(new OpenAI({ apiKey: 'k', baseURL }), { captureInputs: false })
    await early.chat.completions.create(request)
    await late.chat.completions.create(request)
    await new OpenAI({ apiKey: 'k', baseURL }).chat.completions.create(request)
  })
  const spans = await stage.takeSpans()
  expect(spans.map((span) => read(span, SpanKey.inputs) !== undefined)).toEqual([false, false, true])
})

test('AzureOpenAI is traced, and known by its provider', async () => {
  const client = traced(new AzureOpenAI({ apiKey: 'k', baseURL, apiVersion: '2024-10-21' }))
  await client.chat.completions.create(request)
  const [span] = await stage.takeSpans()
  expect(read(span, SpanKey.provider)).toBe('azure')
})

test('an object of no known library is returned as it is', () => {
  const other = Object.freeze({ chat: {} })
  expect(traced(other)).toBe(other)
})

test('a change of options holds from the next call on, and switching off from the next call too', async () => {
  const client = new OpenAI({ apiKey: 'k', baseURL })
  const module = stage.library
  openai.autolog({ module })
  await client.chat.completions.create(request)
  openai.autolog({ module, captureInputs: false })
  await client.chat.completions.create(request)
  openai.autolog({ module, disable: true })
  await client.chat.completions.create(request)
  openai.autolog({ module })
  await client.chat.completions.create(request)
  openai.disable()
  const spans = await stage.takeSpans()
  expect(spans.map((span) => read(span, SpanKey.inputs) !== undefined)).toEqual([true, false, true])
})
