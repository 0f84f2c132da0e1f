import { setTimeout as sleep } from 'node:timers/promises'
import { SpanKey } from '@clew/model'
import { afterEach, describe, expect, test } from 'vitest'
import { disable, enable, getCurrentActiveSpan, withSpan } from './index.ts'
import { record } from './testing/recorded.ts'

afterEach(enable)

describe('withSpan', () => {
  test('returns what the function returns, and records it', async () => {
    const { attribute } = await record(async () => {
      expect(withSpan((span) => ({ id: span.spanId.length }), { name: 'sync', inputs: [1] })).toEqual({ id: 16 })
      expect(await withSpan(async () => 'later', { name: 'async' })).toBe('later')
      withSpan(() => null, { name: 'null' })
    })
    expect(attribute('sync', SpanKey.outputs)).toEqual({ id: 16 })
    expect(attribute('sync', SpanKey.inputs)).toEqual([1])
    expect(attribute('async', SpanKey.outputs)).toBe('later')
    expect(attribute('null', SpanKey.outputs)).toBe(null)
  })

  test('outputs that were set win over the result', async () => {
    const { attribute } = await record(() =>
      withSpan(
        (span) => {
          span.setOutputs('mine')
          return 'result'
        },
        { name: 'x' },
      ),
    )
    expect(attribute('x', SpanKey.outputs)).toBe('mine')
  })

  test('rethrows the very error, and records it', async () => {
    const error = new RangeError('too far')
    const { span, attribute } = await record(async () => {
      expect(() =>
        withSpan(
          () => {
            throw error
          },
          { name: 'sync' },
        ),
      ).toThrow(error)
      await expect(withSpan(async () => Promise.reject(error), { name: 'async' })).rejects.toBe(error)
    })
    for (const name of ['sync', 'async']) {
      expect(span(name).status).toEqual({ code: 'ERROR', message: 'RangeError: too far' })
      expect(span(name).events.map((event) => event.name)).toEqual(['exception'])
      expect(attribute(name, SpanKey.outputs)).toBeUndefined()
    }
  })

  test('is current inside, also after an await, and not outside', async () => {
    await record(async () => {
      expect(getCurrentActiveSpan()).toBeUndefined()
      await withSpan(async (span) => {
        expect(getCurrentActiveSpan()).toBe(span)
        await sleep(1)
        expect(getCurrentActiveSpan()).toBe(span)
        withSpan((inner) => expect(getCurrentActiveSpan()).toBe(inner))
        expect(getCurrentActiveSpan()).toBe(span)
      })
      expect(getCurrentActiveSpan()).toBeUndefined()
    })
  })

  test('fifty parallel traces keep their parents', async () => {
    const { spans, infos } = await record(() =>
      Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          withSpan(
            async () => {
              await sleep(index % 7)
              await withSpan(
                async () => {
                  await sleep(index % 5)
                  withSpan(() => index, { name: `leaf ${index}` })
                },
                { name: `child ${index}` },
              )
            },
            { name: `root ${index}` },
          ),
        ),
      ),
    )
    expect(infos).toHaveLength(50)
    const byName = new Map(spans.map((span) => [span.name, span]))
    for (let index = 0; index < 50; index += 1) {
      const [root, child, leaf] = ['root', 'child', 'leaf'].map((kind) => byName.get(`${kind} ${index}`)!)
      expect(child!.parentSpanId).toBe(root!.spanId)
      expect(leaf!.parentSpanId).toBe(child!.spanId)
      expect(new Set([root!.traceId, child!.traceId, leaf!.traceId]).size).toBe(1)
    }
  })

  test('while disabled it only calls the function, with a span that records nothing', async () => {
    const { spans } = await record(() => {
      disable()
      expect(withSpan((span) => span.isRecording)).toBe(false)
      enable()
    })
    expect(spans).toEqual([])
  })
})
