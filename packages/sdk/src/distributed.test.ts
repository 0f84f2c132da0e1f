import { SpanKey, TraceMetadataKey } from '@clew/model'
import { afterEach, describe, expect, test } from 'vitest'
import {
  context,
  disable,
  enable,
  getTracingContextHeaders,
  type InitOptions,
  init,
  startSpan,
  updateCurrentTrace,
  withRemoteContext,
  withSpan,
} from './index.ts'
import { record } from './testing/recorded.ts'

const traceDigits = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const traceparent = `00-${traceDigits}-${spanId}-01`

afterEach(() => {
  enable()
  init()
})

/** Runs `body` against a server; what the SDK said comes with what arrived. */
async function recordSaying(body: () => unknown, options: InitOptions = {}) {
  const said: string[] = []
  const recorded = await record(body, { ...options, logger: { warn: (message) => said.push(message) } })
  return { ...recorded, said }
}

describe('getTracingContextHeaders', () => {
  test('tells the ids of the current span, also after an await', async () => {
    const { span } = await record(() =>
      withSpan(
        async (root) => {
          await Promise.resolve()
          expect(getTracingContextHeaders()).toEqual({ traceparent: `00-${root.traceId.slice(3)}-${root.spanId}-01` })
          withSpan((child) => expect(getTracingContextHeaders()['traceparent']).toContain(`-${child.spanId}-01`), {
            name: 'child',
          })
        },
        { name: 'root' },
      ),
    )
    expect(span('child').parentSpanId).toBe(span('root').spanId)
  })

  test('is empty outside of spans, which is said once', async () => {
    const { said } = await recordSaying(() => {
      expect(getTracingContextHeaders()).toEqual({})
      expect(getTracingContextHeaders()).toEqual({})
    })
    expect(said).toEqual([expect.stringContaining('outside of any span')])
  })

  test('is empty where nothing is recorded, which is nothing to say', async () => {
    const { said } = await recordSaying(() => {
      context({ enabled: false }, () => withSpan(() => expect(getTracingContextHeaders()).toEqual({})))
      disable()
      withSpan(() => expect(getTracingContextHeaders()).toEqual({}))
    })
    expect(said).toEqual([])
  })

  test('tells other processes not to record from a scope that is switched off', async () => {
    await record(() =>
      withSpan(({ spanId }) =>
        context({ enabled: false }, () => {
          expect(getTracingContextHeaders()['traceparent']).toMatch(new RegExp(`-${spanId}-00$`))
        }),
      ),
    )
  })
})

describe('withRemoteContext', () => {
  test('spans become children of the remote one and are sent, although no root ends here and no info', async () => {
    const { span, spans, infos, attribute } = await record(() =>
      withRemoteContext({ traceparent }, async () => {
        await Promise.resolve()
        await withSpan(async () => withSpan(() => 1, { name: 'below' }), { name: 'first' })
        startSpan({ name: 'second' }).end()
        startSpan({ name: 'apart', parent: null }).end()
      }),
    )
    expect(span('first')).toMatchObject({ traceId: `tr-${traceDigits}`, parentSpanId: spanId })
    expect(attribute('first', SpanKey.traceRequestId)).toBe(`tr-${traceDigits}`)
    expect(span('second')).toMatchObject({ traceId: `tr-${traceDigits}`, parentSpanId: spanId })
    expect(span('below').parentSpanId).toBe(span('first').spanId)
    expect(span('apart').parentSpanId).toBeUndefined()
    expect(spans).toHaveLength(4)
    expect(infos.map(({ trace_id }) => trace_id)).toEqual([span('apart').traceId])
  })

  test.each<[string, object]>([
    ['a plain object', { traceparent }],
    ['an object without prototype', Object.assign(Object.create(null), { traceparent })],
    ['other casing', { TraceParent: traceparent }],
    ['upper case', { TRACEPARENT: traceparent }],
    ['Headers', new Headers({ Traceparent: traceparent })],
    ['a Map', new Map([['Traceparent', traceparent]])],
    [
      'pairs',
      [
        ['accept', '*/*'],
        ['Traceparent', traceparent],
      ],
    ],
    ['an array as value', { accept: ['a', 'b'], traceparent: [traceparent] }],
    ['a value of a Map that is an array', new Map([['traceparent', [traceparent]]])],
    ['_meta of MCP', { progressToken: 7, traceparent }],
  ])('reads %s', async (_, headers) => {
    const { span } = await record(() => withRemoteContext(headers, () => startSpan({ name: 'child' }).end()))
    expect(span('child')).toMatchObject({ traceId: `tr-${traceDigits}`, parentSpanId: spanId })
  })

  test('passes on what it was given where no span is in between', () => {
    const headers = { traceparent, tracestate: ['a=1', 'b=2, c=3'], baggage: 'user=ann' }
    withRemoteContext(headers, () => {
      expect(getTracingContextHeaders()).toEqual({ traceparent, tracestate: 'a=1,b=2,c=3' })
    })
  })

  test('passes tracestate on below spans of its own, and no baggage', async () => {
    const headers = { traceparent, tracestate: 'vendor=x', baggage: 'samplingRatio=0,user=ann' }
    await record(() =>
      withRemoteContext(headers, () =>
        withSpan(() =>
          withSpan((span) =>
            expect(getTracingContextHeaders()).toEqual({
              traceparent: `00-${traceDigits}-${span.spanId}-01`,
              tracestate: 'vendor=x',
            }),
          ),
        ),
      ),
    )
  })

  test('records nothing below a span that is not sampled, and tells so', async () => {
    const { spans, said } = await recordSaying(() =>
      withRemoteContext({ traceparent: `00-${traceDigits}-${spanId}-00`, tracestate: 'a=1' }, () => {
        withSpan(() => {
          expect(getTracingContextHeaders()).toEqual({
            traceparent: `00-${traceDigits}-${spanId}-00`,
            tracestate: 'a=1',
          })
        })
      }),
    )
    expect(spans).toEqual([])
    expect(said).toEqual([])
  })

  test('records below a sampled span whatever ratio is set here', async () => {
    const { spans } = await record(
      () => withRemoteContext({ traceparent }, () => withSpan(() => 0, { samplingRatio: 0 })),
      { samplingRatio: 0 },
    )
    expect(spans).toHaveLength(1)
  })

  test('is left behind by what runs after it, and can be nested', async () => {
    const inner = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`
    const { span, infos } = await record(() => {
      withSpan(
        () => {
          withRemoteContext({ traceparent }, () => {
            withRemoteContext({ traceparent: inner }, () => startSpan({ name: 'innermost' }).end())
            startSpan({ name: 'remote' }).end()
          })
          startSpan({ name: 'local' }).end()
        },
        { name: 'root' },
      )
    })
    expect(span('innermost')).toMatchObject({ traceId: `tr-${'ab'.repeat(16)}`, parentSpanId: 'cd'.repeat(8) })
    expect(span('remote').parentSpanId).toBe(spanId)
    expect(span('local').parentSpanId).toBe(span('root').spanId)
    expect(infos).toHaveLength(1)
  })

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['no headers', {}],
    ['text', traceparent],
    ['a zero id', { traceparent: `00-${'0'.repeat(32)}-${spanId}-01` }],
    ['two traceparents', { traceparent: [traceparent, traceparent] }],
    ['two casings', { traceparent, Traceparent: traceparent }],
    ['a value that is no text', { traceparent: { length: 55 } }],
    ['an iterable of no pairs', [traceparent]],
    [
      'a hostile proxy',
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error('no')
          },
        },
      ),
    ],
    [
      'a hostile getter',
      {
        get traceparent() {
          throw new Error('no')
        },
      },
    ],
  ])('with %s runs the body as if called directly, and says so once', async (_, headers) => {
    const { spans, infos, said } = await recordSaying(() => {
      for (let round = 0; round < 2; round += 1) {
        expect(withRemoteContext(headers as object, () => startSpan({ name: 'own' }).end())).toBeUndefined()
      }
      withSpan(() => withRemoteContext(headers as object, () => startSpan({ name: 'child' }).end()), { name: 'root' })
    })
    const own = spans.filter(({ name }) => name === 'own')
    expect(own.map(({ parentSpanId }) => parentSpanId)).toEqual([undefined, undefined])
    expect(spans.find(({ name }) => name === 'child')?.parentSpanId).toMatch(/^[\da-f]{16}$/)
    expect(infos).toHaveLength(3)
    expect(said).toEqual([expect.stringContaining('no valid traceparent')])
  })

  test('gives what the body gives, and its errors', async () => {
    const error = new Error('mine')
    const promise = Promise.reject(error)
    expect(withRemoteContext({ traceparent }, () => promise)).toBe(promise)
    await expect(promise).rejects.toBe(error)
    expect(() =>
      withRemoteContext({ traceparent }, () => {
        throw error
      }),
    ).toThrow(error)
  })

  test('records nothing while tracing is disabled, and passes on what came', async () => {
    const { spans } = await record(() => {
      disable()
      withRemoteContext({ traceparent }, () =>
        withSpan(() => expect(getTracingContextHeaders()).toEqual({ traceparent })),
      )
    })
    expect(spans).toEqual([])
  })

  test('updateCurrentTrace is for the process that began the trace, which is said', async () => {
    const { said } = await recordSaying(() =>
      withRemoteContext({ traceparent }, () => withSpan(() => updateCurrentTrace({ tags: { a: 'b' } }))),
    )
    expect(said).toEqual([expect.stringContaining('another process')])
  })
})

test('a trace told to other processes leaves its totals to the server, which has the spans of all', async () => {
  const spend = (isShared: boolean) =>
    withSpan((span) => {
      span.setAttribute(SpanKey.chatUsage, { input_tokens: 1, output_tokens: 2, total_tokens: 3 })
      if (isShared) getTracingContextHeaders()
    })
  const { infos } = await record(() => {
    spend(false)
    spend(true)
  })
  const totals = infos.map((info) => info.trace_metadata[TraceMetadataKey.tokenUsage])
  expect(totals).toEqual([expect.stringContaining('"total_tokens": 3'), undefined])
})
