import type { JsonValue } from '@clew/model'
import {
  type ChatMessage,
  type ChatPart,
  type ChatRole,
  type Conversation,
  isList,
  isObject,
  type JsonObject,
  type ToolResult,
  textOf,
} from './message.ts'
import { readArguments, readParts, readToolCall } from './read-parts.ts'

/**
 * Reads a model call's inputs and outputs as a conversation: OpenAI chat completions and responses, Anthropic
 * messages, Gemini, Ollama, LangChain, the AI SDK, and any list of `{ role, content }`. `undefined` when the inputs
 * are nothing of the kind, so that the screen offers no empty tab.
 */
export function readConversation(
  inputs: JsonValue | undefined,
  outputs: JsonValue | undefined,
): Conversation | undefined {
  const history = readInputs(inputs)
  if (history === undefined) return undefined
  const reply = readOutputs(outputs)
  return joinResults(history, reply)
}

function readInputs(inputs: JsonValue | undefined): readonly ChatMessage[] | undefined {
  if (isList(inputs)) return readMessages(inputs)
  if (!isObject(inputs)) return undefined
  const system = readSystem(inputs)
  const list = inputs.messages ?? inputs.contents ?? inputs.input ?? inputs.prompt
  const messages = typeof list === 'string' ? [message('user', list)] : isList(list) ? readMessages(list) : undefined
  return messages === undefined ? undefined : [...system, ...messages]
}

/** System prompts that stand beside the messages. */
function readSystem(inputs: JsonObject): readonly ChatMessage[] {
  const config = isObject(inputs.config) ? inputs.config : inputs
  const system = inputs.system ?? inputs.instructions ?? config.systemInstruction ?? config.system_instruction
  const content = isObject(system) && system.parts !== undefined ? system.parts : system
  const parts = readParts(content)
  return parts.length === 0 ? [] : [{ role: 'system', parts }]
}

/** `undefined` unless every entry can be a message: a list of numbers to embed is no chat. */
function readMessages(list: readonly JsonValue[]): readonly ChatMessage[] | undefined {
  if (list.length === 1 && isList(list[0])) return readMessages(list[0])
  const messages: ChatMessage[] = []
  for (const entry of list) {
    const read = readMessage(entry)
    if (read === undefined) return undefined
    messages.push(read)
  }
  return messages.length === 0 ? undefined : messages
}

const ROLES: ReadonlyMap<string, ChatRole> = new Map([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['ai', 'assistant'],
  ['model', 'assistant'],
  ['tool', 'tool'],
  ['function', 'tool'],
])

/** Items of a response that are a part of their own, and whose. */
const ITEM_ROLES: ReadonlyMap<string, ChatRole> = new Map([
  ['function_call', 'assistant'],
  ['custom_tool_call', 'assistant'],
  ['reasoning', 'assistant'],
  ['function_call_output', 'tool'],
  ['custom_tool_call_output', 'tool'],
])

function readMessage(value: JsonValue): ChatMessage | undefined {
  if (!isObject(value)) return undefined
  const type = textOf(value.type)
  const itemRole = type === undefined ? undefined : ITEM_ROLES.get(type)
  if (itemRole !== undefined) return { role: itemRole, parts: readParts([value]) }
  const role = ROLES.get(textOf(value.role) ?? type ?? '')
  if (role === undefined) return undefined
  if (role === 'tool' && value.content !== undefined && !isBlocks(value.content)) {
    return { role, parts: [readToolMessage(value)] }
  }
  const calls = isList(value.tool_calls) ? value.tool_calls : isList(value.toolCalls) ? value.toolCalls : []
  const reasoning = textOf(value.reasoning_content) ?? textOf(value.reasoning)
  const refusal = textOf(value.refusal)
  const parts: ChatPart[] = [
    ...(reasoning ? [{ type: 'reasoning', text: reasoning } as const] : []),
    ...readParts(value.content ?? value.parts),
    ...(refusal ? [{ type: 'refusal', text: refusal } as const] : []),
    ...calls.flatMap((call) => readToolCall(call) ?? { type: 'other' as const, value: call }),
  ]
  if (isObject(value.function_call)) parts.push(readToolCall(value.function_call) ?? { type: 'other', value })
  const name = textOf(value.name)
  return { role, parts, ...(name === undefined ? {} : { name }) }
}

/** The AI SDK answers a tool message in blocks that carry their own ids. */
function isBlocks(content: JsonValue): boolean {
  return isList(content) && content.some((block) => isObject(block) && block.type === 'tool-result')
}

function readToolMessage(value: JsonObject): ToolResult {
  const id = textOf(value.tool_call_id) ?? textOf(value.toolCallId)
  const name = textOf(value.name)
  return {
    type: 'tool-result',
    ...(id === undefined ? {} : { id }),
    ...(name === undefined ? {} : { name }),
    content: readArguments(value.content),
  }
}

function readOutputs(outputs: JsonValue | undefined): readonly ChatMessage[] {
  if (outputs === undefined || outputs === null) return []
  if (typeof outputs === 'string') return [message('assistant', outputs)]
  if (isList(outputs)) return mergeRuns(readMessages(outputs) ?? [unread(outputs)])
  if (!isObject(outputs)) return [unread(outputs)]
  const { choices, output, candidates, message: single } = outputs
  if (isList(choices)) return choices.map((choice) => readAnswer(isObject(choice) ? choice.message : choice))
  if (isList(output)) return mergeRuns(readMessages(output) ?? [unread(output)])
  if (isList(candidates)) return candidates.map((entry) => readAnswer(isObject(entry) ? entry.content : entry))
  if (isObject(single)) return [readAnswer(single)]
  if (textOf(outputs.role) !== undefined || outputs.content !== undefined) return [readAnswer(outputs)]
  const text = textOf(outputs.output_text) ?? textOf(outputs.text) ?? textOf(outputs.response)
  if (text !== undefined || isList(outputs.toolCalls)) {
    return [readAnswer({ content: text ?? null, tool_calls: outputs.toolCalls ?? null })]
  }
  return [unread(outputs)]
}

function readAnswer(value: JsonValue | undefined): ChatMessage {
  if (value === undefined) return unread(null)
  if (isObject(value)) return readMessage({ ...value, role: textOf(value.role) ?? 'assistant' }) ?? unread(value)
  return typeof value === 'string' ? message('assistant', value) : unread(value)
}

/** A response's items arrive one by one; what one speaker says in a row is one message. */
function mergeRuns(messages: readonly ChatMessage[]): readonly ChatMessage[] {
  const merged: ChatMessage[] = []
  for (const next of messages) {
    const last = merged.at(-1)
    if (last !== undefined && last.role === next.role && last.role === 'assistant') {
      merged[merged.length - 1] = { ...last, parts: [...last.parts, ...next.parts] }
    } else merged.push(next)
  }
  return merged
}

/** Puts each tool's answer into the call it answers; an answer to no known call stays a message. */
function joinResults(history: readonly ChatMessage[], reply: readonly ChatMessage[]): Conversation {
  const callIds = new Set<string>()
  const results = new Map<string, JsonValue>()
  for (const { parts } of [...history, ...reply]) {
    for (const part of parts) {
      if (part.type === 'tool-call' && part.id !== undefined) callIds.add(part.id)
      if (part.type === 'tool-result' && part.id !== undefined) results.set(part.id, part.content)
    }
  }
  const join = (messages: readonly ChatMessage[]) =>
    messages.flatMap((entry) => {
      const parts = entry.parts.flatMap((part) => joinPart(part, callIds, results))
      return parts.length === 0 && entry.parts.length > 0 ? [] : [{ ...entry, parts }]
    })
  return { history: mergeRuns(join(history)), reply: join(reply) }
}

function joinPart(
  part: ChatPart,
  callIds: ReadonlySet<string>,
  results: ReadonlyMap<string, JsonValue>,
): readonly ChatPart[] {
  if (part.type === 'tool-result' && part.id !== undefined && callIds.has(part.id)) return []
  if (part.type !== 'tool-call' || part.id === undefined) return [part]
  const result = results.get(part.id)
  return [result === undefined ? part : { ...part, result }]
}

function message(role: ChatRole, text: string): ChatMessage {
  return { role, parts: [{ type: 'text', text }] }
}

function unread(value: JsonValue): ChatMessage {
  return { role: 'assistant', parts: [{ type: 'other', value }] }
}
