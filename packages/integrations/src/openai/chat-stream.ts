import { isObject, readField, readList, readNumber, readString, type StreamFold } from '@clew/tracing/instrument'
import { endCall } from './map.ts'
import { entryAt, inOrder, TextBudget } from './text.ts'

/**
 * Folds the chunks of a chat completion into the completion that would have come without streaming: every choice, its
 * text, refusal, reasoning, audio transcript and tool calls by index. (MLflow's Python client keeps the text only.)
 */
export function chatFold(): StreamFold {
  const header = new Map<string, unknown>()
  const choices = new Map<number, Choice>()
  const budget = new TextBudget()
  return {
    step(chunk) {
      for (const name of ['id', 'created', 'model', 'system_fingerprint', 'service_tier']) {
        const value = readString(chunk, name) ?? readNumber(chunk, name)
        if (value !== undefined) header.set(name, value)
      }
      // Groq reports the usage of a stream in a place of its own.
      const usage = readField(chunk, 'usage') ?? readField(readField(chunk, 'x_groq'), 'usage')
      if (isObject(usage)) header.set('usage', structuredClone(usage))
      for (const choice of readList(chunk, 'choices')) {
        const known = entryAt(choices, readField(choice, 'index'), newChoice)
        if (known) addChoice(known, choice, budget)
      }
    },
    done() {
      const completed = [...choices].sort(([left], [right]) => left - right).map(completedChoice)
      return endCall({ ...Object.fromEntries(header), object: 'chat.completion', choices: completed })
    },
  }
}

const TEXTS = ['content', 'refusal', 'reasoning_content', 'reasoning'] as const

interface Choice {
  role: string
  finishReason: string | undefined
  readonly texts: Map<(typeof TEXTS)[number] | 'audio', string>
  readonly toolCalls: Map<number, ToolCall>
  readonly functionCall: ToolCall
  readonly logprobs: { content: unknown[]; refusal: unknown[] }
  audioId: string | undefined
}

interface ToolCall {
  id: string | undefined
  type: string
  name: string
  arguments: string
}

const MAX_LOGPROBS = 4096

function newChoice(): Choice {
  return {
    role: 'assistant',
    finishReason: undefined,
    texts: new Map(),
    toolCalls: new Map(),
    functionCall: newToolCall(),
    logprobs: { content: [], refusal: [] },
    audioId: undefined,
  }
}

function newToolCall(): ToolCall {
  return { id: undefined, type: 'function', name: '', arguments: '' }
}

function addChoice(choice: Choice, chunk: unknown, budget: TextBudget): void {
  const delta = readField(chunk, 'delta')
  choice.role = readString(delta, 'role') ?? choice.role
  choice.finishReason = readString(chunk, 'finish_reason') ?? choice.finishReason
  for (const name of TEXTS) addText(choice, name, budget.take(textOf(readField(delta, name))))
  const audio = readField(delta, 'audio')
  choice.audioId = readString(audio, 'id') ?? choice.audioId
  addText(choice, 'audio', budget.take(readString(audio, 'transcript')))
  for (const call of readList(delta, 'tool_calls')) {
    const known = entryAt(choice.toolCalls, readField(call, 'index'), newToolCall)
    if (known) addToolCall(known, call, budget)
  }
  const legacy = readField(delta, 'function_call')
  if (isObject(legacy)) addToolCall(choice.functionCall, { function: legacy }, budget)
  addLogprobs(choice, readField(chunk, 'logprobs'))
}

function addText(choice: Choice, name: (typeof TEXTS)[number] | 'audio', text: string): void {
  if (text !== '') choice.texts.set(name, (choice.texts.get(name) ?? '') + text)
}

/** Databricks sends content as a list of parts. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  return value.map((part) => readString(part, 'text') ?? '').join('')
}

function addToolCall(call: ToolCall, delta: unknown, budget: TextBudget): void {
  // Custom tools stream an input in place of arguments.
  const called = readField(delta, 'function') ?? readField(delta, 'custom')
  call.id = readString(delta, 'id') ?? call.id
  call.type = readString(delta, 'type') ?? call.type
  call.name += budget.take(readString(called, 'name'))
  call.arguments += budget.take(readString(called, 'arguments') ?? readString(called, 'input'))
}

function addLogprobs(choice: Choice, logprobs: unknown): void {
  for (const part of ['content', 'refusal'] as const) {
    const known = choice.logprobs[part]
    for (const entry of readList(logprobs, part).slice(0, MAX_LOGPROBS - known.length)) {
      known.push(structuredClone(entry))
    }
  }
}

function completedChoice([index, choice]: readonly [number, Choice]): unknown {
  const { texts, toolCalls, functionCall, logprobs } = choice
  const text = (name: (typeof TEXTS)[number]): string | undefined => texts.get(name)
  return {
    index,
    message: {
      role: choice.role,
      content: text('content') ?? null,
      refusal: text('refusal') ?? null,
      reasoning_content: text('reasoning_content'),
      reasoning: text('reasoning'),
      audio: choice.audioId === undefined ? undefined : { id: choice.audioId, transcript: texts.get('audio') ?? '' },
      tool_calls: toolCalls.size > 0 ? inOrder(toolCalls).map(completedToolCall) : undefined,
      function_call:
        functionCall.name === '' ? undefined : { name: functionCall.name, arguments: functionCall.arguments },
    },
    logprobs: logprobs.content.length + logprobs.refusal.length > 0 ? logprobs : null,
    finish_reason: choice.finishReason ?? null,
  }
}

function completedToolCall(call: ToolCall): unknown {
  const { id, type, name } = call
  if (type === 'custom') return { id, type, custom: { name, input: call.arguments } }
  return { id, type, function: { name, arguments: call.arguments } }
}
