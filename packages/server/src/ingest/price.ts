import type { Cost, TokenUsage } from '@clew/model'
import type { ModelInfo, Provider } from '@pydantic/genai-prices'
import { priceLibrary } from './price-library.ts'

/**
 * What a call cost in US dollars by the list prices bundled with `@pydantic/genai-prices`; `undefined` when the list
 * does not know the model, or not with this provider: a wrong price is worse than none.
 *
 * Cached input is charged at its own rate where the list has one. Sums are cut to twelve significant digits, which
 * removes the noise of binary fractions (MLflow shows `1.6499999999999999e-06`).
 */
export function priceOf(usage: TokenUsage, model: string, provider: string | undefined): Cost | undefined {
  const list = priceList(model, provider)
  if (list === undefined) return undefined
  const price = list.rates === undefined ? listPrice(usage, model, list.provider) : ratePrice(usage, list.rates)
  return price && { input: tidy(price.input), output: tidy(price.output), total: tidy(price.input + price.output) }
}

/** What the list says of one model of one provider. */
interface PriceList {
  readonly provider: Provider
  /** Present when every token costs the same, however many there are and whenever they are used. */
  readonly rates: Rates | undefined
}

/** US dollars per million tokens. */
interface Rates {
  readonly input: number
  readonly cacheRead: number
  readonly cacheCreation: number
  readonly output: number
}

/** Pairs of model and provider remembered. Names come from outside, so there must be a bound. */
const MAX_REMEMBERED = 1000

const remembered = new Map<string, PriceList | undefined>()

/** The list is searched by regular expressions, 40 µs a time; spans ask for the same few models over and over. */
function priceList(model: string, provider: string | undefined): PriceList | undefined {
  const key = JSON.stringify([model, provider])
  if (remembered.has(key)) return remembered.get(key)
  const found = searchPriceList(model, provider)
  if (remembered.size >= MAX_REMEMBERED) remembered.clear()
  remembered.set(key, found)
  return found
}

function searchPriceList(model: string, provider: string | undefined): PriceList | undefined {
  const { calcPrice, findProvider } = priceLibrary()
  const found = findProvider(provider === undefined ? { modelId: model } : { modelId: model, providerId: provider })
  if (found === undefined) return undefined
  const price = calcPrice({ input_tokens: 0, output_tokens: 0 }, model, { provider: found })
  if (price === null) return undefined
  return { provider: { ...price.provider, models: [price.model] }, rates: flatRates(price.model.prices) }
}

function flatRates(prices: ModelInfo['prices']): Rates | undefined {
  if (Array.isArray(prices)) return undefined
  const { input_mtok: input, output_mtok: output = 0, cache_read_mtok, cache_write_mtok } = prices
  const cacheRead = cache_read_mtok ?? input
  const cacheCreation = cache_write_mtok ?? input
  const isFlat = [input, output, cacheRead, cacheCreation].every((rate) => typeof rate === 'number')
  return isFlat ? ({ input, output, cacheRead, cacheCreation } as Rates) : undefined
}

function ratePrice(usage: TokenUsage, rates: Rates): { input: number; output: number } | undefined {
  const { cacheRead = 0, cacheCreation = 0 } = usage
  const plain = usage.input - cacheRead - cacheCreation
  // Counts that contradict each other have no price; the library refuses them too.
  if (plain < 0) return undefined
  const input = plain * rates.input + cacheRead * rates.cacheRead + cacheCreation * rates.cacheCreation
  return { input: input / 1e6, output: (usage.output * rates.output) / 1e6 }
}

/** Prices by the library, which knows tiers and prices that depend on the time. */
function listPrice(
  usage: TokenUsage,
  model: string,
  provider: Provider,
): { input: number; output: number } | undefined {
  const tokens = {
    input_tokens: usage.input,
    output_tokens: usage.output,
    ...(usage.cacheRead !== undefined && { cache_read_tokens: usage.cacheRead }),
    ...(usage.cacheCreation !== undefined && { cache_write_tokens: usage.cacheCreation }),
  }
  try {
    const price = priceLibrary().calcPrice(tokens, model, { provider })
    return price === null ? undefined : { input: price.input_price, output: price.output_price }
  } catch {
    // The library refuses counts that contradict each other, such as more cached tokens than input tokens.
    return undefined
  }
}

function tidy(dollars: number): number {
  return Number(dollars.toPrecision(12))
}
