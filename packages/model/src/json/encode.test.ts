import { describe, expect, test } from 'vitest'
import { encodeJson, jsonString } from './encode.ts'
import { defaultEncodeLimits } from './limits.ts'
import { registerEncoder } from './registry.ts'

function encoded(value: unknown, limits = {}): unknown {
  return JSON.parse(encodeJson(value, { ...defaultEncodeLimits, ...limits }))
}

describe('plain data', () => {
  test('is written as JSON.stringify writes it', () => {
    const value = { model: 'm', n: [1, 0.5, null, true], left: undefined, nested: { '': '"\n' }, none: [] }
    expect(encodeJson(value)).toBe(JSON.stringify(value))
  })

  test('a property named __proto__ is a property like any other, on both ways', () => {
    const value = JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')
    expect(encodeJson(value)).toBe('{"__proto__":{"polluted":true},"constructor":1}')
    expect(encodeJson({ ...value, big: 1n })).toBe('{"__proto__":{"polluted":true},"constructor":1,"big":1}')
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  test('objects without a prototype and own properties that shadow methods are data', () => {
    const value = Object.assign(Object.create(null), { hasOwnProperty: 1, toString: 'x' })
    expect(encodeJson(value)).toBe('{"hasOwnProperty":1,"toString":"x"}')
  })

  test('a lone surrogate is escaped, so that the text survives UTF-8', () => {
    expect(encodeJson('a\ud800')).toBe('"a\\ud800"')
    expect(encodeJson({ x: '\udc00', f: 1n })).toBe('{"x":"\\udc00","f":1}')
  })

  test('shared references are written each time', () => {
    const shared = { a: 1 }
    expect(encodeJson([shared, shared])).toBe('[{"a":1},{"a":1}]')
  })

  test('the JSON text of a string', () => {
    expect(jsonString('a "b"')).toBe('"a \\"b\\""')
  })
})

describe('values JSON has no word for', () => {
  test.each([
    ['undefined', undefined, 'null'],
    ['NaN', Number.NaN, '"NaN"'],
    ['Infinity', Number.POSITIVE_INFINITY, '"Infinity"'],
    ['-Infinity', Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['minus zero', -0, '-0.0'],
    ['a bigint', 9007199254740993n, '9007199254740993'],
    ['the largest bigint of 64 bits', 2n ** 63n - 1n, '9223372036854775807'],
    ['a bigint beyond 64 bits', 2n ** 63n, '"9223372036854775808"'],
    ['a Symbol', Symbol('id'), '"[Symbol(id)]"'],
    ['a function', function lookup() {}, '"[Function: lookup]"'],
    ['a class', class Client {}, '"[Function: Client]"'],
    ['a Date', new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ['an invalid Date', new Date(Number.NaN), '"Invalid Date"'],
    ['a RegExp', /a"b/gu, '"/a\\"b/gu"'],
    ['a URL', new URL('http://x/y?z'), '"http://x/y?z"'],
    ['URLSearchParams', new URLSearchParams('a=1&b=2'), '"a=1&b=2"'],
    [
      'a Map with string keys',
      new Map<string, unknown>([
        ['__proto__', 1],
        ['b', new Set([1])],
      ]),
      '{"__proto__":1,"b":[1]}',
    ],
    ['a Map with other keys', new Map([[1, 'a']]), '[[1,"a"]]'],
    ['Headers', new Headers({ A: '1', b: '2' }), '{"a":"1","b":"2"}'],
    ['a WeakMap', new WeakMap(), '"[WeakMap]"'],
    ['a boxed string', Object('x'), '"x"'],
    ['a sparse array', Object.assign(new Array(3), { 0: 1, 2: 3n }), '[1,null,3]'],
    ['an empty instance', new (class Empty {})(), '"[Empty]"'],
  ])('%s', (_, value, text) => {
    expect(encodeJson(value)).toBe(text)
  })

  test('repeated form fields are all kept', () => {
    const form = new FormData()
    form.append('tag', 'a')
    form.append('tag', 'b')
    expect(encoded(form)).toEqual([
      ['tag', 'a'],
      ['tag', 'b'],
    ])
  })

  test('a class instance is its own enumerable data', () => {
    class Point {
      x = 1
      #secret = 2
      get sum() {
        return this.x + this.#secret
      }
    }
    expect(encodeJson(new Point())).toBe('{"x":1}')
  })

  test('binary data is its type, its length and its beginning', () => {
    expect(encoded(Buffer.from('hello'))).toEqual({ type: 'Buffer', length: 5, base64: 'aGVsbG8=' })
    expect(encoded(new Float32Array(1000))).toMatchObject({
      type: 'Float32Array',
      length: 1000,
      cut: '2976 more bytes',
    })
    expect(encoded(new Uint8Array([1, 2]).buffer)).toEqual({ type: 'ArrayBuffer', length: 2, base64: 'AQI=' })
    expect(encoded(new DataView(new ArrayBuffer(3)))).toMatchObject({ type: 'DataView', length: 3 })
  })

  test('an error is its name, message, stack, cause and what else it carries', () => {
    const error = Object.assign(new TypeError('outer', { cause: new Error('inner') }), { status: 429 })
    expect(encoded(error)).toMatchObject({
      name: 'TypeError',
      message: 'outer',
      stack: error.stack,
      cause: { message: 'inner' },
      status: 429,
    })
    expect(encoded(new AggregateError([new Error('one')], 'all'))).toMatchObject({ errors: [{ message: 'one' }] })
  })
})

describe('what can be read only once is described and left alone', () => {
  test('promises, streams, iterators and generators', async () => {
    let pulls = 0
    function* numbers() {
      pulls++
      yield 1
    }
    async function* chunks() {
      pulls++
      yield 1
    }
    const generator = numbers()
    const stream = new ReadableStream({ pull: () => void pulls++ }, { highWaterMark: 0 })
    expect(encoded([generator, chunks(), stream, Promise.resolve(1)])).toEqual([
      '[Generator]',
      '[AsyncGenerator]',
      '[ReadableStream]',
      '[Promise]',
    ])
    expect(pulls).toBe(0)
    expect(stream.locked).toBe(false)
    expect([...generator]).toEqual([1])
  })

  test('a rejected promise stays the business of the application', async () => {
    const rejected = Promise.reject(new Error('mine'))
    encodeJson({ rejected })
    await expect(rejected).rejects.toThrow('mine')
  })
})

describe('hostile values', () => {
  test('a getter that throws costs its property only', () => {
    const value = {
      a: 1,
      get b() {
        throw new Error('boom')
      },
      c: 3,
    }
    expect(encodeJson(value)).toBe('{"a":1,"b":"[unreadable: boom]","c":3}')
  })

  test('a toJSON that throws costs its object only', () => {
    const bad = {
      toJSON() {
        throw new Error('no')
      },
    }
    expect(encodeJson({ a: 1, bad })).toBe('{"a":1,"bad":"[unreadable: no]"}')
  })

  test('a getter named like a method that is looked for is a property like any other', () => {
    const value = {
      f: 1n,
      get toJSON() {
        throw new Error('boom')
      },
    }
    expect(encodeJson(value)).toBe('{"f":1,"toJSON":"[unreadable: boom]"}')
  })

  test('toJSON is called once, and what it returns is encoded in turn', () => {
    let calls = 0
    const value = { toJSON: () => ({ call: ++calls, at: 1n }) }
    expect(encodeJson({ value })).toBe('{"value":{"call":1,"at":1}}')
    expect(calls).toBe(1)
  })

  test('an endless chain of toJSON ends at the depth limit', () => {
    const endless = (): object => ({ toJSON: endless })
    expect(encodeJson(endless())).toBe('"[cut: deeper than 64 levels]"')
  })

  test('cycles are named', () => {
    const value: Record<string, unknown> = { list: [] }
    value['self'] = value
    ;(value['list'] as unknown[]).push(value)
    expect(encodeJson(value)).toBe('{"list":["[Circular]"],"self":"[Circular]"}')
  })

  test('proxies: revoked, and with traps that throw', () => {
    const revoked = Proxy.revocable({}, {})
    revoked.revoke()
    const throwing = new Proxy(
      {},
      {
        getPrototypeOf() {
          throw new Error('trap')
        },
      },
    )
    expect(encoded({ a: 1, revoked: revoked.proxy, throwing })).toEqual({
      a: 1,
      revoked: expect.stringMatching(/^\[unreadable: /),
      throwing: '[unreadable: trap]',
    })
  })

  test('an error whose message throws, thrown by a getter', () => {
    const value = {
      get x() {
        throw Object.defineProperty(new Error(), 'message', {
          get: () => Reflect.apply(String, null, [Symbol]) + missing,
        })
      },
    }
    expect(encodeJson(value)).toBe('{"x":"[unreadable: it throws]"}')
  })

  test('nothing of the value changes', () => {
    const value = Object.freeze({ m: new Map([['a', 1n]]), d: new Date(0) })
    const before = Object.getOwnPropertyDescriptors(value)
    encodeJson(value)
    expect(Object.getOwnPropertyDescriptors(value)).toEqual(before)
  })
})

declare const missing: string

describe('limits', () => {
  test('a long string says how much of it was cut, and no surrogate pair is split', () => {
    expect(encoded('abcdef', { maxStringLength: 4 })).toBe('abcd… [2 more characters cut]')
    expect(encoded('abc😀f', { maxStringLength: 4 })).toBe('abc… [3 more characters cut]')
  })

  test('items and properties say how many more there were', () => {
    expect(encoded([1, 2, 3, 4], { maxItems: 2 })).toEqual([1, 2, '[2 more items cut]'])
    expect(encoded({ a: 1, b: 2, c: 3 }, { maxItems: 1 })).toEqual({ a: 1, '[cut]': '[2 more properties]' })
    expect(encoded(new Set([1, 2, 3]), { maxItems: 2 })).toEqual([1, 2, '[1 more items cut]'])
    expect(
      encoded(
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
        { maxItems: 1 },
      ),
    ).toEqual({ a: 1, '[cut]': '[1 more properties]' })
  })

  test('an array of 4 billion holes is bounded', () => {
    const text = encodeJson(new Array(4_000_000_000))
    expect(text.length).toBeLessThan(1_000_000)
    expect(text).toContain('[3999900000 more items cut]')
  })

  test('the whole length is bounded', () => {
    const text = encodeJson(Array(100).fill('x'.repeat(100)), { ...defaultEncodeLimits, maxLength: 250 })
    expect(text.length).toBeLessThan(400)
    expect(text).toContain('more characters cut')
  })

  test('names of properties and descriptions of symbols are bounded', () => {
    const long = 'x'.repeat(2_000)
    for (const value of [{ [long]: 1 }, { [long]: 1, f: Number.NaN }, new Map([[long, 1]]), Symbol(long)]) {
      expect(encodeJson(value, { ...defaultEncodeLimits, maxLength: 100 }).length).toBeLessThan(300)
    }
    expect(encoded({ [long]: 1n }, { maxLength: 4 })).toEqual({ 'xxxx… [1996 more characters cut]': 1 })
  })

  test('a bigint too long to print costs no time', () => {
    const start = performance.now()
    expect(encoded([2n ** 20_000_000n, -(2n ** 20_000_000n)])).toEqual(['[bigint]', '[bigint]'])
    expect(encodeJson(new Array(100_000).fill(2n ** 90_000n)).length).toBeLessThan(6_000_000)
    expect(performance.now() - start).toBeLessThan(1_500)
  })

  test('depth is bounded, also where the limit is beyond the stack', () => {
    let deep: unknown = 1
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(encodeJson(deep)).toContain('[cut: deeper than 64 levels]')
    expect(() => JSON.parse(encodeJson(deep, { ...defaultEncodeLimits, maxDepth: 1e9, maxItems: 1e9 }))).not.toThrow()
  })
})

describe('registered encoders', () => {
  class Money {
    constructor(cents: number) {
      this.cents = cents
    }
    cents: number
  }

  test('say how their kind is written, until they are taken away', () => {
    const remove = registerEncoder((value) => (value instanceof Money ? `€${value.cents / 100}` : undefined))
    expect(encoded({ price: new Money(250), other: new Set([1]) })).toEqual({ price: '€2.5', other: [1] })
    remove()
    expect(encoded(new Money(250))).toEqual({ cents: 250 })
  })

  test('that throw or never finish cost one value', () => {
    const removeThrowing = registerEncoder(() => {
      throw new Error('bad encoder')
    })
    expect(encoded({ a: 1, b: new Money(1) })).toEqual({ a: 1, b: '[unreadable: bad encoder]' })
    removeThrowing()
    const removeEndless = registerEncoder((value) => (value instanceof Money ? new Money(value.cents + 1) : undefined))
    expect(encoded({ b: new Money(1) })).toEqual({ b: '[cut: deeper than 64 levels]' })
    removeEndless()
  })
})
