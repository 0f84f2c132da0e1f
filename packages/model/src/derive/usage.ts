import { SpanKey, TokenUsageKey } from '../keys.ts'
import type { Attributes } from '../span.ts'
import type { Cost, TokenUsage } from '../usage.ts'
import { RollUp } from './roll-up.ts'

/** The token usage of one span, from `mlflow.chat.tokenUsage`; `undefined` when absent or unreadable. */
export function readTokenUsage(attributes: Attributes): TokenUsage | undefined {
  return parseTokenUsage(attributes.get(SpanKey.chatUsage))
}

/** The cost of one span, from `mlflow.llm.cost`; `undefined` when absent or unreadable. */
export function readCost(attributes: Attributes): Cost | undefined {
  return parseCost(attributes.get(SpanKey.cost))
}

/**
 * Reads the JSON text MLflow keeps in the span attribute and in trace metadata `mlflow.trace.tokenUsage`. Counts that
 * are no non-negative finite numbers are absent; a missing total is the sum of input and output.
 */
export function parseTokenUsage(json: string | undefined): TokenUsage | undefined {
  const amount = amountsOf(json)
  const input = amount(TokenUsageKey.input)
  const output = amount(TokenUsageKey.output)
  const total = amount(TokenUsageKey.total)
  if (input === undefined && output === undefined && total === undefined) return undefined
  return {
    input: input ?? 0,
    output: output ?? 0,
    total: total ?? (input ?? 0) + (output ?? 0),
    cacheRead: amount(TokenUsageKey.cacheRead),
    cacheCreation: amount(TokenUsageKey.cacheCreation),
    reasoning: amount(TokenUsageKey.reasoning),
  }
}

/** Reads the JSON text MLflow keeps in the span attribute and in trace metadata `mlflow.trace.cost`. */
export function parseCost(json: string | undefined): Cost | undefined {
  const amount = amountsOf(json)
  const input = amount('input_cost')
  const output = amount('output_cost')
  const total = amount('total_cost')
  if (input === undefined && output === undefined && total === undefined) return undefined
  return { input: input ?? 0, output: output ?? 0, total: total ?? (input ?? 0) + (output ?? 0) }
}

/** The text of trace metadata `mlflow.trace.tokenUsage`, spaced as Python's `json.dumps` does. */
export function printTokenUsage(usage: TokenUsage): string {
  return print([
    [TokenUsageKey.input, usage.input],
    [TokenUsageKey.output, usage.output],
    [TokenUsageKey.total, usage.total],
    [TokenUsageKey.cacheRead, usage.cacheRead],
    [TokenUsageKey.cacheCreation, usage.cacheCreation],
    [TokenUsageKey.reasoning, usage.reasoning],
  ])
}

/** The text of trace metadata `mlflow.trace.cost`, spaced as Python's `json.dumps` does. */
export function printCost(cost: Cost): string {
  return print([
    ['input_cost', cost.input],
    ['output_cost', cost.output],
    ['total_cost', cost.total],
  ])
}

/** The tokens of a trace: every span's usage, unless an ancestor has some. See {@link RollUp}. */
export function sumTokenUsage(spans: Iterable<Spent<'usage', TokenUsage>>): TokenUsage | undefined {
  const rollUp = new RollUp<TokenUsage>()
  for (const span of spans) rollUp.add(span.spanId, span.parentSpanId, span.usage)
  return addTokenUsage(rollUp.counted())
}

/** The cost of a trace, by the same rule as {@link sumTokenUsage}. */
export function sumCost(spans: Iterable<Spent<'cost', Cost>>): Cost | undefined {
  const rollUp = new RollUp<Cost>()
  for (const span of spans) rollUp.add(span.spanId, span.parentSpanId, span.cost)
  return addCost(rollUp.counted())
}

/** A span as far as adding up is concerned. */
export type Spent<Key extends string, Amount> = {
  readonly spanId: string
  readonly parentSpanId: string | undefined
} & {
  readonly [key in Key]: Amount | undefined
}

/** `undefined` for nothing at all. */
export function addTokenUsage(usages: Iterable<TokenUsage>): TokenUsage | undefined {
  let sum: TokenUsage | undefined
  for (const usage of usages) sum = sum === undefined ? usage : addTwo(sum, usage)
  return sum
}

/**
 * `undefined` for nothing at all. Added in whole 10⁻¹² dollars, so that the sum is the same in every order and carries no
 * float noise (MLflow shows `1.6499999999999999e-06`).
 */
export function addCost(costs: Iterable<Cost>): Cost | undefined {
  let sum: Cost | undefined
  for (const cost of costs) {
    sum = {
      input: (sum?.input ?? 0) + Math.round(cost.input * PER_DOLLAR),
      output: (sum?.output ?? 0) + Math.round(cost.output * PER_DOLLAR),
      total: (sum?.total ?? 0) + Math.round(cost.total * PER_DOLLAR),
    }
  }
  if (sum === undefined) return undefined
  return { input: sum.input / PER_DOLLAR, output: sum.output / PER_DOLLAR, total: sum.total / PER_DOLLAR }
}

const PER_DOLLAR = 1e12

function addTwo(a: TokenUsage, b: TokenUsage): TokenUsage {
  return {
    input: a.input + b.input,
    output: a.output + b.output,
    total: a.total + b.total,
    cacheRead: addKnown(a.cacheRead, b.cacheRead),
    cacheCreation: addKnown(a.cacheCreation, b.cacheCreation),
    reasoning: addKnown(a.reasoning, b.reasoning),
  }
}

function addKnown(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined) return b
  return b === undefined ? a : a + b
}

/** A usage object is a few numbers; what is longer is something else. */
const USAGE_LENGTH = 10_000

function amountsOf(json: string | undefined): (key: string) => number | undefined {
  const object = objectOf(json)
  return (key) => {
    const value = object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined
    return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined
  }
}

function objectOf(json: string | undefined): Record<string, unknown> | undefined {
  if (json === undefined || json.length > USAGE_LENGTH || !json.startsWith('{')) return undefined
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}

function print(entries: readonly (readonly [key: string, value: number | undefined])[]): string {
  const known = entries.filter(([, value]) => value !== undefined)
  return `{${known.map(([key, value]) => `"${key}": ${value}`).join(', ')}}`
}
