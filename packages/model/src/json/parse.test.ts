import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeJson } from './encode.ts'
import { isJson, MAX_JSON_DEPTH, parseJson, readAttribute, readText } from './parse.ts'
import type { JsonText, JsonValue } from './text.ts'
import { writeDouble, writeJson } from './write.ts'

describe('parseJson', () => {
  test('reads what JSON.parse reads, and refuses what it refuses', () => {
    fc.assert(
      fc.property(fc.json({ noUnicodeString: false }), (text) => {
        expect(comparable(parseJson(text), Number)).toEqual(comparable(JSON.parse(text)))
      }),
    )
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', '"', ',', '}', '\\', '\u0001', '1', ' '),
        (text, at, piece) => {
          const mutated = text.slice(0, at % text.length) + piece + text.slice((at % text.length) + 1)
          if (isJson(mutated)) expect(comparable(parseJson(mutated), Number)).toEqual(comparable(JSON.parse(mutated)))
          else expect(() => parseJson(mutated)).toThrow(SyntaxError)
        },
      ),
    )
  })

  test('integers beyond 2^53 are exact', () => {
    expect(parseJson('[9007199254740993, -9223372036854775808, 9007199254740991, 1e3, 1.0, -0]')).toEqual([
      9007199254740993n,
      -9223372036854775808n,
      9007199254740991,
      1000,
      1,
      -0,
    ])
  })

  test('objects have no prototype, so that every key is only a key', () => {
    const value = parseJson('{"__proto__":{"a":1},"constructor":2}') as Record<string, JsonValue>
    expect(Object.getPrototypeOf(value)).toBeNull()
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor'])
  })

  test('depth is bounded', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(() => parseJson(nested(MAX_JSON_DEPTH))).not.toThrow()
    expect(() => parseJson(nested(MAX_JSON_DEPTH + 1))).toThrow('Nested too deep at position 512')
    expect(() => parseJson('{"a":'.repeat(1_000_000))).toThrow('Nested too deep')
  })

  test.each([
    ['{"a" 1}', 'Expected a colon at position 5'],
    ['[1 2]', 'Expected a comma or the end of the array at position 3'],
    ['"abc', 'A string without an end at position 0'],
    ['"\\x"', 'A bad escape in the string at position 0'],
    ['{} x', 'Unexpected text after the value at position 3'],
    ['', 'Expected a value at position 0'],
    ['nul', 'Expected a value at position 0'],
    ['9'.repeat(5000), 'A number with too many digits at position 0'],
  ])('says where the mistake is: %.20s', (text, message) => {
    expect(() => parseJson(text)).toThrow(message)
  })
})

describe('writeJson', () => {
  test('is the inverse of parseJson', () => {
    const value = fc.letrec<{ value: JsonValue }>((tie) => ({
      value: fc.oneof(
        { depthSize: 'small' },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.bigInt().map((integer) => (Number.isSafeInteger(Number(integer)) ? Number(integer) : integer)),
        fc.string({ unit: 'binary' }),
        fc.array(tie('value')),
        fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value'), { noNullPrototype: false }),
      ),
    })).value
    fc.assert(
      fc.property(value, (random) => {
        const text = writeJson(random)
        expect(writeJson(parseJson(text))).toBe(text)
        expect(comparable(parseJson(text))).toEqual(comparable(random))
      }),
    )
  })

  test('doubles look like doubles to Python', () => {
    expect([5, -3, 0.1, 1e21, -0, Number.NaN, Number.NEGATIVE_INFINITY].map(writeDouble)).toEqual([
      '5.0',
      '-3.0',
      '0.1',
      '1e+21',
      '-0.0',
      '"NaN"',
      '"-Infinity"',
    ])
  })
})

/** Objects as entries, so that prototypes do not matter to the comparison. */
function comparable(value: JsonValue, integer: (big: bigint) => unknown = (big) => big): unknown {
  if (typeof value === 'bigint') return integer(value)
  if (Array.isArray(value)) return value.map((item) => comparable(item, integer))
  if (value === null || typeof value !== 'object') return value
  return { entries: Object.entries(value).map(([key, member]) => [key, comparable(member, integer)]) }
}

describe('reading attributes', () => {
  const attributes = new Map<string, JsonText>([
    ['text', encodeJson('a "b"')],
    ['number', encodeJson(3)],
    ['broken', '{' as JsonText],
  ])

  test('on demand, and undefined for what is absent or cannot be read', () => {
    expect(readAttribute(attributes, 'number')).toBe(3)
    expect(readAttribute(attributes, 'broken')).toBeUndefined()
    expect(readAttribute(attributes, 'toString')).toBeUndefined()
    expect(readText(attributes, 'text')).toBe('a "b"')
    expect(readText(attributes, 'number')).toBeUndefined()
  })
})
