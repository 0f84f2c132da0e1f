import type { JsonValue } from '@clew/model'
import { readConversation } from './chat/conversation.ts'
import { type ChatMessage, isList, isObject, type JsonObject } from './chat/message.ts'

/** Longest value inside an object's short form. */
const VALUE_LENGTH = 60
const KEYS_SHOWN = 4

/**
 * A preview as text. Clients send the head of a payload's JSON: a conversation is shown as its last user message, or
 * its answer; an object as `{ order_id: 46001, … }`; a text that was cut in the middle of JSON as its first string of some length.
 */
export function readablePreview(preview: string | undefined, role: 'request' | 'response'): string {
  if (preview === undefined) return ''
  const text = preview.trim()
  if (!/^[[{"]/.test(text)) return oneLine(text)
  const value = parse(text)
  if (value === undefined) return oneLine(text.startsWith('{') || text.startsWith('[') ? salvage(text) : text)
  const spoken = role === 'request' ? lastUserText(value) : answerText(value)
  return oneLine(spoken ?? shortForm(value))
}

/** `{ order_id: 46001, items: [2], … }`: keys without quotes, long values cut, nothing nested shown. */
export function shortForm(value: JsonValue): string {
  if (typeof value === 'string') return value
  if (isList(value)) return value.length === 1 ? shortForm(value[0]!) : `[ ${value.length} items ]`
  if (!isObject(value)) return String(value)
  const keys = Object.keys(value)
  if (keys.length === 0) return '{ }'
  if (keys.length === 1 && typeof value[keys[0]!] === 'string') return value[keys[0]!] as string
  const shown = keys.slice(0, KEYS_SHOWN).map((key) => `${key}: ${shortValue(value[key]!)}`)
  return `{ ${shown.join(', ')}${keys.length > KEYS_SHOWN ? ', …' : ''} }`
}

function shortValue(value: JsonValue): string {
  if (typeof value === 'string') return JSON.stringify(cut(value))
  if (isList(value)) return value.length === 0 ? '[]' : `[${value.length}]`
  if (isObject(value)) return '{…}'
  return String(value)
}

function lastUserText(value: JsonValue): string | undefined {
  const conversation = readConversation(value, undefined)
  const last = conversation?.history.findLast(({ role }) => role === 'user') ?? conversation?.history.at(-1)
  return last === undefined ? undefined : spokenText(last)
}

function answerText(value: JsonValue): string | undefined {
  if (!isObject(value) && !isList(value)) return undefined
  if (isObject(value) && !looksLikeAnswer(value)) return undefined
  const reply = readConversation({ input: '' }, value)?.reply.at(-1)
  return reply === undefined ? undefined : spokenText(reply)
}

const ANSWER_KEYS = ['choices', 'output', 'candidates', 'message', 'content', 'output_text']

function looksLikeAnswer(value: JsonObject): boolean {
  return ANSWER_KEYS.some((key) => key in value)
}

function spokenText(message: ChatMessage): string | undefined {
  for (const part of message.parts) {
    if ((part.type === 'text' || part.type === 'refusal') && part.text !== '') return part.text
  }
  const call = message.parts.find((part) => part.type === 'tool-call')
  return call === undefined ? undefined : `→ ${call.name}(${shortForm(call.arguments)})`
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue // what JSON.parse answers is a JSON value
  } catch {
    return undefined // a preview may be cut anywhere; salvage() is for those
  }
}

/** The cut head of some JSON: the text of its last `content`, else without its quotes and escapes. */
function salvage(text: string): string {
  const contents = [...text.matchAll(/"(?:content|text|input|prompt|question|query)":\s*"((?:[^"\\]|\\.)*)/g)]
  const last = contents.at(-1)?.[1]
  return unescapeJson(last ?? text.replace(/"([\w-]+)":/g, '$1: ').replace(/,(?=\S)/g, ', '))
}

function unescapeJson(text: string): string {
  return text.replace(/\\(u[\da-fA-F]{4}|.)/g, (_, escaped: string) => {
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return { n: ' ', t: ' ', r: ' ' }[escaped] ?? escaped
  })
}

/** Marks of markdown that only get in the way on one line: bold, fences, the rule of a table. */
const MARKUP = /\*\*|```|(?<=\|)\s*:?-{3,}:?\s*\|/g

function oneLine(text: string): string {
  return text.replace(MARKUP, '').replace(/\s+/g, ' ').trim()
}

function cut(text: string): string {
  return text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text
}
