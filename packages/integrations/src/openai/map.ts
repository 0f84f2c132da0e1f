import { SpanKey } from '@clew/model'
import {
  isObject,
  type ObservedCall,
  type RequestFields,
  type ResponseFields,
  readField,
  readList,
  readNumber,
  readString,
  usageAttribute,
} from '@clew/tracing/instrument'
import { providerOf } from './provider.ts'
import { chatTools } from './tools.ts'

/** Left out of the attributes, as in MLflow: the inputs have them. */
const INPUT_PARAMETERS: ReadonlySet<string> = new Set(['messages', 'input'])

/** Parameters that say how to answer, not what about; their values, where not objects, reveal no content. */
const SETTINGS: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'temperature',
  'top_p',
  'n',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'max_tool_calls',
  'presence_penalty',
  'frequency_penalty',
  'seed',
  'logprobs',
  'top_logprobs',
  'best_of',
  'echo',
  'dimensions',
  'encoding_format',
  'parallel_tool_calls',
  'reasoning_effort',
  'verbosity',
  'service_tier',
  'store',
  'background',
  'truncation',
])

/** Names that can be attributes. Anything else a caller sends along is in the inputs only. */
const PARAMETER = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/
const MAX_PARAMETERS = 64

/** What a response object repeats of its request. */
export const RESPONSE_ECHOES = [
  'instructions',
  'prompt',
  'tools',
  'tool_choice',
  'text',
  'metadata',
  'user',
  'safety_identifier',
  'prompt_cache_key',
] as const

/** How much of an embedding is kept: it has thousands of numbers, and nobody reads them. */
const MAX_VECTORS = 16
const MAX_VECTOR_NUMBERS = 8

/** For everything that produces text: chat, responses, completions. */
export function startCall(call: ObservedCall): RequestFields {
  const { inputs, attributes, contentAttributes } = startEmbeddings(call)
  const tools = chatTools(inputs)
  return {
    inputs,
    attributes: [...(attributes ?? []), [SpanKey.messageFormat, 'openai']],
    contentAttributes: [
      ...(contentAttributes ?? []),
      ...(tools.length > 0 ? [[SpanKey.chatTools, tools] as const] : []),
    ],
  }
}

export function startEmbeddings(call: ObservedCall): RequestFields {
  const body = call.args[0]
  const parameters = parametersOf(body)
  const isSetting = ([name, value]: readonly [string, unknown]): boolean => SETTINGS.has(name) && !isObject(value)
  return {
    inputs: body,
    attributes: [
      [SpanKey.model, readString(body, 'model')],
      [SpanKey.provider, providerOf(readField(call.self, '_client'))],
      ...parameters.filter(isSetting),
    ],
    contentAttributes: parameters.filter((parameter) => !isSetting(parameter)),
  }
}

/** For everything that produces text. A complete response is the span's output as it is. */
export function endCall(response: unknown): ResponseFields {
  return { outputs: response, attributes: [[SpanKey.chatUsage, usageOf(response)]], failure: failureOf(response) }
}

/** Of each vector a few numbers and its length are kept. */
export function endEmbeddings(response: unknown): ResponseFields {
  const data = readList(response, 'data')
  const outputs = isObject(response)
    ? {
        object: readString(response, 'object'),
        model: readString(response, 'model'),
        count: data.length,
        data: data.slice(0, MAX_VECTORS).map(shortEmbedding),
        usage: readField(response, 'usage'),
      }
    : response
  return { outputs, attributes: [[SpanKey.chatUsage, usageOf(response)]], failure: failureOf(response) }
}

/**
 * Chat and completions count `prompt_tokens` and `completion_tokens`, responses `input_tokens` and `output_tokens`. Models
 * of Anthropic behind compatible servers report their cache beside them.
 */
export function usageOf(response: unknown): Readonly<Record<string, number>> | undefined {
  const usage = readField(response, 'usage')
  const inputDetails = readField(usage, 'prompt_tokens_details') ?? readField(usage, 'input_tokens_details')
  const outputDetails = readField(usage, 'completion_tokens_details') ?? readField(usage, 'output_tokens_details')
  return usageAttribute({
    input: readNumber(usage, 'prompt_tokens') ?? readNumber(usage, 'input_tokens'),
    output: readNumber(usage, 'completion_tokens') ?? readNumber(usage, 'output_tokens'),
    total: readNumber(usage, 'total_tokens'),
    cacheRead: readNumber(inputDetails, 'cached_tokens') ?? readNumber(usage, 'cache_read_input_tokens'),
    cacheCreation: readNumber(usage, 'cache_creation_input_tokens'),
    reasoning: readNumber(outputDetails, 'reasoning_tokens'),
  })
}

/** A response object, or an answer of a compatible server, may carry an error although the request succeeded. */
function failureOf(response: unknown): string | undefined {
  const error = readField(response, 'error')
  const message = readString(error, 'message')
  if (message === undefined) return undefined
  const code = readString(error, 'code')
  return code === undefined ? message : `${code}: ${message}`
}

function parametersOf(body: unknown): (readonly [string, unknown])[] {
  if (!isObject(body) || Array.isArray(body)) return []
  return Object.entries(body)
    .filter(([name, value]) => value !== undefined && PARAMETER.test(name) && !INPUT_PARAMETERS.has(name))
    .slice(0, MAX_PARAMETERS)
}

function shortEmbedding(item: unknown): unknown {
  const vector = readField(item, 'embedding')
  const index = readNumber(item, 'index')
  if (typeof vector === 'string') return { index, embedding: vector.slice(0, 32), characters: vector.length }
  if (!Array.isArray(vector) && !(vector instanceof Float32Array)) return { index }
  return { index, embedding: Array.from(vector.slice(0, MAX_VECTOR_NUMBERS)), dimensions: vector.length }
}
