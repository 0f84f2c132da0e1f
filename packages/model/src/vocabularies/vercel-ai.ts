import { readText } from '../json/parse.ts'
import type { Attributes } from '../span.ts'
import { listOfTexts, objectOfPrefix, typeByWord, upToDot } from './source.ts'
import { vocabulary } from './vocabulary.ts'

/** The operations that talk to a model; their prompt and response are spread over `ai.prompt.*` and `ai.response.*`. */
const isModelCall = (attributes: Attributes) =>
  /\.do(Generate|Stream)$/.test(readText(attributes, 'ai.operationId') ?? '')

const prompts = objectOfPrefix('ai.prompt.')
const responses = objectOfPrefix('ai.response.')

/** Vercel AI SDK 5 and 6, and 7's LegacyOpenTelemetry: https://ai-sdk.dev/docs/ai-sdk-core/telemetry */
export const vercelAi = vocabulary({
  name: 'Vercel AI SDK',
  type: typeByWord('ai.operationId', {
    'ai.generateText': 'LLM',
    'ai.generateText.doGenerate': 'LLM',
    'ai.streamText': 'LLM',
    'ai.streamText.doStream': 'LLM',
    'ai.generateObject': 'LLM',
    'ai.generateObject.doGenerate': 'LLM',
    'ai.streamObject': 'LLM',
    'ai.streamObject.doStream': 'LLM',
    'ai.toolCall': 'TOOL',
    'ai.embed': 'EMBEDDING',
    'ai.embed.doEmbed': 'EMBEDDING',
    'ai.embedMany': 'EMBEDDING',
    'ai.embedMany.doEmbed': 'EMBEDDING',
  }),
  inputs: [
    (span) => (isModelCall(span.attributes) ? prompts(span) : undefined),
    'ai.prompt',
    'ai.toolCall.args',
    'ai.value',
    listOfTexts('ai.values'),
  ],
  outputs: [
    (span) => (isModelCall(span.attributes) ? responses(span) : undefined),
    'ai.response.text',
    'ai.toolCall.result',
    'ai.response.object',
    'ai.embedding',
    listOfTexts('ai.embeddings'),
  ],
  model: ['ai.response.model', 'ai.model.id'],
  provider: [upToDot('ai.model.provider')],
  tools: [listOfTexts('ai.prompt.tools')],
  tokens: {
    input: ['ai.usage.inputTokens', 'ai.usage.promptTokens', 'ai.usage.tokens'],
    output: ['ai.usage.outputTokens', 'ai.usage.completionTokens'],
    total: ['ai.usage.totalTokens'],
    cacheRead: ['ai.usage.cachedInputTokens', 'ai.usage.inputTokenDetails.cacheReadTokens'],
    cacheCreation: ['ai.usage.inputTokenDetails.cacheWriteTokens'],
    reasoning: ['ai.usage.reasoningTokens', 'ai.usage.outputTokenDetails.reasoningTokens'],
  },
  messageFormat: (attributes) => (isModelCall(attributes) ? 'vercel_ai' : undefined),
  session: ['ai.telemetry.metadata.sessionId', 'ai.settings.context.sessionId'],
  user: ['ai.telemetry.metadata.userId', 'ai.settings.context.userId'],
})
