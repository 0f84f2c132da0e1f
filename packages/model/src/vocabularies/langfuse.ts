import { readAttribute } from '../json/parse.ts'
import type { JsonValue } from '../json/text.ts'
import type { Span } from '../span.ts'
import { typeByWord } from './source.ts'
import { vocabulary } from './vocabulary.ts'

/** Langfuse's OpenTelemetry SDKs: https://langfuse.com/integrations/native/opentelemetry */
export const langfuse = vocabulary({
  name: 'Langfuse',
  type: typeByWord('langfuse.observation.type', {
    generation: 'LLM',
    embedding: 'EMBEDDING',
    tool: 'TOOL',
    retriever: 'RETRIEVER',
    agent: 'AGENT',
    chain: 'CHAIN',
    evaluator: 'EVALUATOR',
    guardrail: 'GUARDRAIL',
    span: 'UNKNOWN',
  }),
  inputs: ['langfuse.observation.input'],
  outputs: ['langfuse.observation.output'],
  model: ['langfuse.observation.model.name'],
  session: ['session.id', 'langfuse.session.id'],
  user: ['user.id', 'langfuse.user.id'],
})

/**
 * Langfuse's usage has three shapes. The Python client of OpenAI passes the provider's own object on; the others split
 * cached tokens off the input and reasoning tokens off the output, so all `input*` keys together are the input.
 */
export function langfuseUsage({ attributes }: Span): ReadonlyMap<string, number> | undefined {
  const usage = readAttribute(attributes, 'langfuse.observation.usage_details')
  if (typeof usage !== 'object' || usage === null || Array.isArray(usage)) return undefined
  const entries = Object.entries(usage as { readonly [key: string]: JsonValue })
  const sum = (test: (key: string) => boolean) =>
    entries.reduce((total, [key, value]) => (test(key) && typeof value === 'number' ? total + value : total), 0)
  const input = sum((key) => key === 'prompt_tokens') || sum((key) => key.startsWith('input'))
  const output = sum((key) => key === 'completion_tokens') || sum((key) => key.startsWith('output'))
  if (input + output === 0) return undefined
  const counts = new Map([
    ['input', input],
    ['output', output],
    ['total', sum((key) => key === 'total' || key === 'total_tokens') || input + output],
  ])
  const cached = sum((key) => key === 'input_cached_tokens' || key === 'input_cache_read')
  const reasoning = sum((key) => key === 'output_reasoning_tokens' || key === 'output_reasoning')
  if (cached > 0) counts.set('cacheRead', cached)
  if (reasoning > 0) counts.set('reasoning', reasoning)
  return counts
}
