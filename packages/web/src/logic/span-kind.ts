import type { IconName } from '../components/icons.ts'

/** How a span type looks and what it is called. A type nobody knows keeps its own name. */
export interface SpanKind {
  readonly label: string
  readonly icon: IconName
  /** Class that sets `--hue`. */
  readonly hue: string
  /** Under what the foot of the trace sums it up. */
  readonly family: 'models' | 'tools' | 'retrieval' | 'rest'
}

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['LLM', { label: 'LLM', icon: 'sparkles', hue: 't-llm', family: 'models' }],
  ['CHAT_MODEL', { label: 'Chat model', icon: 'message-square', hue: 't-chat-model', family: 'models' }],
  ['AGENT', { label: 'Agent', icon: 'bot', hue: 't-agent', family: 'rest' }],
  ['TOOL', { label: 'Tool', icon: 'wrench', hue: 't-tool', family: 'tools' }],
  ['RETRIEVER', { label: 'Retriever', icon: 'search', hue: 't-retriever', family: 'retrieval' }],
  ['RERANKER', { label: 'Reranker', icon: 'arrow-up-down', hue: 't-reranker', family: 'retrieval' }],
  ['EMBEDDING', { label: 'Embedding', icon: 'binary', hue: 't-embedding', family: 'retrieval' }],
  ['MEMORY', { label: 'Memory', icon: 'database', hue: 't-memory', family: 'rest' }],
  ['CHAIN', { label: 'Chain', icon: 'link', hue: 't-chain', family: 'rest' }],
  ['WORKFLOW', { label: 'Workflow', icon: 'workflow', hue: 't-workflow', family: 'rest' }],
  ['TASK', { label: 'Task', icon: 'square-check', hue: 't-task', family: 'rest' }],
  ['PARSER', { label: 'Parser', icon: 'braces', hue: 't-parser', family: 'rest' }],
  ['GUARDRAIL', { label: 'Guardrail', icon: 'shield', hue: 't-guardrail', family: 'rest' }],
  ['EVALUATOR', { label: 'Evaluator', icon: 'scale', hue: 't-evaluator', family: 'rest' }],
])

const UNKNOWN_KIND: SpanKind = { label: 'Span', icon: 'circle', hue: 't-unknown', family: 'rest' }

export function spanKind(type: string | undefined): SpanKind {
  if (type === undefined || type === '' || type === 'UNKNOWN') return UNKNOWN_KIND
  return KINDS.get(type) ?? { ...UNKNOWN_KIND, label: type }
}

/** Whether a span of this type is a call of a language model. */
export function isModelCall(type: string): boolean {
  return type === 'LLM' || type === 'CHAT_MODEL'
}
