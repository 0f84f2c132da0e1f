import { SpanType, trace } from '@clew/tracing'
import type { ChatCompletionFunctionTool } from 'openai/resources/chat/completions'
import { findOrder, rateModel, refundOrder } from './handbook.ts'

export type ToolName = 'find_order' | 'refund_order' | 'rate_model'

interface Tool {
  readonly definition: ChatCompletionFunctionTool
  /** Runs under a span of its own. Throws what the shop's systems throw. */
  readonly run: (parameters: Readonly<Record<string, string>>) => unknown
}

export const tools: Readonly<Record<ToolName, Tool>> = {
  find_order: tool('find_order', 'An order by its number.', ['number'], ({ number }) => findOrder(String(number))),
  refund_order: tool('refund_order', 'Pays an order back.', ['number'], ({ number }) => refundOrder(String(number))),
  rate_model: tool('rate_model', 'How well a bicycle suits a purpose, 0 to 10.', ['model', 'purpose'], (parameters) =>
    rateModel(String(parameters['model']), String(parameters['purpose'])),
  ),
}

function tool(name: ToolName, description: string, parameters: readonly string[], run: Tool['run']): Tool {
  const properties = Object.fromEntries(parameters.map((parameter) => [parameter, { type: 'string' }]))
  return {
    definition: {
      type: 'function',
      function: { name, description, parameters: { type: 'object', properties, required: [...parameters] } },
    },
    run: trace(run, { name, spanType: SpanType.TOOL }),
  }
}
