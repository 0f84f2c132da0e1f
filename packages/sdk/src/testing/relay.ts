/**
 * A program: one service of a chain, `relay.ts <name> [<address of the next>]`. Every request is one step of a trace, which
 * includes the request to the next service. Prints its address; ends when its standard input does.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flush, getTracingContextHeaders, withRemoteContext, withSpan } from '../index.ts'

const [name = 'relay', next] = process.argv.slice(2)

const server = createServer((request, response) =>
  withRemoteContext(request.headers, async () => {
    const steps = await withSpan(step, { name })
    await flush()
    response.end(JSON.stringify(steps))
  }),
)
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
process.stdin.resume().once('end', () => process.exit())

/** Which process did which step, from here on, by name and process id. */
async function step(): Promise<[string, number][]> {
  const response = next === undefined ? undefined : await fetch(next, { headers: getTracingContextHeaders() })
  const below = (await response?.json()) as [string, number][] | undefined
  return [[name, process.pid], ...(below ?? [])]
}
