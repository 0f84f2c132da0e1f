import { afterEach, describe, expect, test, vi } from 'vitest'
import {
  context,
  getCurrentActiveSpan,
  getTracingContextHeaders,
  init,
  startSpan,
  trace,
  updateCurrentTrace,
  withSpan,
} from './index.ts'
import { newTraceDigits } from './random-ids.ts'
import { isInSample } from './sampling.ts'
import { record } from './testing/recorded.ts'

afterEach(() => {
  vi.unstubAllEnvs()
  init()
})

const flagsNow = () => getTracingContextHeaders()['traceparent']?.slice(-2)

describe('isInSample', () => {
  const lowHalf = (text: string) => `${'f'.repeat(16)}${text}`

  test('compares the lower half of the id with the ratio, as MLflow does', () => {
    expect(isInSample(lowHalf('7fffffffffffffff'), 0.5)).toBe(true)
    expect(isInSample(lowHalf('8000000000000000'), 0.5)).toBe(false)
    expect(isInSample(lowHalf('0000000000000001'), 0)).toBe(false)
    expect(isInSample(lowHalf('ffffffffffffffff'), 1)).toBe(true)
  })

  test('takes the share it should, and with a larger ratio all that a smaller one takes', () => {
    const ids = Array.from({ length: 20_000 }, newTraceDigits)
    const small = ids.filter((id) => isInSample(id, 0.1))
    expect(small.length).toBeGreaterThan(1_700)
    expect(small.length).toBeLessThan(2_300)
    expect(small.every((id) => isInSample(id, 0.2))).toBe(true)
  })
})

describe('a trace that is not sampled', () => {
  test('leaves nothing, whatever starts below it', async () => {
    const inner = trace(() => 'inner', { name: 'inner', samplingRatio: 1 })
    const { spans, infos } = await record(
      async () => {
        await withSpan(async (span) => {
          await Promise.resolve()
          expect(getCurrentActiveSpan()).toBeUndefined()
          expect(span).toMatchObject({ isRecording: false, traceId: 'MLFLOW_NO_OP_SPAN_TRACE_ID' })
          expect(inner()).toBe('inner')
          context({ samplingRatio: 1 }, () => startSpan({ name: 'detached' }).end())
          startSpan({ name: 'by parent', parent: span, samplingRatio: 1 }).end()
        })
      },
      { samplingRatio: 0 },
    )
    expect(spans).toEqual([])
    expect(infos).toEqual([])
  })

  test('gives results and errors as they are, and does not complain', async () => {
    const said: string[] = []
    const promise = Promise.resolve(1)
    const error = new Error('mine')
    await record(
      () => {
        expect(withSpan(() => promise)).toBe(promise)
        expect(() =>
          withSpan(() => {
            throw error
          }),
        ).toThrow(error)
        withSpan(() => updateCurrentTrace({ tags: { a: 'b' } }))
      },
      { samplingRatio: 0, logger: { warn: (message) => said.push(message) } },
    )
    expect(said).toEqual([])
  })

  test('includes the spans below a generator, sync or not, while its body runs', async () => {
    const numbers = trace(function* numbers() {
      yield startSpan({ name: 'in the generator', samplingRatio: 1 }).isRecording
      yield flagsNow()
    })
    const later = trace(async function* later() {
      await Promise.resolve()
      yield startSpan({ name: 'in the async generator', samplingRatio: 1 }).isRecording
    })
    const { spans } = await record(
      async () => {
        expect([...numbers()]).toEqual([false, '00'])
        for await (const isRecording of later()) expect(isRecording).toBe(false)
        expect(getTracingContextHeaders()).toEqual({})
      },
      { samplingRatio: 0 },
    )
    expect(spans).toEqual([])
  })

  test('is told to other processes with the flag 00 and ids of its own', () => {
    init({ samplingRatio: 0 })
    const [one, other] = [0, 1].map(() => withSpan(() => getTracingContextHeaders()['traceparent']))
    expect(one).toMatch(/^00-(?!0+-)[\da-f]{32}-(?!0+-)[\da-f]{16}-00$/)
    expect(other).not.toBe(one)
  })
})

describe('samplingRatio', () => {
  test('of a function wins over that of the scope, and this over that of init', async () => {
    const always = trace(() => 0, { name: 'always', samplingRatio: 1 })
    const alwaysToo = trace(
      function* () {
        yield 0
      },
      { name: 'always too', samplingRatio: 1 },
    )
    const { spans } = await record(
      () => {
        withSpan(() => 0, { name: 'init' })
        always()
        expect([...alwaysToo()]).toEqual([0])
        withSpan(() => 0, { name: 'block', samplingRatio: 1 })
        context({ samplingRatio: 1 }, () => {
          withSpan(() => 0, { name: 'scope' })
          withSpan(() => 0, { name: 'never', samplingRatio: 0 })
          context({ tags: {} }, () => withSpan(() => 0, { name: 'scope inside' }))
          context({ samplingRatio: 0 }, () => withSpan(() => 0, { name: 'never' }))
        })
      },
      { samplingRatio: 0 },
    )
    expect(spans.map(({ name }) => name)).toEqual(['always', 'always too', 'block', 'scope', 'scope inside'])
  })

  test('does not take a span out of a trace that is recorded', async () => {
    const { span } = await record(() => {
      withSpan(() => withSpan(() => 0, { name: 'child', samplingRatio: 0 }), { name: 'root' })
    })
    expect(span('child').parentSpanId).toBe(span('root').spanId)
  })

  test('comes from the environment where init does not say it', async () => {
    vi.stubEnv('MLFLOW_TRACE_SAMPLING_RATIO', '0')
    expect((await record(() => startSpan().end())).spans).toHaveLength(0)
    expect((await record(() => startSpan().end(), { samplingRatio: 1 })).spans).toHaveLength(1)
  })

  test('that is no ratio is ignored where it is given to a function or scope, and said once', async () => {
    const said: string[] = []
    const { spans } = await record(
      () => {
        for (const samplingRatio of [-1, 1.5, Number.NaN, '0' as never]) {
          withSpan(() => 0, { samplingRatio })
          context({ samplingRatio }, () => startSpan().end())
        }
      },
      { logger: { warn: (message) => said.push(message) } },
    )
    expect(spans).toHaveLength(8)
    expect(said).toEqual([expect.stringContaining('number from 0 to 1')])
  })

  test('takes about its share', async () => {
    const { spans } = await record(
      () => {
        for (let index = 0; index < 2_000; index += 1) startSpan().end()
      },
      { samplingRatio: 0.25 },
    )
    expect(spans.length).toBeGreaterThan(380)
    expect(spans.length).toBeLessThan(620)
  })
})
