import { createRequire } from 'node:module'

type PriceLibrary = typeof import('@pydantic/genai-prices')

const require = createRequire(import.meta.url)

let loaded: PriceLibrary | undefined

/**
 * The price list. It takes 17 MB in each thread that has it, so it is loaded with the first call that may have a price,
 * not with the server; at once, since a span waits for its price.
 */
export function priceLibrary(): PriceLibrary {
  loaded ??= require('@pydantic/genai-prices') as PriceLibrary
  return loaded
}
