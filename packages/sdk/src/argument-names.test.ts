import { describe, expect, test } from 'vitest'
import { argumentNamer, readParameterNames } from './argument-names.ts'

type Fn = (...args: never[]) => unknown

class Sample {
  method(query: string, limit: number) {
    return [query, limit]
  }
  static async lookUp(id: string) {
    return id
  }
  async *pages(start: number) {
    yield start
  }
}

/** Source as it might have been written, without TypeScript in between. */
const fromSource = (source: string): Fn => new Function(`return (${source})`)()

describe('readParameterNames', () => {
  test.each<[string, Fn, (string | undefined)[]]>([
    ['arrow', fromSource('(a, b) => a'), ['a', 'b']],
    ['arrow with one bare name', fromSource('async question => question'), ['question']],
    ['no parameters', fromSource('() => 1'), []],
    ['function', fromSource('function named(a, $b, _c) {}'), ['a', '$b', '_c']],
    ['async generator', fromSource('async function* (x) {}'), ['x']],
    ['method', Sample.prototype.method, ['query', 'limit']],
    ['static method', Sample.lookUp, ['id']],
    ['generator method', Sample.prototype.pages, ['start']],
    ['computed method', fromSource("({ ['a b'](x, y) {} })['a b']"), ['x', 'y']],
    [
      'defaults that hold commas and brackets',
      fromSource('(a = [1, 2], b = f(")", `,`), c = { d: (1, 2) }) => 1'),
      ['a', 'b', 'c'],
    ],
    ['comments', fromSource('(a /* one, two) */, // three )\n b) => 1'), ['a', 'b']],
    ['rest', fromSource('(a, ...rest) => 1'), ['a', '...rest']],
    ['destructured', fromSource('({ a, b }, [c]) => 1'), [undefined, undefined]],
    ['letters beyond ASCII', fromSource('(größe, 名前) => 1'), ['größe', '名前']],
    ['bound', fromSource('function f(a) {}').bind(null), []],
    ['native', Math.max, []],
    ['class', fromSource('class { constructor(a) {} }'), []],
    ['a default that is a regular expression with a quote', fromSource("(a = /'/) => 1"), []],
  ])('%s', (_, fn, names) => {
    expect(readParameterNames(fn)).toEqual(names)
  })

  test('reads hostile source in bounded time', () => {
    const start = performance.now()
    readParameterNames(Object.assign(fromSource(`(a = ${'['.repeat(2_000)}${']'.repeat(2_000)}) => 1`)))
    readParameterNames(fromSource(`function ${'function'.repeat(600)}(a) {}`))
    expect(performance.now() - start).toBeLessThan(500)
  })
})

describe('argumentNamer', () => {
  const name = (source: string, ...args: unknown[]) => argumentNamer(fromSource(source))(args)

  test('names arguments by the parameters and leaves out those not given', () => {
    expect(name('(question, k = 3) => 1', 'hi')).toEqual({ question: 'hi' })
    expect(name('(a, b) => 1', undefined, 2)).toEqual({ b: 2 })
    expect(name('(a, ...more) => 1', 1, 2, 3)).toEqual({ a: 1, more: [2, 3] })
    expect(name('() => 1')).toEqual({})
  })

  test('records the fields of a single destructured object', () => {
    expect(name('({ question, k }) => 1', { question: 'hi', k: 3, extra: true })).toEqual({
      question: 'hi',
      k: 3,
      extra: true,
    })
  })

  test('falls back to the list where names cannot be told', () => {
    expect(name('({ a }, b) => 1', { a: 1 }, 2)).toEqual({ args: [{ a: 1 }, 2] })
    expect(argumentNamer(Math.max)([1, 2])).toEqual({ args: [1, 2] })
  })

  test('keeps arguments beyond the parameters', () => {
    expect(name('(a) => 1', 1, 2, 3)).toEqual({ a: 1, args: [2, 3] })
  })

  test('takes names that are given', () => {
    expect(argumentNamer(fromSource('(e, t) => 1'), ['query', 'limit'])(['x', 5])).toEqual({ query: 'x', limit: 5 })
  })

  test('a parameter called __proto__ is a name like any other', () => {
    const named = name('(__proto__) => 1', { polluted: true })
    expect(Object.keys(named as object)).toEqual(['__proto__'])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})
