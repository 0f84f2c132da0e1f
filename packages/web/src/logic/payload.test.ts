import type { PayloadValue, SpanPayload } from '@clew/model'
import { expect, test } from 'vitest'
import { readContents, readParameters, readPayloadValue, readTools, readUsage } from './payload.ts'

const value = (json: string): PayloadValue => ({ json, size: json.length })
const span = (more: Partial<SpanPayload>): SpanPayload => ({
  traceId: 'tr-1',
  spanId: '1',
  name: 'x',
  type: 'CHAT_MODEL',
  startNs: '0',
  status: 'OK',
  statusMessage: '',
  attributes: [],
  events: [],
  links: [],
  ...more,
})

test('a value that is cut is not parsed, and says so', () => {
  expect(readPayloadValue({ json: '{"a":', size: 900 })).toEqual({
    json: '{"a":',
    size: 900,
    isCut: true,
    value: undefined,
  })
  expect(readPayloadValue(value('{"a":12345678901234567890}')).value).toEqual({ a: 12345678901234567890n })
})

test('a model’s messages are a conversation, a tool’s input is none', () => {
  const messages = value('{"messages":[{"role":"user","content":"Hi"}]}')
  expect(readContents(span({ inputs: messages })).conversation?.history).toHaveLength(1)
  expect(readContents(span({ type: 'AGENT', inputs: messages })).conversation).toBeDefined()
  expect(readContents(span({ type: 'TOOL', inputs: value('{"input":"Hi"}') })).conversation).toBeUndefined()
})

test('exceptions are read from their events', () => {
  const attributes = [
    ['exception.type', value('"ToolTimeout"')],
    ['exception.message', value('"no answer"')],
  ] as const
  const contents = readContents(span({ events: [{ name: 'exception', timeNs: '5', attributes }] }))
  expect(contents.exceptions).toEqual([{ type: 'ToolTimeout', message: 'no answer', stack: '', timeNs: '5' }])
})

test('usage, parameters and tools are read where they are', () => {
  const payload = span({
    attributes: [['mlflow.chat.tokenUsage', value('{"input_tokens":5,"cache_read_input_tokens":2,"x":"y"}')]],
  })
  expect(readUsage(payload)).toEqual({ input: 5, output: undefined, cached: 2, reasoning: undefined })
  expect(readParameters({ model: 'gpt-5', temperature: 0.2, messages: [], input: 'Hi' })).toEqual([
    ['model', 'gpt-5'],
    ['temperature', '0.2'],
  ])
  expect(readTools(payload, { tools: [{ function: { name: 'f', description: 'd' } }, { name: 'g' }, 5] })).toEqual([
    { name: 'f', description: 'd' },
    { name: 'g', description: '' },
  ])
})
