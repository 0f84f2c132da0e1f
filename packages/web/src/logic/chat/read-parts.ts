import type { JsonValue } from '@clew/model'
import { type ChatPart, isList, isObject, type JsonObject, type ToolCall, textOf } from './message.ts'

/**
 * The content of a message: a string, or blocks as OpenAI (chat and responses), Anthropic, Gemini, Bedrock and the
 * AI SDK write them. Total: a block nobody knows becomes an `other` part.
 */
export function readParts(content: JsonValue | undefined): readonly ChatPart[] {
  if (content === undefined || content === null || content === '') return []
  if (typeof content === 'string') return [{ type: 'text', text: content }]
  if (isList(content)) return content.flatMap((block) => readBlock(block))
  return readBlock(content)
}

/** `arguments` of a call: JSON text is parsed, anything else stays. */
export function readArguments(value: JsonValue | undefined): JsonValue {
  if (typeof value !== 'string') return value ?? null
  try {
    return JSON.parse(value) as JsonValue // what JSON.parse answers is a JSON value
  } catch {
    return value
  }
}

/** One entry of `tool_calls`, as OpenAI ({function}), LangChain ({name, args}) or the AI SDK ({toolName, input}). */
export function readToolCall(value: JsonValue): ToolCall | undefined {
  if (!isObject(value)) return undefined
  const inner = isObject(value.function) ? value.function : isObject(value.custom) ? value.custom : value
  const name = textOf(inner.name) ?? textOf(inner.toolName)
  if (name === undefined) return undefined
  const given = inner.arguments ?? inner.args ?? inner.input
  return { type: 'tool-call', ...identified(value), name, arguments: readArguments(given) }
}

function readBlock(block: JsonValue): readonly ChatPart[] {
  if (typeof block === 'string') return [{ type: 'text', text: block }]
  if (!isObject(block)) return [{ type: 'other', value: block }]
  const reader = readers[textOf(block.type) ?? '']
  return [reader?.(block) ?? readUntyped(block) ?? { type: 'other', value: block }]
}

type BlockReader = (block: JsonObject) => ChatPart | undefined

const readText: BlockReader = (block) => {
  const text = textOf(block.text) ?? textOf(block.content)
  return text === undefined ? undefined : { type: 'text', text }
}

const readReasoning: BlockReader = (block) => {
  const summary = isList(block.summary)
    ? block.summary.map((part) => (isObject(part) ? textOf(part.text) : undefined))
    : []
  const text = textOf(block.thinking) ?? textOf(block.text) ?? summary.filter((part) => part !== undefined).join('\n\n')
  return { type: 'reasoning', text: text === '' ? 'Not disclosed by the provider.' : text }
}

const readCall: BlockReader = (block) => readToolCall(block)

const readResult: BlockReader = (block) => ({
  type: 'tool-result',
  ...identified(block),
  ...(typeof block.toolName === 'string' ? { name: block.toolName } : {}),
  content: unwrapResult(block.content ?? block.output ?? block.result ?? null),
})

const readImage: BlockReader = (block) => ({ type: 'media', kind: 'image', ...urlOf(block) })

const readers: { readonly [type: string]: BlockReader | undefined } = Object.assign(Object.create(null), {
  text: readText,
  input_text: readText,
  output_text: readText,
  refusal: (block) => ({ type: 'refusal', text: textOf(block.refusal) ?? '' }),
  thinking: readReasoning,
  redacted_thinking: readReasoning,
  reasoning: readReasoning,
  tool_use: readCall,
  server_tool_use: readCall,
  'tool-call': readCall,
  function_call: readCall,
  custom_tool_call: readCall,
  tool_result: readResult,
  'tool-result': readResult,
  function_call_output: readResult,
  custom_tool_call_output: readResult,
  image: readImage,
  image_url: readImage,
  input_image: readImage,
  input_audio: () => ({ type: 'media', kind: 'audio' }),
  audio: () => ({ type: 'media', kind: 'audio' }),
  file: () => ({ type: 'media', kind: 'file' }),
  input_file: () => ({ type: 'media', kind: 'file' }),
  document: () => ({ type: 'media', kind: 'file' }),
} satisfies { readonly [type: string]: BlockReader })

/** Gemini's and Bedrock's blocks have no type: the key says what they are. */
function readUntyped(block: JsonObject): ChatPart | undefined {
  if (typeof block.text === 'string') return { type: block.thought === true ? 'reasoning' : 'text', text: block.text }
  const call = block.functionCall ?? block.function_call ?? block.toolUse
  if (isObject(call)) return readToolCall(call)
  const result = block.functionResponse ?? block.function_response ?? block.toolResult
  if (isObject(result)) {
    const name = textOf(result.name)
    const content = result.response ?? result.content ?? null
    return { type: 'tool-result', ...identified(result), ...(name === undefined ? {} : { name }), content }
  }
  if (isObject(block.inlineData) || isObject(block.inline_data)) return { type: 'media', kind: 'image' }
  return undefined
}

/** The id a call and its result share. */
function identified(value: JsonObject): { readonly id?: string } {
  const id =
    textOf(value.call_id) ??
    textOf(value.tool_use_id) ??
    textOf(value.toolCallId) ??
    textOf(value.toolUseId) ??
    textOf(value.tool_call_id) ??
    textOf(value.id)
  return id === undefined ? {} : { id }
}

/** A result that is one text block is that text; one that is JSON text is that value. */
function unwrapResult(content: JsonValue): JsonValue {
  if (isList(content) && content.length === 1 && isObject(content[0]) && typeof content[0].text === 'string') {
    return readArguments(content[0].text)
  }
  if (isObject(content) && textOf(content.type) !== undefined && 'value' in content) return content.value ?? null
  return readArguments(content)
}

function urlOf(block: JsonObject): { readonly url?: string } {
  const image = block.image_url ?? block.image ?? block.url
  const direct = textOf(image) ?? (isObject(image) ? textOf(image.url) : undefined)
  if (direct !== undefined) return { url: direct }
  if (!isObject(block.source)) return {}
  const { media_type: mediaType, data, url } = block.source
  if (typeof url === 'string') return { url }
  return typeof mediaType === 'string' && typeof data === 'string' ? { url: `data:${mediaType};base64,${data}` } : {}
}
