import type { JsonText, JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'
import type { Span } from '../span.ts'
import { gather } from './gather.ts'
import { memberOf, plain, typeByWord } from './source.ts'
import { type Source, vocabulary } from './vocabulary.ts'

/** OpenInference (Arize Phoenix): https://github.com/Arize-ai/openinference/blob/main/spec/semantic_conventions.md */
export const openInference = vocabulary({
  name: 'OpenInference',
  type: typeByWord('openinference.span.kind', {
    TOOL: 'TOOL',
    CHAIN: 'CHAIN',
    LLM: 'LLM',
    RETRIEVER: 'RETRIEVER',
    EMBEDDING: 'EMBEDDING',
    AGENT: 'AGENT',
    RERANKER: 'RERANKER',
    GUARDRAIL: 'GUARDRAIL',
    EVALUATOR: 'EVALUATOR',
    UNKNOWN: 'UNKNOWN',
  }),
  inputs: [chatMessages('llm.input_messages'), 'input.value'],
  outputs: [documents, chatMessages('llm.output_messages'), 'output.value'],
  model: ['llm.model_name', 'llm.response.model_name', 'llm.request.model_name', 'embedding.model_name'],
  provider: ['llm.provider', 'llm.system'],
  tools: [tools],
  tokens: {
    input: ['llm.token_count.prompt'],
    output: ['llm.token_count.completion'],
    total: ['llm.token_count.total'],
    cacheRead: ['llm.token_count.prompt_details.cache_read'],
    cacheCreation: ['llm.token_count.prompt_details.cache_write'],
    reasoning: ['llm.token_count.completion_details.reasoning'],
  },
  session: ['session.id'],
  user: ['user.id'],
})

/**
 * The messages, when the span's plain value does not already hold them: instrumentations of agents leave `input.value` to
 * be a repr of something and put the conversation, tool calls included, here alone.
 */
function chatMessages(prefix: string): Source {
  const valueKey = prefix === 'llm.input_messages' ? 'input.value' : 'output.value'
  return ({ attributes }) => {
    const value = attributes.get(valueKey)
    if (value?.startsWith('{') || value?.startsWith('[')) return undefined
    const messages = gather(attributes, prefix)
    if (!Array.isArray(messages)) return undefined
    return writeJson(plain({ messages: messages.map(chatMessage) }))
  }
}

function chatMessage(item: JsonValue): JsonValue {
  const message = memberOf(item, 'message')
  const contents = memberOf(message, 'contents')
  const calls = memberOf(message, 'tool_calls')
  return plain({
    role: memberOf(message, 'role'),
    content: memberOf(message, 'content') ?? (Array.isArray(contents) ? contents.map(contentPart) : undefined),
    tool_call_id: memberOf(message, 'tool_call_id'),
    tool_calls: Array.isArray(calls) ? calls.map(toolCall) : undefined,
  })
}

function contentPart(item: JsonValue): JsonValue {
  const part = memberOf(item, 'message_content')
  return plain({ type: memberOf(part, 'type'), text: memberOf(part, 'text') })
}

function toolCall(item: JsonValue): JsonValue {
  const call = memberOf(item, 'tool_call')
  return plain({ id: memberOf(call, 'id'), type: 'function', function: memberOf(call, 'function') })
}

/** LlamaIndex keeps the text of retrieved documents out of `output.value`. */
function documents({ attributes }: Span): JsonText | undefined {
  const items = gather(attributes, 'retrieval.documents')
  if (!Array.isArray(items)) return undefined
  return writeJson(
    items.map((item) => {
      const document = memberOf(item, 'document')
      return plain({
        id: memberOf(document, 'id'),
        page_content: memberOf(document, 'content'),
        score: memberOf(document, 'score'),
        metadata: memberOf(document, 'metadata'),
      })
    }),
  )
}

function tools({ attributes }: Span): JsonText | undefined {
  const items = gather(attributes, 'llm.tools')
  if (!Array.isArray(items)) return undefined
  const schemas = items
    .map((item) => memberOf(memberOf(item, 'tool'), 'json_schema'))
    .filter((schema) => schema !== undefined)
  return schemas.length === 0 ? undefined : writeJson(schemas)
}
