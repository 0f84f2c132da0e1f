import {
  ExceptionEvent,
  type JsonValue,
  type PayloadValue,
  parseJson,
  SpanKey,
  type SpanPayload,
  type SpanPayloadEvent,
  TokenUsageKey,
} from '@clew/model'
import { readConversation } from './chat/conversation.ts'
import { type Conversation, isList, isObject, textOf } from './chat/message.ts'
import { isModelCall } from './span-kind.ts'

/** A value of a span, read as far as it came. */
export interface ReadValue {
  readonly json: string
  readonly size: number
  /** Whether there is more on the server. */
  readonly isCut: boolean
  /** Absent when the text is cut or no JSON. */
  readonly value: JsonValue | undefined
}

export function readPayloadValue({ json, size }: PayloadValue): ReadValue {
  const isCut = json.length < size
  return { json, size, isCut, value: isCut ? undefined : parse(json) }
}

/** An attribute's text, without quotes when it is a string. */
export function attributeText({ json }: PayloadValue): string {
  const value = parse(json)
  return typeof value === 'string' ? value : json
}

export interface SpanContents {
  readonly inputs: ReadValue | undefined
  readonly outputs: ReadValue | undefined
  readonly conversation: Conversation | undefined
  readonly exceptions: readonly SpanException[]
}

export interface SpanException {
  readonly type: string
  readonly message: string
  readonly stack: string
  readonly timeNs: string
}

/** What the tabs show, read once per payload. */
export function readContents(payload: SpanPayload): SpanContents {
  const inputs = payload.inputs && readPayloadValue(payload.inputs)
  const outputs = payload.outputs && readPayloadValue(payload.outputs)
  const isChat = isModelCall(payload.type) || hasMessages(inputs?.value)
  const conversation = isChat ? readConversation(inputs?.value, outputs?.value) : undefined
  return { inputs, outputs, conversation, exceptions: payload.events.filter(isException).map(readException) }
}

/** Token counts of a model call, as far as the span says. */
export interface Usage {
  readonly input: number | undefined
  readonly output: number | undefined
  readonly cached: number | undefined
  readonly reasoning: number | undefined
}

export function readUsage(payload: SpanPayload): Usage | undefined {
  const usage = attributeValue(payload, SpanKey.chatUsage)
  if (!isObject(usage)) return undefined
  const count = (key: string) => (typeof usage[key] === 'number' ? usage[key] : undefined)
  return {
    input: count(TokenUsageKey.input),
    output: count(TokenUsageKey.output),
    cached: count(TokenUsageKey.cacheRead),
    reasoning: count(TokenUsageKey.reasoning),
  }
}

/** Inputs that are settings of the call: scalars beside the messages. */
export function readParameters(inputs: JsonValue | undefined): readonly (readonly [string, string])[] {
  if (!isObject(inputs)) return []
  return Object.entries(inputs).flatMap(([key, value]) => {
    if (typeof value === 'object' || key === 'input' || key === 'prompt' || key === 'instructions' || key === 'system')
      return []
    return [[key, String(value)] as const]
  })
}

export interface OfferedTool {
  readonly name: string
  readonly description: string
}

/** The tools a model was offered, from the normalised attribute or the inputs themselves. */
export function readTools(payload: SpanPayload, inputs: JsonValue | undefined): readonly OfferedTool[] {
  const tools = attributeValue(payload, SpanKey.chatTools) ?? (isObject(inputs) ? inputs.tools : undefined)
  if (!isList(tools)) return []
  return tools.flatMap((tool) => {
    const inner = isObject(tool) && isObject(tool.function) ? tool.function : tool
    if (!isObject(inner)) return []
    const name = textOf(inner.name) ?? textOf(inner.type)
    return name === undefined ? [] : [{ name, description: textOf(inner.description) ?? '' }]
  })
}

export function attributeValue(payload: SpanPayload, key: string): JsonValue | undefined {
  const found = payload.attributes.find(([name]) => name === key)
  return found && parse(found[1].json)
}

function hasMessages(inputs: JsonValue | undefined): boolean {
  return isObject(inputs) && (isList(inputs.messages) || isList(inputs.contents))
}

function isException({ name }: SpanPayloadEvent): boolean {
  return name === ExceptionEvent.name
}

function readException(event: SpanPayloadEvent): SpanException {
  const text = (key: string) => {
    const found = event.attributes.find(([name]) => name === key)
    return found === undefined ? '' : attributeText(found[1])
  }
  return {
    type: text(ExceptionEvent.type) || 'Error',
    message: text(ExceptionEvent.message),
    stack: text(ExceptionEvent.stacktrace),
    timeNs: event.timeNs,
  }
}

function parse(json: string): JsonValue | undefined {
  try {
    return parseJson(json)
  } catch {
    return undefined // a producer may store what is no JSON; it is then shown as the text it is
  }
}
