import { calcPrice } from '@pydantic/genai-prices'
import { describe, expect, it } from 'vitest'
import { priceOf } from './price.ts'

const usage = {
  input: 1000,
  output: 100,
  total: 1100,
  cacheRead: undefined,
  cacheCreation: undefined,
  reasoning: undefined,
}

describe('priceOf', () => {
  it('prices a call as MLflow does, without the noise of binary fractions', () => {
    expect(priceOf(usage, 'gpt-4o-mini', 'openai')).toEqual({ input: 0.00015, output: 0.00006, total: 0.00021 })
  })

  it('charges cached input at its own rate', () => {
    expect(priceOf({ ...usage, cacheRead: 500 }, 'gpt-4o-mini', 'openai')?.total).toBe(0.0001725)
  })

  it('knows a model by its name alone', () => {
    expect(priceOf(usage, 'gpt-4o-mini', undefined)?.total).toBe(0.00021)
  })

  it.each([
    ['a model nobody lists', 'my-own-model', 'openai'],
    ['a provider that does not sell the model', 'gpt-4o-mini', 'my-own-cluster'],
    ['a name that is a property of every object', '__proto__', 'constructor'],
  ])('has no price for %s', (_, model, provider) => {
    expect(priceOf(usage, model, provider)).toBeUndefined()
  })

  it.each([
    ['gpt-4o-mini', 'openai'],
    ['gpt-4.1', 'openai'],
    ['o3', 'openai'],
    ['text-embedding-3-small', 'openai'],
    ['claude-sonnet-4-5', 'anthropic'],
    ['claude-3-5-haiku-latest', 'anthropic'],
    ['gemini-2.5-pro', 'google'],
    ['gemini-2.0-flash', 'google'],
    ['deepseek-chat', 'deepseek'],
    ['mistral-large-latest', 'mistral'],
  ])('says of %s of %s what the price list says', (model, provider) => {
    for (const [input, output, cacheRead, cacheCreation] of [
      [1000, 100, 0, 0],
      [300_000, 5000, 0, 0],
      [7, 0, 0, 0],
      [1000, 10, 400, 0],
      [1000, 10, 400, 300],
    ] as const) {
      const counts = {
        ...usage,
        input,
        output,
        ...(cacheRead > 0 && { cacheRead }),
        ...(cacheCreation > 0 && { cacheCreation }),
      }
      const listed = calcPrice(
        {
          input_tokens: input,
          output_tokens: output,
          ...(cacheRead > 0 && { cache_read_tokens: cacheRead }),
          ...(cacheCreation > 0 && { cache_write_tokens: cacheCreation }),
        },
        model,
        { providerId: provider },
      )
      const total = priceOf(counts, model, provider)?.total
      if (listed === null) expect(total).toBeUndefined()
      else expect(total).toBeCloseTo(listed.total_price, 12)
    }
  })

  it('has no price for counts that contradict each other', () => {
    expect(priceOf({ ...usage, cacheRead: 5000 }, 'gpt-4o-mini', 'openai')).toBeUndefined()
  })

  it('answers the same when it is asked about more models than it remembers', () => {
    for (let i = 0; i < 1100; i++) priceOf(usage, `model-${i}`, 'openai')
    expect(priceOf(usage, 'gpt-4o-mini', 'openai')?.total).toBe(0.00021)
  })
})
