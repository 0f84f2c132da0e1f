import type { JsonValue } from '@clew/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConversation } from './conversation.ts'

test('OpenAI chat: a call is joined to its result, the rest keeps its order', () => {
  const read = readConversation(
    {
      model: 'gpt-5',
      messages: [
        { role: 'system', content: 'Be brief.' },
        { role: 'user', content: [{ type: 'text', text: 'Weather?' }] },
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }],
        },
        { role: 'tool', tool_call_id: 'c1', content: '{"sky":"clear"}' },
      ],
    },
    { choices: [{ message: { role: 'assistant', content: 'Clear.' } }] },
  )
  expect(read).toEqual({
    history: [
      { role: 'system', parts: [{ type: 'text', text: 'Be brief.' }] },
      { role: 'user', parts: [{ type: 'text', text: 'Weather?' }] },
      {
        role: 'assistant',
        parts: [
          { type: 'tool-call', id: 'c1', name: 'weather', arguments: { city: 'Oslo' }, result: { sky: 'clear' } },
        ],
      },
    ],
    reply: [{ role: 'assistant', parts: [{ type: 'text', text: 'Clear.' }] }],
  })
})

test('OpenAI responses: instructions, items, and one message of several output items', () => {
  const read = readConversation(
    {
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: 'Weather?' },
        { type: 'function_call', call_id: 'c1', name: 'weather', arguments: '{}' },
        { type: 'function_call_output', call_id: 'c1', output: 'clear' },
      ],
    },
    {
      output: [
        { type: 'reasoning', summary: [{ type: 'summary_text', text: 'Easy.' }] },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Clear.' }] },
      ],
    },
  )
  expect(read?.history.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
  expect(read?.history[2]?.parts[0]).toMatchObject({ name: 'weather', result: 'clear' })
  expect(read?.reply).toEqual([
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'Easy.' },
        { type: 'text', text: 'Clear.' },
      ],
    },
  ])
})

test('Anthropic: system beside the messages, tool results inside a user message', () => {
  const read = readConversation(
    {
      system: [{ type: 'text', text: 'Be brief.' }],
      messages: [
        { role: 'user', content: 'Weather?' },
        { role: 'assistant', content: [{ type: 'tool_use', id: 't1', name: 'weather', input: { city: 'Oslo' } }] },
        {
          role: 'user',
          content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'clear' }] }],
        },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Hm.' },
        { type: 'text', text: 'Clear.' },
      ],
    },
  )
  expect(read?.history.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
  expect(read?.history[2]?.parts[0]).toMatchObject({ name: 'weather', result: 'clear' })
  expect(read?.reply[0]?.parts.map(({ type }) => type)).toEqual(['reasoning', 'text'])
})

test('Gemini, LangChain and the AI SDK are read too', () => {
  const gemini = readConversation(
    { contents: [{ role: 'user', parts: [{ text: 'Hi' }] }], config: { systemInstruction: 'Be brief.' } },
    { candidates: [{ content: { role: 'model', parts: [{ functionCall: { name: 'f', args: {} } }] } }] },
  )
  expect(gemini?.history.map(({ role }) => role)).toEqual(['system', 'user'])
  expect(gemini?.reply[0]?.parts[0]).toMatchObject({ type: 'tool-call', name: 'f' })
  const langchain = readConversation([[{ type: 'human', content: 'Hi' }]], { type: 'ai', content: 'Hello' })
  expect(langchain?.reply[0]?.parts).toEqual([{ type: 'text', text: 'Hello' }])
  const sdk = readConversation(
    { messages: [{ role: 'user', content: 'Hi' }] },
    { text: 'Hello', toolCalls: [{ toolCallId: 'x', toolName: 'f', input: { a: 1 } }] },
  )
  expect(sdk?.reply[0]?.parts).toMatchObject([{ text: 'Hello' }, { name: 'f', arguments: { a: 1 } }])
})

test('a prompt that is a string is one user message', () => {
  expect(readConversation({ input: 'Hi' }, 'Hello')?.history).toEqual([
    { role: 'user', parts: [{ type: 'text', text: 'Hi' }] },
  ])
})

test('images and unknown blocks are kept, not dropped', () => {
  const read = readConversation(
    {
      messages: [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'https://example.com/a.png' } },
            { type: 'hologram', depth: 3 },
          ],
        },
      ],
    },
    undefined,
  )
  expect(read?.history[0]?.parts).toEqual([
    { type: 'media', kind: 'image', url: 'https://example.com/a.png' },
    { type: 'other', value: { type: 'hologram', depth: 3 } },
  ])
})

test.each<[string, JsonValue | undefined]>([
  ['no inputs', undefined],
  ['texts to embed', { input: ['a', 'b'] }],
  ['plain arguments', { order_id: 48213 }],
  ['an empty list', { messages: [] }],
  ['a number', 5],
])('%s are no conversation', (_, inputs) => {
  expect(readConversation(inputs, 'x')).toBeUndefined()
})

test('any JSON is read without throwing', () => {
  const value = fc.jsonValue({ maxDepth: 5 }) as fc.Arbitrary<JsonValue>
  const shaped = fc.oneof(
    value,
    value.map((messages) => ({ messages: [messages] })),
    value.map((content) => ({ messages: [{ role: 'user', content }], input: [content] })),
  )
  fc.assert(
    fc.property(shaped, shaped, (inputs, outputs) => {
      readConversation(inputs, outputs)
    }),
  )
})
