/** The model of the support agent: knows the answer to each question of `conversations.ts`, and takes its time. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { json } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FixtureResponse, LLMock } from '@copilotkit/aimock'

const comparison = `For commuting I would take the **Heron**.

| | Kestrel | Heron |
|---|---|---|
| Weight | 8.9 kg | 12.4 kg |
| Tyres | 28 mm | 42 mm |
| Mudguards | no mounts | fitted |
| Light | battery | hub dynamo |
| Price | 1 480 € | 1 190 € |

1. It rains: mudguards matter more than 3.5 kg.
2. The dynamo means one thing less to charge.

If the stairs to your flat are long, the Kestrel is \`28 %\` lighter.`

/** Listens on a free port of loopback. `url` is for OPENAI_BASE_URL. */
export async function startModelServer(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1', logLevel: 'silent' })

  mock.mount('/v1/embeddings', { handleRequest: embed })

  mock.on({ userMessage: /4417/, hasToolResult: false }, later(420, call('find_order', { number: '4417' }, 182, 17)))
  mock.on(
    { userMessage: /4417/, hasToolResult: true },
    later(650, say('Your Heron is with the carrier since this morning; freight takes about a week.', 241, 21)),
  )
  mock.onMessage(
    /address/,
    later(540, say('Not by us any more: it is with the carrier, whose page takes the change.', 318, 24)),
  )
  mock.onMessage(/pump/, say('A floor pump with a Presta head: the Heron’s tyres like 3 bar.', 402, 19), slowly)

  mock.onMessage(
    /return the helmet/,
    later(480, say('Yes, within 30 days, if it has never been worn in a fall. Shall I refund it?', 211, 23)),
  )
  mock.on({ userMessage: /refund it/i }, later(390, call('refund_order', { number: '4090' }, 264, 16)))

  mock.on(
    { userMessage: /Compare/, hasToolResult: false },
    later(610, {
      toolCalls: [
        { id: 'call_rate_kestrel', name: 'rate_model', arguments: '{"model":"Kestrel","purpose":"commuting"}' },
        { id: 'call_rate_heron', name: 'rate_model', arguments: '{"model":"Heron","purpose":"commuting"}' },
      ],
      usage: usage(296, 41),
    }),
  )
  mock.on({ userMessage: /Compare/, hasToolResult: true }, say(comparison, 388, 164), slowly)
  mock.onMessage(/in stock/, {
    status: 429,
    error: {
      message: 'Rate limit reached for requests per minute. Try again in 20 s.',
      type: 'requests',
      code: 'rate_limit_exceeded',
    },
  })

  await mock.start()
  return { url: `${mock.url}/v1`, close: () => mock.stop() }
}

/** An embedding and what it cost; the mock's own embeddings are free. */
async function embed(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  const { input, model } = (await json(request)) as { input: string; model: string }
  const embedding = [0.12, -0.5, 0.33, 0.07, -0.21, 0.9, -0.04, 0.48]
  const tokens = Math.ceil(input.length / 4)
  const data = [{ object: 'embedding', index: 0, embedding }]
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ object: 'list', data, model, usage: { prompt_tokens: tokens, total_tokens: tokens } }))
  return true
}

/** Streams at the pace of a real model: the first word after a while, then steadily. */
const slowly = { chunkSize: 12, streamingProfile: { ttft: 380, tps: 60 } }

function later(delayMs: number, response: FixtureResponse) {
  return async () => {
    await sleep(delayMs)
    return response
  }
}

function say(content: string, input: number, output: number): FixtureResponse {
  return { content, usage: usage(input, output) }
}

function call(name: string, parameters: object, input: number, output: number): FixtureResponse {
  return {
    toolCalls: [{ id: `call_${name}`, name, arguments: JSON.stringify(parameters) }],
    usage: usage(input, output),
  }
}

function usage(input: number, output: number) {
  const cached = Math.floor(input / 128) * 128
  return {
    prompt_tokens: input,
    completion_tokens: output,
    total_tokens: input + output,
    prompt_tokens_details: { cached_tokens: cached },
  }
}
