import { addCost, addTokenUsage, parseCost, parseTokenUsage, SpanKey } from '@clew/model'
import type { RecordingSpan } from './recording-span.ts'
import type { Spending } from './trace-record.ts'

/**
 * Hands what an ending span has spent to the span above. A span that reports an amount of its own stands for all below
 * it (MLflow's rule, `aggregate_usage_from_spans`: an amount counts only if no ancestor has one), so every span
 * needs to remember one sum and not its children.
 *
 * What a span spends after its parent has ended goes to the trace directly, unless that parent reported an amount.
 */
export function rollUpSpending(span: RecordingSpan): void {
  const own = ownSpending(span)
  const usage = own?.usage ?? span.spentBelow?.usage
  const cost = own?.cost ?? span.spentBelow?.cost
  if (usage === undefined && cost === undefined) return
  const { parent } = span
  if (parent === undefined) {
    span.trace.spending = add(span.trace.spending, { usage, cost })
  } else if (parent.isRecording) {
    parent.spentBelow = add(parent.spentBelow, { usage, cost })
  } else {
    const reported = ownSpending(parent)
    span.trace.spending = add(span.trace.spending, {
      usage: reported?.usage === undefined ? usage : undefined,
      cost: reported?.cost === undefined ? cost : undefined,
    })
  }
}

function ownSpending(span: RecordingSpan): Spending | undefined {
  const { attributes } = span
  if (attributes === undefined) return undefined
  return {
    usage: parseTokenUsage(attributes.get(SpanKey.chatUsage)),
    cost: parseCost(attributes.get(SpanKey.cost)),
  }
}

function add(a: Spending | undefined, b: Spending): Spending {
  if (a === undefined) return b
  return {
    usage: addTokenUsage([a.usage, b.usage].filter((usage) => usage !== undefined)),
    cost: addCost([a.cost, b.cost].filter((cost) => cost !== undefined)),
  }
}
