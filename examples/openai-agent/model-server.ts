/**
 * A model that always knows what to say: answers the example over OpenAI's HTTP API, so that it runs without a key.
 * `npm run model` serves it until it is stopped.
 */
import { pathToFileURL } from 'node:url'
import { LLMock } from '@copilotkit/aimock'

export interface ModelServer {
  /** For OPENAI_BASE_URL. */
  readonly url: string
  close(): Promise<void>
}

/** Listens on loopback; port 0 takes a free one. */
export async function startModelServer(port = 0): Promise<ModelServer> {
  const mock = new LLMock({ port, host: '127.0.0.1', logLevel: 'silent' })
  mock.on(
    { model: 'gpt-unheard-of' },
    {
      status: 404,
      error: {
        message: 'The model `gpt-unheard-of` does not exist.',
        type: 'invalid_request_error',
        code: 'model_not_found',
      },
    },
  )
  mock.onMessage(/weekend/, { content: 'Porto: river, bridges, and trams.', usage: usage(24, 9) })
  mock.onMessage(/two sentences/, {
    content: 'Porto climbs from the Douro in tiled lanes. Its bridges carry trams high above the wine cellars.',
    usage: usage(15, 22),
  })
  mock.on(
    { userMessage: /umbrella/, hasToolResult: false },
    { toolCalls: [{ id: 'call_weather_1', name: 'weather', arguments: '{"city":"Porto"}' }], usage: usage(61, 15) },
  )
  mock.on(
    { userMessage: /umbrella/, hasToolResult: true },
    { content: 'Yes, until noon.', usage: { ...usage(96, 6), prompt_tokens_details: { cached_tokens: 64 } } },
  )
  await mock.start()
  return { url: `${mock.url}/v1`, close: () => mock.stop() }
}

function usage(input: number, output: number) {
  return { prompt_tokens: input, completion_tokens: output, total_tokens: input + output }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { url } = await startModelServer(4010)
  console.log(`OPENAI_BASE_URL=${url}`)
}
