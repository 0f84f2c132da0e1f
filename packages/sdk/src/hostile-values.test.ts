import { describe, expect, test } from 'vitest'
import {
  context,
  flush,
  init,
  type LiveSpan,
  type SpanProcessor,
  shutdown,
  startSpan,
  trace,
  updateCurrentTrace,
  withSpan,
} from './index.ts'
import { unusedUrl } from './testing/loopback-server.ts'
import { record } from './testing/recorded.ts'

/** Everything one can ask of it throws something that cannot even be turned into text. */
const untouchable = new Proxy(
  {},
  {
    get: refuse,
    has: refuse,
    ownKeys: refuse,
    getPrototypeOf: refuse,
    getOwnPropertyDescriptor: refuse,
    defineProperty: refuse,
  },
)

function refuse(): never {
  throw Object.create(null)
}

function revoked(target: object): unknown {
  const { proxy, revoke } = Proxy.revocable(target, {})
  revoke()
  return proxy
}

class Getters {
  get outputs(): never {
    return refuse()
  }
  get attributes(): never {
    return refuse()
  }
  get name(): never {
    return refuse()
  }
  get tags(): never {
    return refuse()
  }
  get message(): never {
    return refuse()
  }
  get timeoutMs(): never {
    return refuse()
  }
}

const values: readonly (readonly [name: string, value: unknown])[] = [
  ['a proxy that refuses everything', untouchable],
  ['a revoked proxy', revoked({})],
  ['a revoked proxy of a function', revoked(() => 1)],
  ['an object whose getters throw', new Getters()],
  ['null', null],
  ['a symbol', Symbol('s')],
  ['a number', 7],
]

/** JavaScript programs pass anything; what the types forbid is the point here. */
type Anything = (...args: unknown[]) => unknown

/** What they return is looked at by identity alone: even to await it would throw. */
const calls: Readonly<Record<string, (value: unknown) => unknown>> = {
  startSpan: (value) => (startSpan as Anything)(value),
  'startSpan, each option': (value) =>
    (startSpan as Anything)({ name: value, spanType: value, inputs: value, attributes: value, startTimeNs: value }),
  'startSpan, parent': (value) => (startSpan as Anything)({ parent: value }),
  withSpan: (value) => (withSpan as Anything)(() => 1, value),
  'withSpan, result': (value) => [withSpan(() => value)],
  'trace, argument': (value) => trace((input: unknown) => typeof input)(value),
  'trace, result': (value) => [trace(() => value)()],
  'trace, options': (value) => (trace as Anything)(() => 1, value),
  'trace, options first': (value) => [(trace as Anything)(value, () => 1)],
  'trace, each option': (value) => {
    const options = { name: value, spanType: value, attributes: value, argumentNames: value, captureInputs: value }
    return ((trace as Anything)(() => 1, options) as Anything)()
  },
  context: (value) => (context as Anything)(value, () => 1),
  'context, each option': (value) =>
    (context as Anything)({ tags: value, metadata: value, sessionId: value, user: value, enabled: value }, () => 1),
  updateCurrentTrace: (value) => withSpan(() => (updateCurrentTrace as Anything)(value)),
  'updateCurrentTrace, each field': (value) =>
    withSpan(() => (updateCurrentTrace as Anything)({ tags: value, metadata: value, sessionId: value, state: value })),
  setInputs: (value) => startSpan().setInputs(value),
  setOutputs: (value) => startSpan().setOutputs(value),
  setAttribute: (value) => startSpan().setAttribute('key', value),
  'setAttribute, key': (value) => (startSpan().setAttribute as Anything).call(startSpan(), value, value),
  getAttribute: (value) => (startSpan().getAttribute as Anything).call(startSpan(), value),
  setAttributes: (value) => onSpan('setAttributes', value),
  setSpanType: (value) => onSpan('setSpanType', value),
  setStatus: (value) => onSpan('setStatus', value),
  'setStatus, description': (value) => onSpan('setStatus', 'ERROR', value),
  addEvent: (value) => onSpan('addEvent', value),
  'addEvent, each field': (value) => onSpan('addEvent', { name: 'event', timeNs: value, attributes: value }),
  recordException: (value) => onSpan('recordException', value),
  end: (value) => onSpan('end', value),
  'end, each field': (value) => onSpan('end', { outputs: value, attributes: value, status: value, endTimeNs: value }),
  'a processor that throws it': (value) =>
    withProcessor(() => {
      throw value
    }),
  'flush and shutdown': async (value) => {
    await (flush as Anything)(value)
    await (shutdown as Anything)(value)
  },
}

function onSpan(method: keyof LiveSpan, ...args: unknown[]): void {
  const span = startSpan({ name: String(method) })
  Reflect.apply(Reflect.get(span, method) as Anything, span, args)
  span.end()
}

function withProcessor(processor: SpanProcessor): void {
  init({ trackingUri: 'http://127.0.0.1:9', batchIntervalMs: 60_000, maxRetries: 0, spanProcessors: [processor] })
  startSpan().end()
}

describe.each(values)('given %s', (_, value) => {
  test.each(Object.keys(calls))('%s does not throw', async (name) => {
    const logger = { warn: () => undefined }
    init({ trackingUri: await unusedUrl(), maxRetries: 0, batchIntervalMs: 60_000, logger })
    await calls[name]?.(value)
    await shutdown({ timeoutMs: 1_000 })
  })

  test('what is thrown reaches the caller, and is recorded', async () => {
    const { span } = await record(() => {
      let caught: unknown = 'nothing'
      try {
        withSpan(
          () => {
            throw value
          },
          { name: 'failing' },
        )
      } catch (thrown) {
        caught = thrown
      }
      expect(Object.is(caught, value)).toBe(true)
    })
    expect(span('failing').status.code).toBe('ERROR')
  })
})

test('a processor that is asynchronous and fails adds no unhandled rejection', async () => {
  const unhandled: unknown[] = []
  const listen = (reason: unknown) => unhandled.push(reason)
  process.on('unhandledRejection', listen)
  const said: string[] = []
  await record(() => startSpan().end(), {
    spanProcessors: [async () => Promise.reject(new Error('too late'))],
    logger: { warn: (message) => said.push(message) },
  })
  await new Promise((resolve) => setTimeout(resolve, 20))
  process.off('unhandledRejection', listen)
  expect(unhandled).toEqual([])
  expect(said.join()).toContain('too late')
})
