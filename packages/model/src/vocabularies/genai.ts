import { readText } from '../json/parse.ts'
import { eventAttribute, messagesOfEvents, typeByWord } from './source.ts'
import { type TokenSources, vocabulary } from './vocabulary.ts'

/** `gen_ai.usage.*` in the spellings that were seen; several emitters are between two versions of the convention. */
export const genAiTokens: TokenSources = {
  input: ['gen_ai.usage.input_tokens', 'gen_ai.usage.prompt_tokens'],
  output: ['gen_ai.usage.output_tokens', 'gen_ai.usage.completion_tokens'],
  total: ['gen_ai.usage.total_tokens', 'llm.usage.total_tokens'],
  cacheRead: ['gen_ai.usage.cache_read.input_tokens', 'gen_ai.usage.cache_read_input_tokens'],
  cacheCreation: [
    'gen_ai.usage.cache_creation.input_tokens',
    'gen_ai.usage.cache_write.input_tokens',
    'gen_ai.usage.cache_creation_input_tokens',
    'gen_ai.usage.cache_write_input_tokens',
  ],
  reasoning: [
    'gen_ai.usage.reasoning.output_tokens',
    'gen_ai.usage.reasoning_tokens',
    'gen_ai.usage.details.reasoning_tokens',
  ],
}

/** Semantic conventions for generative AI: https://opentelemetry.io/docs/specs/semconv/gen-ai/ */
export const genAi = vocabulary({
  name: 'OpenTelemetry GenAI',
  type: typeByWord('gen_ai.operation.name', {
    chat: 'CHAT_MODEL',
    create_agent: 'AGENT',
    invoke_agent: 'AGENT',
    embeddings: 'EMBEDDING',
    embedding: 'EMBEDDING',
    execute_tool: 'TOOL',
    generate_content: 'LLM',
    text_completion: 'LLM',
    response: 'LLM',
    model_generation: 'LLM',
    retrieval: 'RETRIEVER',
    vector_db_retrieve: 'RETRIEVER',
    invoke_workflow: 'WORKFLOW',
    execute_task: 'TASK',
    agent_step: 'CHAIN',
  }),
  inputs: [
    'gen_ai.input.messages',
    'gen_ai.tool.call.arguments',
    'gen_ai.retrieval.query.text',
    eventAttribute('gen_ai.client.inference.operation.details', 'gen_ai.input.messages'),
    messagesOfEvents(
      {
        'gen_ai.system.message': 'system',
        'gen_ai.user.message': 'user',
        'gen_ai.assistant.message': 'assistant',
        'gen_ai.tool.message': 'tool',
      },
      ['content'],
    ),
  ],
  outputs: [
    'gen_ai.output.messages',
    'gen_ai.tool.call.result',
    'gen_ai.retrieval.documents',
    eventAttribute('gen_ai.client.inference.operation.details', 'gen_ai.output.messages'),
    messagesOfEvents({ 'gen_ai.choice': 'assistant' }, ['content', 'message']),
  ],
  model: ['gen_ai.response.model', 'gen_ai.request.model'],
  provider: ['gen_ai.provider.name', 'gen_ai.system'],
  tools: ['gen_ai.tool.definitions'],
  tokens: genAiTokens,
  session: ['session.id', 'gen_ai.conversation.id'],
  user: ['user.id'],
})

/** Gemini CLI speaks GenAI with operation names of its own. */
export const geminiCli = vocabulary({
  name: 'Gemini CLI',
  type: (attributes) =>
    readText(attributes, 'gen_ai.agent.name') === 'gemini-cli' ? geminiCliType(attributes) : undefined,
  messageFormat: (attributes) => (readText(attributes, 'gen_ai.agent.name') === 'gemini-cli' ? 'gemini' : undefined),
})

const geminiCliType = typeByWord('gen_ai.operation.name', { llm_call: 'LLM', tool_call: 'TOOL', agent_call: 'AGENT' })

/** Spring AI puts prompt and completion into events. */
export const springAi = vocabulary({
  name: 'Spring AI',
  inputs: [eventAttribute('gen_ai.content.prompt', 'gen_ai.prompt')],
  outputs: [eventAttribute('gen_ai.content.completion', 'gen_ai.completion')],
})
