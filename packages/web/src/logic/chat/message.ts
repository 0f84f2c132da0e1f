import type { JsonValue } from '@clew/model'

/** One message of a conversation, whatever the provider calls its pieces. */
export interface ChatMessage {
  readonly role: ChatRole
  /** The name the provider gave, when it says more than the role. */
  readonly name?: string
  readonly parts: readonly ChatPart[]
}

export type ChatRole = 'system' | 'user' | 'assistant' | 'tool'

export type ChatPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  | { readonly type: 'refusal'; readonly text: string }
  | ToolCall
  | ToolResult
  /** `url` is a data URL or a remote address; a remote one is never loaded, only named. */
  | { readonly type: 'media'; readonly kind: string; readonly url?: string }
  /** What no reader knows: shown as JSON, never dropped. */
  | { readonly type: 'other'; readonly value: JsonValue }

export interface ToolCall {
  readonly type: 'tool-call'
  readonly id?: string
  readonly name: string
  /** Parsed when it is JSON, else the text as it came. */
  readonly arguments: JsonValue
  /** What a later message said the tool answered. */
  readonly result?: JsonValue
}

export interface ToolResult {
  readonly type: 'tool-result'
  readonly id?: string
  readonly name?: string
  readonly content: JsonValue
}

export interface Conversation {
  /** What the call was given. */
  readonly history: readonly ChatMessage[]
  /** What it answered. */
  readonly reply: readonly ChatMessage[]
}

export type JsonObject = { readonly [key: string]: JsonValue }

export function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isList(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value)
}

export function textOf(value: JsonValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}
