import { type CaptureOptions, countMethods, type Integration } from '@clew/tracing/instrument'
import { openai } from './openai/index.ts'

export type { AutologOptions, CaptureOptions, Integration } from '@clew/tracing/instrument'
export { openai }

/** Every integration of this package: what `@clew/tracing/register` switches on. */
export const integrations: readonly Integration[] = [openai]

/**
 * Traces one client of any library this package knows, whatever has been switched on for all of them. Works after
 * bundling and minification. Returns the same object; a client of no known library is returned as it is.
 */
export function traced<Client extends object>(client: Client, options?: CaptureOptions): Client {
  const ranked = integrations
    .map((integration) => ({ integration, methods: countMethods(integration.table, client) }))
    .sort((left, right) => right.methods - left.methods)
  const best = ranked[0]
  return best && best.methods > 0 ? best.integration.traced(client, options) : client
}
