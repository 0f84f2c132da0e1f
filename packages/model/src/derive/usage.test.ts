import { describe, expect, test } from 'vitest'
import type { JsonText } from '../json/text.ts'
import type { TokenUsage } from '../usage.ts'
import {
  parseCost,
  parseTokenUsage,
  printCost,
  printTokenUsage,
  readCost,
  readTokenUsage,
  sumCost,
  sumTokenUsage,
} from './usage.ts'

const tokens = (input: number, output: number): TokenUsage => ({
  input,
  output,
  total: input + output,
  cacheRead: undefined,
  cacheCreation: undefined,
  reasoning: undefined,
})

describe('token usage of a span', () => {
  test('is read from its attribute', () => {
    const attributes = new Map([
      ['mlflow.chat.tokenUsage', '{"input_tokens": 5, "output_tokens": 7, "cache_read_input_tokens": 2}' as JsonText],
      ['mlflow.llm.cost', '{"total_cost": 0.5}' as JsonText],
    ])
    expect(readTokenUsage(attributes)).toEqual({ ...tokens(5, 7), cacheRead: 2 })
    expect(readCost(attributes)).toEqual({ input: 0, output: 0, total: 0.5 })
  })

  test.each([
    '',
    'null',
    '5',
    '"x"',
    '[]',
    '{}',
    '{',
    '{"input_tokens": "5"}',
    '{"input_tokens": -1}',
    '{"input_tokens": 1e999}',
  ])('is unknown when the attribute is %s', (text) => {
    expect(parseTokenUsage(text)).toBeUndefined()
    expect(parseCost(text)).toBeUndefined()
  })

  test('is printed as Python prints it and reads back', () => {
    const usage = { ...tokens(10, 5), reasoning: 3 }
    expect(printTokenUsage(usage)).toBe(
      '{"input_tokens": 10, "output_tokens": 5, "total_tokens": 15, "reasoning_output_tokens": 3}',
    )
    expect(parseTokenUsage(printTokenUsage(usage))).toEqual(usage)
    const cost = { input: 1.5e-7, output: 0, total: 1.5e-7 }
    expect(parseCost(printCost(cost))).toEqual(cost)
  })
})

describe('token usage of a trace', () => {
  const span = (spanId: string, parentSpanId: string | undefined, usage?: TokenUsage) => ({
    spanId,
    parentSpanId,
    usage,
  })

  test('is the sum over its spans', () => {
    expect(sumTokenUsage([span('a', undefined), span('b', 'a', tokens(1, 2)), span('c', 'a', tokens(3, 4))])).toEqual(
      tokens(4, 6),
    )
  })

  test('is unknown when no span has any', () => {
    expect(sumTokenUsage([])).toBeUndefined()
    expect(sumTokenUsage([span('a', undefined)])).toBeUndefined()
  })

  test('does not count below a span that has some, in whatever order they come', () => {
    const spans = [
      span('root', undefined),
      span('agent', 'root', tokens(10, 10)),
      span('chain', 'agent'),
      span('llm', 'chain', tokens(4, 5)),
      span('other', 'root', tokens(1, 1)),
      span('orphan', 'lost', tokens(2, 2)),
    ]
    for (const order of permutations(spans)) expect(sumTokenUsage(order)).toEqual(tokens(13, 13))
  })

  test('ends although parents form a cycle', () => {
    expect(sumTokenUsage([span('a', 'b', tokens(1, 1)), span('b', 'a'), span('c', 'c')])).toBeUndefined()
  })

  test('of a chain 100,000 deep takes no stack', () => {
    const chain = Array.from({ length: 100_000 }, (_, index) =>
      span(`${index}`, index === 0 ? undefined : `${index - 1}`, tokens(1, 0)),
    )
    expect(sumTokenUsage(chain)).toEqual(tokens(1, 0))
    expect(sumTokenUsage(chain.reverse())).toEqual(tokens(1, 0))
  })
})

test('cost is added without float noise', () => {
  const cost = (total: number) => ({ input: total, output: 0, total })
  const spans = [0.1, 0.2, 1.5e-7].map((total, index) => ({
    spanId: `${index}`,
    parentSpanId: undefined,
    cost: cost(total),
  }))
  expect(sumCost(spans)).toEqual(cost(0.30000015))
})

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]))
}
