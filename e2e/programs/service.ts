/**
 * One service of a chain: `service.ts <name> [<address of the next>]`. It asks a model, then the next service; both are
 * steps of its own. Prints its address; ends when its standard input does.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { flush, getTracingContextHeaders, startSpan, trace, withRemoteContext } from '@clew/tracing'

const [name = 'service', next] = process.argv.slice(2)

const serve = trace(
  async () => {
    startSpan({ name: `model of ${name}`, spanType: 'LLM', attributes: { 'mlflow.chat.tokenUsage': usage } }).end()
    const answer = next === undefined ? undefined : await fetch(next, { headers: getTracingContextHeaders() })
    return `${name} ${(await answer?.text()) ?? ''}`.trim()
  },
  { name, attributes: { pid: process.pid } },
)
const usage = { input_tokens: 10, output_tokens: 5, total_tokens: 15 }

const server = createServer(async (request, response) => {
  const answer = await withRemoteContext(request.headers, serve)
  await flush()
  response.end(answer)
})
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`))
process.stdin.resume().once('end', () => process.exit())
