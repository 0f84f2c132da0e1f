import { encodeJson } from '../json/encode.ts'
import { readAttribute, readText } from '../json/parse.ts'
import type { JsonText } from '../json/text.ts'
import { SpanKey, TokenUsageKey } from '../keys.ts'
import type { Attributes, Span } from '../span.ts'
import { geminiCli, genAi, springAi } from './genai.ts'
import { langfuse, langfuseUsage } from './langfuse.ts'
import { openInference } from './openinference.ts'
import { genkit, googleAdk, laminar, mastra, voltAgent } from './other-emitters.ts'
import { memberOf, readSource } from './source.ts'
import { traceloop } from './traceloop.ts'
import { vercelAi } from './vercel-ai.ts'
import type { Source, TokenSources, Vocabulary } from './vocabulary.ts'

/** MLflow's order; for each target the first vocabulary that says something wins. */
const vocabularies: readonly Vocabulary[] = [
  openInference,
  geminiCli,
  genAi,
  springAi,
  traceloop,
  googleAdk,
  vercelAi,
  voltAgent,
  laminar,
  langfuse,
  mastra,
  genkit,
]

/**
 * A span in a foreign vocabulary, with what MLflow's names would have said added: type, inputs, outputs, model,
 * provider, tools, token usage, message format, session and user. What came in is kept, and a name that is already
 * there is left alone. A span that speaks no foreign vocabulary is returned as it is.
 */
export function translate(span: Span): Span {
  if (!speaksForeign(span)) return span
  const additions = new Map<string, JsonText>()
  const add = (key: string, value: JsonText | undefined) => {
    if (value !== undefined && !span.attributes.has(key)) additions.set(key, value)
  }
  const { attributes } = span
  const type = hasType(attributes) ? undefined : firstOf((vocabulary) => vocabulary.type(attributes))
  if (type !== undefined) additions.set(SpanKey.type, encodeJson(type))
  add(SpanKey.inputs, read(span, 'inputs'))
  add(SpanKey.outputs, read(span, 'outputs'))
  add(SpanKey.model, read(span, 'model') ?? modelInside(attributes, additions))
  add(SpanKey.provider, read(span, 'provider'))
  add(SpanKey.chatTools, read(span, 'tools'))
  add(SpanKey.chatUsage, usage(span))
  const format = firstOf((vocabulary) => vocabulary.messageFormat?.(attributes))
  add(SpanKey.messageFormat, format === undefined ? undefined : encodeJson(format))
  add(SpanKey.sessionId, association(attributes, 'session'))
  add(SpanKey.userId, association(attributes, 'user'))
  return additions.size === 0 ? span : { ...span, attributes: new Map([...attributes, ...additions]) }
}

/**
 * Names no foreign vocabulary begins with. Most spans come from Clew's or MLflow's own clients and have no others, so
 * that they are let through after a look at their names.
 */
function speaksForeign({ attributes, events }: Span): boolean {
  for (const name of attributes.keys()) if (!name.startsWith('mlflow.') && foreignName.test(name)) return true
  return events.some(({ name }) => name.startsWith('gen_ai.'))
}

const foreignName =
  /^(gen_ai|openinference|llm|embedding|retrieval|traceloop|ai|langfuse|lmnr|gcp\.vertex|mastra|voltagent|entity|span|agent|usage|conversation)\.|^genkit:|^(input|output)(\.value)?$/

function hasType(attributes: Attributes): boolean {
  const type = readText(attributes, SpanKey.type)
  return type !== undefined && type !== '' && type !== 'UNKNOWN'
}

function firstOf<T>(ask: (vocabulary: Vocabulary) => T | undefined): T | undefined {
  for (const vocabulary of vocabularies) {
    const answer = ask(vocabulary)
    if (answer !== undefined) return answer
  }
  return undefined
}

function read(span: Span, part: 'inputs' | 'outputs' | 'model' | 'provider' | 'tools'): JsonText | undefined {
  return firstOf((vocabulary) => firstSource(span, vocabulary[part]))
}

function firstSource(span: Span, sources: readonly Source[]): JsonText | undefined {
  for (const source of sources) {
    const text = readSource(span, source)
    if (text !== undefined) return text
  }
  return undefined
}

/** MLflow's last resort: a string `model` in the inputs, then in the outputs; only where a call is a model's. */
function modelInside(attributes: Attributes, additions: ReadonlyMap<string, JsonText>): JsonText | undefined {
  const all = new Map([...attributes, ...additions])
  for (const key of [SpanKey.inputs, SpanKey.outputs]) {
    const model = memberOf(readAttribute(all, key), 'model')
    if (typeof model === 'string' && model !== '') return encodeJson(model)
  }
  return undefined
}

function association(attributes: Attributes, part: 'session' | 'user'): JsonText | undefined {
  const id = firstOf((vocabulary) =>
    vocabulary[part].map((key) => readText(attributes, key)).find((text) => text !== undefined && text !== ''),
  )
  return id === undefined ? undefined : encodeJson(id)
}

function usage(span: Span): JsonText | undefined {
  const counts = firstOf(({ tokens }) => countTokens(span.attributes, tokens)) ?? langfuseUsage(span)
  if (counts === undefined) return undefined
  const input = counts.get('input') ?? 0
  const output = counts.get('output') ?? 0
  const members = new Map<string, number>([
    [TokenUsageKey.input, input],
    [TokenUsageKey.output, output],
    [TokenUsageKey.total, counts.get('total') ?? input + output],
  ])
  for (const part of ['cacheRead', 'cacheCreation', 'reasoning'] as const) {
    const count = counts.get(part)
    if (count !== undefined) members.set(TokenUsageKey[part], count)
  }
  return encodeJson(Object.fromEntries(members))
}

function countTokens(attributes: Attributes, sources: TokenSources): ReadonlyMap<string, number> | undefined {
  const counts = new Map<string, number>()
  for (const [part, keys] of Object.entries(sources) as [string, readonly string[]][]) {
    for (const key of keys) {
      const count = countOf(attributes, key)
      if (count === undefined) continue
      counts.set(part, count)
      break
    }
  }
  return counts.has('input') || counts.has('output') || counts.has('total') ? counts : undefined
}

/** A number, or a number as text, as some emitters write it. */
function countOf(attributes: Attributes, key: string): number | undefined {
  const value = readAttribute(attributes, key)
  const count = typeof value === 'string' && value !== '' ? Number(value) : value
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : undefined
}
