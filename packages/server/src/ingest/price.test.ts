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

  it('has no price for counts that contradict each other', () => {
    expect(priceOf({ ...usage, cacheRead: 5000 }, 'gpt-4o-mini', 'openai')).toBeUndefined()
  })

  it('answers the same when it is asked about more models than it remembers', () => {
    for (let i = 0; i < 1100; i++) priceOf(usage, `model-${i}`, 'openai')
    expect(priceOf(usage, 'gpt-4o-mini', 'openai')?.total).toBe(0.00021)
  })
})
