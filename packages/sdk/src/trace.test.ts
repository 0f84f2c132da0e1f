import { setTimeout as sleep } from 'node:timers/promises'
import { SpanKey, SpanType } from '@clew/model'
import { describe, expect, test } from 'vitest'
import { getCurrentActiveSpan, registerEncoder, trace } from './index.ts'
import { record } from './testing/recorded.ts'

test('registered encoders say how values of a class are recorded', async () => {
  class Money {
    readonly #cents = 250
    toString() {
      return `${this.#cents / 100} €`
    }
  }
  const unregister = registerEncoder((value) => (value instanceof Money ? String(value) : undefined))
  const { attribute } = await record(() => {
    trace((price: Money) => ({ price }), { name: 'pay' })(new Money())
    unregister()
    trace((price: Money) => price, { name: 'pay again' })(new Money())
  })
  expect(attribute('pay', SpanKey.inputs)).toEqual({ price: '2.5 €' })
  expect(attribute('pay', SpanKey.outputs)).toEqual({ price: '2.5 €' })
  expect(attribute('pay again', SpanKey.outputs)).toBe('[Money]')
})

describe('trace', () => {
  test('records arguments by name, result, type, attributes and the function’s name', async () => {
    const { attribute, span } = await record(() => {
      const add = trace(
        function add(a: number, b = 2) {
          return a + b
        },
        { spanType: SpanType.TOOL, attributes: { version: 1 } },
      )
      expect(add(1)).toBe(3)
    })
    expect(attribute('add', SpanKey.inputs)).toEqual({ a: 1 })
    expect(attribute('add', SpanKey.outputs)).toBe(3)
    expect(attribute('add', SpanKey.type)).toBe('TOOL')
    expect(attribute('add', SpanKey.functionName)).toBe('add')
    expect(attribute('add', 'version')).toBe(1)
    expect(span('add').status.code).toBe('OK')
  })

  test('nests traced functions, across awaits', async () => {
    const { span, infos } = await record(async () => {
      const leaf = trace(async (id: number) => sleep(1, id), { name: 'leaf' })
      const root = trace(async () => (await leaf(1)) + 1, { name: 'root' })
      expect(await root()).toBe(2)
    })
    expect(span('leaf').parentSpanId).toBe(span('root').spanId)
    expect(infos).toHaveLength(1)
  })

  test('takes options first, or alone', async () => {
    const { spans } = await record(() => {
      trace({ name: 'first' }, () => 1)()
      trace({ name: 'alone' })(() => 2)()
      trace()(() => 3)()
    })
    expect(spans.map(({ name }) => name)).toEqual(['first', 'alone', 'span'])
  })

  test('rethrows the very error, sync and async, and records inputs but no outputs', async () => {
    const error = new Error('no')
    const { span, attribute } = await record(async () => {
      const sync = trace(
        (reason: string) => {
          throw Object.assign(error, { reason })
        },
        { name: 'sync' },
      )
      expect(() => sync('because')).toThrow(error)
      await expect(trace(async () => Promise.reject(error), { name: 'async' })()).rejects.toBe(error)
    })
    expect(span('sync').status).toEqual({ code: 'ERROR', message: 'Error: no' })
    expect(attribute('sync', SpanKey.inputs)).toEqual({ reason: 'because' })
    expect(attribute('sync', SpanKey.outputs)).toBeUndefined()
    expect(span('async').events[0]?.name).toBe('exception')
  })

  test('keeps this, name, length and properties', async () => {
    await record(() => {
      const original = Object.assign(
        function greet(this: { name: string }, greeting: string) {
          return `${greeting} ${this.name}`
        },
        { description: 'says hello' },
      )
      const traced = trace(original)
      expect(traced.name).toBe('greet')
      expect(traced).toHaveLength(1)
      expect(traced.description).toBe('says hello')
      expect(traced.call({ name: 'Ann' }, 'Hi')).toBe('Hi Ann')
      const asyncTraced = trace(async () => 1)
      expect(Object.prototype.toString.call(asyncTraced)).toBe('[object AsyncFunction]')
    })
  })

  test('a traced class still constructs, and records nothing', async () => {
    const { spans } = await record(() => {
      class Base {
        kind = 'base'
      }
      const Traced = trace(Base as never) as unknown as typeof Base
      expect(new Traced()).toBeInstanceOf(Base)
      class Derived extends Traced {}
      expect(new Derived()).toBeInstanceOf(Derived)
      expect(new Derived().kind).toBe('base')
    })
    expect(spans).toEqual([])
  })

  test('calls the original exactly once, whatever tracing does', async () => {
    await record(() => {
      let calls = 0
      const hostile = new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      )
      const traced = trace(
        (_: unknown) => {
          calls += 1
          return hostile
        },
        { attributes: hostile, argumentNames: 5 as never },
      )
      expect(traced(hostile)).toBe(hostile)
      expect(calls).toBe(1)
    })
  })

  test('leaves contents out when told to', async () => {
    const { attribute } = await record(() => {
      trace((secret: string) => secret, { name: 'x', captureInputs: false, captureOutputs: false })('s')
    })
    expect(attribute('x', SpanKey.inputs)).toBeUndefined()
    expect(attribute('x', SpanKey.outputs)).toBeUndefined()
  })

  test('a bound function records its arguments as a list', async () => {
    const { attribute } = await record(() => trace(((n: number) => n).bind(null), { name: 'bound' })(7))
    expect(attribute('bound', SpanKey.inputs)).toEqual({ args: [7] })
  })

  test('something that is no function is returned as it is', () => {
    expect((trace() as (value: unknown) => unknown)(5)).toBe(5)
  })
})

describe('trace as a decorator', () => {
  test('works for methods and static methods in the standard dialect', async () => {
    const { span, attribute } = await record(async () => {
      class Bot {
        prefix = '> '
        ask(question: string) {
          return this.prefix + question
        }
        static async load(id: number) {
          return id
        }
      }
      // What `@trace({ … }) ask` and `@trace static load` compile to.
      const context = (name: string) => ({ kind: 'method', name, addInitializer() {} }) as never
      Bot.prototype.ask = trace({ spanType: SpanType.AGENT })(Bot.prototype.ask, context('ask'))
      Bot.load = trace(Bot.load, context('load'))
      expect(new Bot().ask('why?')).toBe('> why?')
      expect(await Bot.load(4)).toBe(4)
    })
    expect(attribute('ask', SpanKey.type)).toBe('AGENT')
    expect(attribute('ask', SpanKey.inputs)).toEqual({ question: 'why?' })
    expect(attribute('load', SpanKey.outputs)).toBe(4)
    expect(span('load').status.code).toBe('OK')
  })

  test('works in the legacy dialect', async () => {
    const { attribute } = await record(() => {
      class Bot {
        ask(question: string) {
          return question.length
        }
      }
      const descriptor = Object.getOwnPropertyDescriptor(Bot.prototype, 'ask')!
      const decorated = trace({ name: 'legacy ask' })(Bot.prototype, 'ask', descriptor)
      expect(decorated).toMatchObject({ enumerable: false, configurable: true, writable: true })
      Object.defineProperty(Bot.prototype, 'ask', decorated)
      expect(new Bot().ask('why?')).toBe(4)
    })
    expect(attribute('legacy ask', SpanKey.inputs)).toEqual({ question: 'why?' })
  })
})

describe('trace around generators', () => {
  function* count(to: number) {
    for (let n = 1; n <= to; n += 1) yield n
    return 'end'
  }
  async function* countAsync(to: number) {
    for (let n = 1; n <= to; n += 1) {
      await sleep(1)
      yield n
    }
  }

  test('records every chunk as an event and the list as outputs', async () => {
    const { span, attribute } = await record(async () => {
      expect([...trace(count)(3)]).toEqual([1, 2, 3])
      const seen: number[] = []
      for await (const n of trace(countAsync)(2)) seen.push(n)
      expect(seen).toEqual([1, 2])
    })
    expect(attribute('count', SpanKey.outputs)).toEqual([1, 2, 3])
    expect(attribute('count', SpanKey.inputs)).toEqual({ to: 3 })
    expect(span('count').events.map((event) => [event.name, event.attributes.get('mlflow.chunk.value')])).toEqual([
      ['mlflow.chunk.item.0', '"1"'],
      ['mlflow.chunk.item.1', '"2"'],
      ['mlflow.chunk.item.2', '"3"'],
    ])
    expect(attribute('countAsync', SpanKey.outputs)).toEqual([1, 2])
  })

  test('a reducer makes the outputs; one that fails costs only itself', async () => {
    const { attribute } = await record(() => {
      const sum = (chunks: readonly unknown[]) => chunks.length
      const fail = () => {
        throw new Error('no')
      }
      for (const _ of trace(count, { name: 'reduced', outputReducer: sum })(3));
      for (const _ of trace(count, { name: 'failed', outputReducer: fail })(2));
    })
    expect(attribute('reduced', SpanKey.outputs)).toBe(3)
    expect(attribute('failed', SpanKey.outputs)).toEqual([1, 2])
  })

  test('the span is current in the body only, and begins at the first next', async () => {
    const { span, spans } = await record(async () => {
      const inner = trace(() => 1, { name: 'inside' })
      const consumer = trace(() => 2, { name: 'between' })
      const pages = trace(async function* pages() {
        yield inner()
        await sleep(1)
        yield getCurrentActiveSpan()?.name
      })
      trace(count, { name: 'never read' })(1)
      const seen: unknown[] = []
      for await (const page of pages()) {
        seen.push(page)
        expect(getCurrentActiveSpan()).toBeUndefined()
        if (seen.length === 1) consumer()
      }
      expect(seen).toEqual([1, 'pages'])
    })
    expect(span('inside').parentSpanId).toBe(span('pages').spanId)
    expect(span('between').parentSpanId).toBeUndefined()
    expect(spans.map(({ name }) => name)).not.toContain('never read')
  })

  test('leaving early ends the span with what was read, and runs the cleanup of the body', async () => {
    let cleanedUp = 0
    const { span, attribute } = await record(async () => {
      const endless = function* endless() {
        try {
          for (let n = 0; ; n += 1) yield n
        } finally {
          cleanedUp += 1
        }
      }
      for (const n of trace(endless)()) if (n === 2) break
      for await (const n of trace(countAsync)(9)) if (n === 2) break
    })
    expect(cleanedUp).toBe(1)
    expect(span('endless').status.code).toBe('OK')
    expect(attribute('endless', SpanKey.outputs)).toEqual([0, 1, 2])
    expect(attribute('countAsync', SpanKey.outputs)).toEqual([1, 2])
  })

  test('what the body throws, or is thrown into it, reaches the caller and is recorded, without outputs', async () => {
    const error = new Error('half way')
    const { span, attribute } = await record(async () => {
      const failing = trace(function* failing() {
        yield 1
        throw error
      })
      expect(() => [...failing()]).toThrow(error)
      const iterator = trace(countAsync)(3)
      await iterator.next()
      await expect(iterator.throw(error)).rejects.toBe(error)
    })
    expect(span('failing').status).toEqual({ code: 'ERROR', message: 'Error: half way' })
    expect(attribute('failing', SpanKey.outputs)).toBeUndefined()
    expect(span('countAsync').status.code).toBe('ERROR')
  })

  test('values sent in and returned pass through', async () => {
    await record(() => {
      const echo = trace(function* echo(): Generator<string, string, string> {
        return `got ${yield 'ready'}`
      })()
      expect(echo.next()).toEqual({ done: false, value: 'ready' })
      expect(echo.next('this')).toEqual({ done: true, value: 'got this' })
      expect(echo.next()).toEqual({ done: true, value: undefined })
      expect(Object.prototype.toString.call(echo)).toBe('[object Generator]')
    })
  })

  test('chunks are bounded', async () => {
    const { span, attribute } = await record(() => {
      let seen = 0
      for (const _ of trace(count)(6_000)) seen += 1
      expect(seen).toBe(6_000)
    })
    expect(span('count').events).toHaveLength(5_000)
    expect(attribute('count', SpanKey.outputs)).toHaveLength(5_000)
  })

  test('without outputs nothing of the chunks is kept', async () => {
    const { span, attribute } = await record(() => [...trace(count, { captureOutputs: false })(3)])
    expect(span('count').events).toEqual([])
    expect(attribute('count', SpanKey.outputs)).toBeUndefined()
  })
})
