import { TokenUsageKey } from '@clew/model'

/** Tokens as a provider reported them. `input` includes cached tokens, `output` reasoning tokens, as in MLflow. */
export interface ReportedUsage {
  readonly input?: number | undefined
  readonly output?: number | undefined
  /** The sum of the two if absent. */
  readonly total?: number | undefined
  readonly cacheRead?: number | undefined
  readonly cacheCreation?: number | undefined
  readonly reasoning?: number | undefined
}

/** The value of `mlflow.chat.tokenUsage`, or `undefined` if nothing was reported. Numbers that are no counts are left out. */
export function usageAttribute(usage: ReportedUsage): Readonly<Record<string, number>> | undefined {
  const input = count(usage.input)
  const output = count(usage.output)
  const total = count(usage.total)
  if (input === undefined && output === undefined && total === undefined) return undefined
  const entries: [string, number | undefined][] = [
    [TokenUsageKey.input, input ?? 0],
    [TokenUsageKey.output, output ?? 0],
    [TokenUsageKey.total, total ?? (input ?? 0) + (output ?? 0)],
    [TokenUsageKey.cacheRead, count(usage.cacheRead)],
    [TokenUsageKey.cacheCreation, count(usage.cacheCreation)],
    [TokenUsageKey.reasoning, count(usage.reasoning)],
  ]
  return Object.fromEntries(entries.filter((entry): entry is [string, number] => entry[1] !== undefined))
}

function count(value: number | undefined): number | undefined {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}
