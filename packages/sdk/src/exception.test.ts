import { describe, expect, test } from 'vitest'
import { summarizeException } from './exception.ts'

class RateLimitError extends Error {}

describe('summarizeException', () => {
  test('calls an error by its name, or by its class where nobody set a name', () => {
    expect(summarizeException(new TypeError('bad')).type).toBe('TypeError')
    expect(summarizeException(new RateLimitError('slow down'))).toMatchObject({
      type: 'RateLimitError',
      message: 'slow down',
    })
    expect(summarizeException(Object.assign(new Error('x'), { name: 'AbortError' })).type).toBe('AbortError')
  })

  test('appends the stacks of the causes', () => {
    const { stacktrace } = summarizeException(new Error('outer', { cause: new RangeError('inner', { cause: 'text' }) }))
    expect(stacktrace).toMatch(
      /^Error: outer\n +at .*\nCaused by: RangeError: inner\n +at .*\nCaused by: Error: text$/s,
    )
  })

  test('stops at a cycle of causes, and after eight', () => {
    const error = new Error('a')
    error.cause = new Error('b', { cause: error })
    expect(summarizeException(error).stacktrace.match(/Caused by/g)).toHaveLength(1)
    let deep = new Error('0')
    for (let depth = 1; depth <= 50; depth += 1) deep = new Error(String(depth), { cause: deep })
    expect(summarizeException(deep).stacktrace.match(/Caused by/g)).toHaveLength(8)
  })

  test.each([
    ['text', 'Error', 'text'],
    [42, 'number', '42'],
    [undefined, 'undefined', 'undefined'],
    [null, 'object', 'null'],
    [{ code: 7 }, 'Object', '{"code":7}'],
    [Symbol('s'), 'symbol', 'Symbol(s)'],
  ])('describes thrown %s', (thrown, type, message) => {
    expect(summarizeException(thrown)).toMatchObject({ type, message, stacktrace: `${type}: ${message}` })
  })

  test('survives getters that throw, proxies that throw, and texts without end', () => {
    const hostile = new Proxy(new Error('x'), {
      get() {
        throw new Error('no')
      },
      has() {
        throw new Error('no')
      },
    })
    expect(summarizeException(hostile).message).toBeTypeOf('string')
    expect(summarizeException(new Error('x'.repeat(1_000_000))).message).toHaveLength(10_000)
    const renamed = Object.assign(new Error('x'), { name: 'n'.repeat(1_000_000) })
    expect(summarizeException(renamed).type).toHaveLength(200)
  })

  test('reads no more of a thrown object than it keeps', () => {
    let read = 0
    const item = {
      get text() {
        read += 1
        return 'x'.repeat(100)
      },
    }
    const circular: unknown[] = Array.from({ length: 100_000 }, () => item)
    circular.unshift(circular)
    expect(summarizeException({ items: circular }).message).toMatch(/^\{"items":\["\[Circular\]",\{"text":"xxx/)
    expect(read).toBeLessThan(1_000)
  })
})
