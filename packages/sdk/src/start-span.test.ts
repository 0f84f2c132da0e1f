import { SpanKey, SpanType } from '@clew/model'
import { afterEach, describe, expect, test } from 'vitest'
import { context, disable, enable, getCurrentActiveSpan, startSpan, withSpan } from './index.ts'
import { record } from './testing/recorded.ts'

afterEach(enable)

describe('startSpan', () => {
  test('keeps name, type, inputs, outputs, attributes and exact times', async () => {
    const { span, attribute, infos } = await record(() => {
      const root = startSpan({
        name: 'ask',
        spanType: SpanType.LLM,
        inputs: { question: 'why?' },
        attributes: { temperature: 0.5, tags: ['a'] },
        startTimeNs: 1_750_000_000_123_456_789n,
      })
      root.setAttribute('user.id', 'ann')
      root.end({ outputs: 'because', attributes: { done: true }, endTimeNs: 1_750_000_001_123_456_780n })
    })
    const root = span('ask')
    expect(root.startTimeNs).toBe(1_750_000_000_123_456_789n)
    expect(root.endTimeNs).toBe(1_750_000_001_123_456_780n)
    expect(root.parentSpanId).toBeUndefined()
    expect(root.status).toEqual({ code: 'OK', message: '' })
    expect(attribute('ask', SpanKey.traceRequestId)).toBe(root.traceId)
    expect(attribute('ask', SpanKey.type)).toBe('LLM')
    expect(attribute('ask', SpanKey.inputs)).toEqual({ question: 'why?' })
    expect(attribute('ask', SpanKey.outputs)).toBe('because')
    expect(attribute('ask', SpanKey.logLevel)).toBe(20)
    expect(attribute('ask', 'temperature')).toBe(0.5)
    expect(attribute('ask', 'tags')).toEqual(['a'])
    expect(attribute('ask', 'user.id')).toBe('ann')
    expect(attribute('ask', 'done')).toBe(true)
    expect(infos[0]).toMatchObject({ request_time: '2025-06-15T15:06:40.123Z', execution_duration: '0.999s' })
  })

  test('defaults to a root called span, of type UNKNOWN, at log level 10', async () => {
    const { attribute } = await record(() => startSpan().end())
    expect(attribute('span', SpanKey.type)).toBe('UNKNOWN')
    expect(attribute('span', SpanKey.logLevel)).toBe(10)
  })

  test('never becomes the current span', () => {
    const span = startSpan({ name: 'detached' })
    expect(getCurrentActiveSpan()).toBeUndefined()
    span.end()
  })

  test('builds a tree from explicit parents, each child inside its parent', async () => {
    const { span, spans } = await record(() => {
      const root = startSpan({ name: 'root' })
      const child = startSpan({ name: 'child', parent: root })
      startSpan({ name: 'grandchild', parent: child }).end()
      child.end()
      startSpan({ name: 'late', parent: root }).end()
      root.end()
      startSpan({ name: 'other trace' }).end()
    })
    expect(span('grandchild').parentSpanId).toBe(span('child').spanId)
    expect(span('child').parentSpanId).toBe(span('root').spanId)
    expect(span('late').traceId).toBe(span('root').traceId)
    expect(span('other trace').traceId).not.toBe(span('root').traceId)
    const root = span('root')
    for (const { traceId, startTimeNs, endTimeNs } of spans) {
      expect(endTimeNs).toBeGreaterThanOrEqual(startTimeNs)
      if (traceId !== root.traceId) continue
      expect(startTimeNs).toBeGreaterThanOrEqual(root.startTimeNs)
      expect(endTimeNs).toBeLessThanOrEqual(root.endTimeNs!)
    }
  })

  test('takes the current span as parent, unless told to start a trace', async () => {
    const { span } = await record(() =>
      withSpan(
        () => {
          startSpan({ name: 'inside' }).end()
          startSpan({ name: 'apart', parent: null }).end()
        },
        { name: 'outer' },
      ),
    )
    expect(span('inside').parentSpanId).toBe(span('outer').spanId)
    expect(span('apart').parentSpanId).toBeUndefined()
  })

  test('a span that ends after its root is still sent', async () => {
    const { span } = await record(() => {
      const root = startSpan({ name: 'root' })
      const late = startSpan({ name: 'late', parent: root })
      root.end()
      late.end()
      startSpan({ name: 'later', parent: root }).end()
    })
    expect(span('late').parentSpanId).toBe(span('root').spanId)
    expect(span('later').traceId).toBe(span('root').traceId)
  })

  test('values are those of the moment they were set', async () => {
    const { attribute } = await record(() => {
      const messages = [{ role: 'user', content: 'hi' }]
      const span = startSpan({ name: 'chat', inputs: { messages } })
      messages.push({ role: 'user', content: 'later' })
      span.setAttribute('list', messages)
      messages.length = 0
      span.end()
    })
    expect(attribute('chat', SpanKey.inputs)).toEqual({ messages: [{ role: 'user', content: 'hi' }] })
    expect(attribute('chat', 'list')).toHaveLength(2)
  })

  test('falsy inputs and outputs are values, undefined is none', async () => {
    const { attribute } = await record(() => {
      for (const value of [0, '', false, null])
        startSpan({ name: `is ${value}`, inputs: value }).end({ outputs: value })
      startSpan({ name: 'none', inputs: undefined }).end({ outputs: undefined })
    })
    for (const value of [0, '', false, null]) {
      expect(attribute(`is ${value}`, SpanKey.inputs)).toBe(value)
      expect(attribute(`is ${value}`, SpanKey.outputs)).toBe(value)
    }
    expect(attribute('none', SpanKey.inputs)).toBeUndefined()
    expect(attribute('none', SpanKey.outputs)).toBeUndefined()
  })

  test('records exceptions as events, with status and level', async () => {
    const { span, attribute, infos } = await record(() => {
      const failing = startSpan({ name: 'failing', spanType: 'LLM' })
      failing.recordException(new TypeError('boom', { cause: new Error('root cause') }))
      failing.end()
    })
    expect(span('failing').status).toEqual({ code: 'ERROR', message: 'TypeError: boom' })
    const [event] = span('failing').events
    expect(event?.name).toBe('exception')
    expect(event?.attributes.get('exception.type')).toBe('"TypeError"')
    expect(event?.attributes.get('exception.message')).toBe('"boom"')
    expect(event?.attributes.get('exception.stacktrace')).toMatch(/TypeError: boom.*Caused by: Error: root cause/s)
    expect(event?.timeNs).toBeGreaterThanOrEqual(span('failing').startTimeNs)
    expect(attribute('failing', SpanKey.logLevel)).toBe(40)
    expect(infos[0]?.state).toBe('ERROR')
  })

  test('times that are no nanoseconds are said, once each', async () => {
    const said: string[] = []
    const { span } = await record(
      () => {
        for (let round = 0; round < 2; round += 1) {
          startSpan({ name: `ms ${round}`, startTimeNs: 1_750_000_000_123n }).end()
          startSpan({ name: `number ${round}`, startTimeNs: 1.75e18 as never }).end()
        }
      },
      { logger: { warn: (message) => said.push(message) } },
    )
    expect(said).toEqual([expect.stringContaining('before 1973'), expect.stringContaining('must be a bigint')])
    expect(span('ms 0').startTimeNs).toBe(1_750_000_000_123n)
    expect(Math.abs(Number(span('number 0').startTimeNs / 1_000_000n) - Date.now())).toBeLessThan(10_000)
  })

  test('an error status given at the end is kept, an unset one becomes OK', async () => {
    const { span } = await record(() => {
      startSpan({ name: 'bad' }).end({ status: 'ERROR' })
      const explained = startSpan({ name: 'explained' })
      explained.setStatus('ERROR', 'out of cheese')
      explained.end()
      startSpan({ name: 'good' }).end({ status: 'UNSET' })
    })
    expect(span('bad').status.code).toBe('ERROR')
    expect(span('explained').status).toEqual({ code: 'ERROR', message: 'out of cheese' })
    expect(span('good').status).toEqual({ code: 'OK', message: '' })
  })

  test('ends once; what comes after is ignored', async () => {
    const { spans, attribute } = await record(() => {
      const span = startSpan({ name: 'once' })
      span.end({ outputs: 1 })
      span.end({ outputs: 2 })
      span.setOutputs(3)
      span.setAttribute('late', true)
      span.recordException(new Error('late'))
      span.addEvent({ name: 'late' })
      expect(span.isRecording).toBe(false)
    })
    expect(spans).toHaveLength(1)
    expect(spans[0]?.events).toEqual([])
    expect(spans[0]?.status.code).toBe('OK')
    expect(attribute('once', SpanKey.outputs)).toBe(1)
    expect(attribute('once', 'late')).toBeUndefined()
  })

  test('events carry time and attributes', async () => {
    const { span } = await record(() => {
      const one = startSpan({ name: 'one' })
      one.addEvent({ name: 'token', timeNs: 5n, attributes: { token: 'x', index: 1 } })
      one.end()
    })
    expect(span('one').events).toEqual([
      {
        name: 'token',
        timeNs: 5n,
        attributes: new Map([
          ['token', '"x"'],
          ['index', '1'],
        ]),
      },
    ])
  })

  test('`using` ends the span with the block', async () => {
    const { spans } = await record(() => {
      using span = startSpan({ name: 'block' })
      span.setOutputs('done')
    })
    expect(spans.map(({ name }) => name)).toEqual(['block'])
  })

  test('reads back what was set', () => {
    const span = startSpan({ name: 'x', inputs: { a: [1] }, attributes: { k: 'v' } })
    expect(span.inputs).toEqual({ a: [1] })
    expect(span.outputs).toBeUndefined()
    expect(span.getAttribute('k')).toBe('v')
    expect(span.getAttribute('unknown')).toBeUndefined()
    span.end()
  })

  test('nothing throws, whatever it is given', async () => {
    const hostile = new Proxy(
      {},
      {
        get: () => {
          throw new Error('no')
        },
        ownKeys: () => {
          throw new Error('no')
        },
      },
    )
    const { spans } = await record(() => {
      expect(startSpan(hostile).isRecording).toBe(false)
      const span = startSpan({ name: 5 as never, spanType: {} as never, startTimeNs: 1.5 as never, inputs: hostile })
      span.setOutputs(hostile)
      span.setAttributes(hostile)
      span.setAttributes(null as never)
      span.setAttribute(Symbol('x') as never, 1)
      span.setAttribute('__proto__', { polluted: true })
      span.setStatus('BAD' as never)
      span.setSpanType(7 as never)
      span.addEvent(undefined as never)
      span.addEvent({ name: 'e', timeNs: -1n, attributes: hostile })
      span.recordException(hostile)
      span.end({ endTimeNs: 0n, status: 'x' as never, attributes: hostile })
    })
    expect(spans).toHaveLength(1)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(spans[0]!.attributes.get('__proto__')).toBe('{"polluted":true}')
    expect(spans[0]!.endTimeNs).toBeGreaterThanOrEqual(spans[0]!.startTimeNs)
  })

  test('attributes and events of one span are bounded', async () => {
    const { span } = await record(() => {
      const big = startSpan({ name: 'big' })
      for (let index = 0; index < 2_000; index += 1) big.setAttribute(`key ${index}`, index)
      for (let index = 0; index < 10_100; index += 1) big.addEvent({ name: 'e' })
      big.end()
    })
    expect(span('big').attributes.size).toBeLessThanOrEqual(1_010)
    expect(span('big').events).toHaveLength(10_000)
  })

  test('records nothing while disabled, below such a span, or in a scope that is switched off', async () => {
    const { spans } = await record(() => {
      disable()
      const off = startSpan({ name: 'off' })
      enable()
      expect(off.traceId).toBe('MLFLOW_NO_OP_SPAN_TRACE_ID')
      startSpan({ name: 'below', parent: off }).end()
      off.end()
      context({ enabled: false }, () => {
        startSpan({ name: 'scoped' }).end()
        context({ enabled: true }, () => startSpan({ name: 'on again' }).end())
      })
    })
    expect(spans.map(({ name }) => name)).toEqual(['on again'])
  })
})
