/** A program: an MCP server on standard input and output, as far as calling its one tool goes. */
import { createInterface } from 'node:readline'
import { flush, trace, withRemoteContext } from '../index.ts'

const add = trace((numbers: readonly number[]) => numbers.reduce((sum, number) => sum + number, 0), { name: 'add' })

for await (const line of createInterface({ input: process.stdin })) {
  const { id, params } = JSON.parse(line)
  const sum = withRemoteContext(params._meta, () => add(params.arguments.numbers))
  await flush()
  console.log(JSON.stringify({ jsonrpc: '2.0', id, result: { content: [{ type: 'text', text: String(sum) }] } }))
}
