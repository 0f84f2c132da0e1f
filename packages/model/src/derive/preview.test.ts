import { describe, expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import { PREVIEW_LENGTH, previewOf } from './preview.ts'

const json = (value: unknown) => JSON.stringify(value) as JsonText
const user = { role: 'user', content: 'what is it?' }
const assistant = { role: 'assistant', content: 'a trace' }

describe('a preview', () => {
  test.each([
    ['the last user message of a request', 'user', { messages: [user, assistant] }, 'what is it?'],
    ['the last assistant message of a response', 'assistant', { messages: [user, assistant] }, 'a trace'],
    ['the last message when nobody has the role', 'user', { messages: [assistant] }, 'a trace'],
    ['the message of the first choice', 'assistant', { choices: [{ message: assistant }, {}] }, 'a trace'],
    ['a Responses input', 'user', { input: [user] }, 'what is it?'],
    ['a Responses output', 'assistant', { output: [{ type: 'reasoning' }, assistant] }, 'a trace'],
    ['a wrapped request', 'user', { request: { input: [user] } }, 'what is it?'],
    ['the first part that is a text', 'user', { messages: [{ role: 'user', content: ['hi', 'there'] }] }, 'hi'],
    [
      'the first part of type text',
      'user',
      { messages: [{ role: 'user', content: [{ type: 'image_url' }, { type: 'text', text: 'see' }] }] },
      'see',
    ],
  ] as const)('is %s', (_, role, value, expected) => {
    expect(previewOf(json(value), role)).toBe(expected)
  })

  test.each([
    ['a string', 'ask'],
    ['a list', [user]],
    ['an argument that holds messages', { x: { messages: [user] } }],
    ['an empty list of messages', { messages: [] }],
    ['messages that are none', { messages: [1, null, { role: 'user' }] }],
    ['a message without text', { messages: [{ role: 'user', content: null }] }],
    ['a text part that is no text', { messages: [{ role: 'user', content: [{ type: 'text', text: 5 }] }] }],
    ['a null choice', { choices: [null] }],
  ])('of %s is the JSON text', (_, value) => {
    expect(previewOf(json(value), 'user')).toBe(JSON.stringify(value))
  })

  test('of text that is not JSON is that text', () => {
    expect(previewOf('{"messages": [' as JsonText, 'user')).toBe('{"messages": [')
  })

  test('is cut to 1000 characters, three of them dots', () => {
    expect(previewOf(json('x'.repeat(998)), 'user')).toHaveLength(PREVIEW_LENGTH)
    expect(previewOf(json('x'.repeat(999)), 'user')).toBe(`"${'x'.repeat(996)}...`)
  })

  test('never ends in half a character', () => {
    const preview = previewOf(json({ messages: [{ role: 'user', content: '😀'.repeat(600) }] }), 'user')
    expect(preview).toBe(`${'😀'.repeat(498)}...`)
  })

  test('follows wrapped requests to a bounded depth', () => {
    const text = `${'{"request":'.repeat(50_000)}1${'}'.repeat(50_000)}`
    expect(previewOf(text as JsonText, 'user')).toHaveLength(PREVIEW_LENGTH)
  })
})
