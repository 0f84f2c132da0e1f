import type { Cost, TokenUsage } from '@clew/model'
import { calcPrice, findProvider, type Provider } from '@pydantic/genai-prices'

/**
 * What a call cost in US dollars by the list prices bundled with `@pydantic/genai-prices`; `undefined` when the list
 * does not know the model, or not with this provider: a wrong price is worse than none.
 *
 * Cached input is charged at its own rate where the list has one. Sums are cut to twelve significant digits, which
 * removes the noise of binary fractions (MLflow shows `1.6499999999999999e-06`).
 */
export function priceOf(usage: TokenUsage, model: string, provider: string | undefined): Cost | undefined {
  const found = priceList(model, provider)
  if (found === undefined) return undefined
  const price = listPrice(usage, model, found)
  if (price === null) return undefined
  return { input: tidy(price.input_price), output: tidy(price.output_price), total: tidy(price.total_price) }
}

/** Pairs of model and provider remembered. Names come from outside, so there must be a bound. */
const MAX_REMEMBERED = 1000

const remembered = new Map<string, Provider | undefined>()

/** The list is searched by regular expressions, 40 µs a time; spans ask for the same few models over and over. */
function priceList(model: string, provider: string | undefined): Provider | undefined {
  const key = JSON.stringify([model, provider])
  if (remembered.has(key)) return remembered.get(key)
  const found = searchPriceList(model, provider)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, found)
  return found
}

/** The provider with this model alone. */
function searchPriceList(model: string, provider: string | undefined): Provider | undefined {
  const found = findProvider(provider === undefined ? { modelId: model } : { modelId: model, providerId: provider })
  if (found === undefined) return undefined
  const price = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { provider: found })
  return price === null ? undefined : { ...price.provider, models: [price.model] }
}

function listPrice(usage: TokenUsage, model: string, provider: Provider) {
  const tokens = {
    input_tokens: usage.input,
    output_tokens: usage.output,
    ...(usage.cacheRead !== undefined && { cache_read_tokens: usage.cacheRead }),
    ...(usage.cacheCreation !== undefined && { cache_write_tokens: usage.cacheCreation }),
  }
  try {
    return calcPrice(tokens, model, { provider })
  } catch {
    // The library refuses counts that contradict each other, such as more cached tokens than input tokens.
    return null
  }
}

function tidy(dollars: number): number {
  return Number(dollars.toPrecision(12))
}
