import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { init, shutdown } from '../control.ts'
import type { LiveSpan } from '../span.ts'
import { countMethods, defineIntegration } from './define.ts'
import type { IntegrationTable } from './integration.ts'
import { originalOf } from './patch.ts'
import { injectFailure, tracingFailures } from './steps.ts'

const spans: LiveSpan[] = []
const notices: string[] = []

beforeAll(() => {
  init({
    trackingUri: 'http://127.0.0.1:9',
    batchIntervalMs: 60_000,
    spanProcessors: [(span) => void spans.push(span)],
    logger: { warn: (message) => void notices.push(message) },
  })
})

beforeEach(() => {
  spans.length = 0
  notices.length = 0
})

afterEach(() => integration.disable())
afterAll(() => shutdown({ timeoutMs: 1 }))

/** A library with a client that has a resource; no package of that name is installed. */
function makeLibrary() {
  class Chat {
    ask(question: string): string {
      return `${question}!`
    }
  }
  class Client {
    static Chat = Chat
    chat = new Chat()
    withOptions(): Client {
      return new Client()
    }
  }
  return { Client }
}

const table: IntegrationTable = {
  name: 'test',
  module: '@clew/no-such-library',
  versions: '>=1',
  clientFactories: ['withOptions'],
  methods: [
    {
      path: 'Client.Chat.prototype.ask',
      clientPath: 'chat.ask',
      name: 'Ask',
      kind: 'LLM',
      start: (call) => ({ inputs: call.args[0] }),
      end: (response) => ({ outputs: response }),
    },
  ],
}
const integration = defineIntegration(table)

test('autolog traces every client, disable none, and both may be repeated', () => {
  const module = makeLibrary()
  const { ask } = module.Client.Chat.prototype
  const client = new module.Client()
  integration.autolog({ module })
  integration.autolog({ module })
  client.chat.ask('why')
  expect(spans).toHaveLength(1)
  integration.disable()
  integration.disable()
  expect(module.Client.Chat.prototype.ask).toBe(ask)
  client.chat.ask('why')
  expect(spans).toHaveLength(1)
})

test('switching on again traces the copies known from before', () => {
  const module = makeLibrary()
  integration.autolog({ module })
  integration.disable()
  integration.autolog()
  expect(new module.Client().chat.ask('why')).toBe('why!')
  expect(spans).toHaveLength(1)
})

test('a second copy of the integration shares its state, so the latest options hold', () => {
  const module = makeLibrary()
  const twin = defineIntegration(table)
  integration.autolog({ module })
  twin.autolog({ module, captureInputs: false })
  new module.Client().chat.ask('why')
  expect(spans.map((span) => [span.inputs, span.outputs])).toEqual([[undefined, 'why!']])
  twin.disable()
  expect(originalOf(module.Client.Chat.prototype.ask)).toBeUndefined()
})

test('one client is traced alone, with the clients made from it', () => {
  const { Client } = makeLibrary()
  const client = integration.traced(new Client())
  expect([client.chat.ask('a'), client.withOptions().chat.ask('b'), new Client().chat.ask('c')]).toEqual([
    'a!',
    'b!',
    'c!',
  ])
  expect(spans.map((span) => span.inputs)).toEqual(['a', 'b'])
})

test('a library with nothing to trace is said once, and left alone', () => {
  const empty = { Client: {} }
  integration.autolog({ module: empty })
  integration.autolog({ module: { Client: undefined } })
  expect(notices).toHaveLength(1)
  expect(notices[0]).toContain('versions >=1 are known to work')
  expect(empty).toEqual({ Client: {} })
})

test('nothing an application hands over makes autolog or traced throw', () => {
  const hostile = new Proxy(
    {},
    {
      get() {
        throw new Error('hostile')
      },
    },
  )
  for (const value of [hostile, Object.freeze({}), () => 1, Object.create(null)]) {
    integration.autolog({ module: value })
    expect(integration.traced(value)).toBe(value)
  }
})

test('a failure of autolog itself is counted and not thrown', () => {
  const before = tracingFailures().get('autolog') ?? 0
  const restore = injectFailure('autolog')
  integration.autolog()
  integration.disable()
  integration.traced({})
  restore()
  expect(tracingFailures().get('autolog')).toBe(before + 3)
})

test('the methods a client has tell whose client it is', () => {
  const { Client } = makeLibrary()
  expect([countMethods(table, new Client()), countMethods(table, {})]).toEqual([1, 0])
})
