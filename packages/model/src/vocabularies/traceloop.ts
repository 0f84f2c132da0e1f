import { readText } from '../json/parse.ts'
import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import type { Attributes, Span } from '../span.ts'
import { gather } from './gather.ts'
import { genAiTokens } from './genai.ts'
import { memberOf, plain, typeByWord } from './source.ts'
import { type Source, vocabulary } from './vocabulary.ts'

const byKind = typeByWord('traceloop.span.kind', {
  workflow: 'WORKFLOW',
  task: 'TASK',
  agent: 'AGENT',
  tool: 'TOOL',
  unknown: 'UNKNOWN',
})

const byRequest = typeByWord('llm.request.type', { chat: 'CHAT_MODEL', completion: 'LLM', embedding: 'EMBEDDING' })

/** Traceloop's OpenLLMetry, up to 0.47 with numbered `gen_ai.prompt.<n>.*`, later with GenAI attributes. */
export const traceloop = vocabulary({
  name: 'Traceloop',
  type: (attributes) => byKind(attributes) ?? byRequest(attributes),
  inputs: ['traceloop.entity.input', numberedMessages('gen_ai.prompt')],
  outputs: ['traceloop.entity.output', numberedMessages('gen_ai.completion')],
  model: ['gen_ai.response.model', 'gen_ai.request.model'],
  provider: ['gen_ai.system'],
  tools: [functions],
  tokens: genAiTokens,
  messageFormat: (attributes) => (usesNumberedMessages(attributes) ? 'openai' : undefined),
  session: ['traceloop.association.properties.session_id', 'traceloop.association.properties.thread_id'],
  user: ['traceloop.association.properties.user_id'],
})

function usesNumberedMessages(attributes: Attributes): boolean {
  return readText(attributes, 'gen_ai.prompt.0.role') !== undefined
}

function numberedMessages(prefix: string): Source {
  return ({ attributes }) => {
    const items = gather(attributes, prefix)
    return Array.isArray(items) ? writeJson(plain({ messages: items.map(message) })) : undefined
  }
}

function message(item: JsonValue): JsonValue {
  const calls = memberOf(item, 'tool_calls')
  return plain({
    role: memberOf(item, 'role'),
    content: memberOf(item, 'content'),
    tool_call_id: memberOf(item, 'tool_call_id'),
    tool_calls: Array.isArray(calls) ? calls.map(toolCall) : undefined,
  })
}

function toolCall(call: JsonValue): JsonValue {
  const called = plain({ name: memberOf(call, 'name'), arguments: memberOf(call, 'arguments') })
  return plain({ id: memberOf(call, 'id'), type: 'function', function: called })
}

function functions({ attributes }: Span): JsonText | undefined {
  const items = gather(attributes, 'llm.request.functions')
  if (!Array.isArray(items)) return undefined
  return writeJson(items.map((item) => plain({ type: 'function', function: item })))
}
