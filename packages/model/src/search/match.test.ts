import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { likeMatcher } from './like.ts'
import { MAX_MATCHED_LENGTH, patternMatcher } from './regex.ts'

describe('LIKE', () => {
  test.each([
    ['abc', 'abc', true],
    ['abc', 'ab', false],
    ['ab', 'abc', false],
    ['%', '', true],
    ['', '', true],
    ['', 'x', false],
    ['a%', 'abc', true],
    ['%c', 'abc', true],
    ['%b%', 'abc', true],
    ['a%a', 'a', false],
    ['%ab%ab', 'ab', false],
    ['%ab%ab', 'abab', true],
    ['_b_', 'abc', true],
    ['%_', '', false],
    ['%_x%', 'ax', true],
    ['_', '😀', true],
    ['a_c%', 'a😀cd', true],
    ['%😀_', 'x😀y', true],
    ['a\\%', 'a\\b', true],
    ['ABC', 'abc', false],
    ['a.c', 'abc', false],
  ])('%j on %j is %j', (pattern, text, expected) => expect(likeMatcher(pattern, false)(text)).toBe(expected))

  test('ignores case when told to', () => {
    expect(likeMatcher('%ÄB%', true)('xäbx')).toBe(true)
  })

  test('is what its regular expression is', () => {
    const piece = fc.constantFrom('%', '_', 'a', 'b', '😀')
    const pattern = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
    const text = fc.array(fc.constantFrom('a', 'b', '😀', 'c'), { maxLength: 10 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(pattern, text, (like, subject) => {
        const regex = new RegExp(`^${like.replaceAll('%', '[^]*').replaceAll('_', '[^]')}$`, 'u')
        expect(likeMatcher(like, false)(subject)).toBe(regex.test(subject))
      }),
      { numRuns: 1000 },
    )
  })

  test('takes time in proportion, whatever the pattern', () => {
    const before = performance.now()
    likeMatcher('%a_'.repeat(1000), false)('a'.repeat(100_000))
    likeMatcher(`${'%_a'.repeat(1000)}%b`, false)('a'.repeat(100_000))
    expect(performance.now() - before).toBeLessThan(2_000)
  })
})

describe('RLIKE', () => {
  test.each([
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['^(r|g)', 'green', true],
    ['p.*d$', 'prod', true],
    ['^$', '', true],
    ['a$', 'a\n', true],
    ['a\\Z', 'a\n', false],
    ['a.c', 'a\nc', false],
    ['t[01]', 't2', false],
    ['[^0-9]', '42', false],
    ['[]x]', ']', true],
    ['[a-]', '-', true],
    ['\\d{3}', '12', false],
    ['^\\w+$', 'naïve_1', true],
    ['\\bcat\\b', 'a cat.', true],
    ['\\bcat\\b', 'concat', false],
    ['(?i)READY', 'ready', true],
    ['(?:ab)+?c', 'ababc', true],
    ['(?P<x>a)b', 'ab', true],
    ['a{,2}b', 'b', true],
    ['x{a}', 'x{a}', true],
    ['a\\.b', 'axb', false],
    ['😀+', '😀😀', true],
    ['()*', '', true],
    ['a|', '', true],
  ])('%j on %j is %j', (pattern, text, expected) => expect(patternMatcher(pattern)(text)).toBe(expected))

  test.each([
    '(',
    ')',
    '[',
    '[a',
    '*',
    'a**',
    'a{2}{3}',
    '\\',
    '(?=a)',
    '(?!a)',
    '(?<=a)b',
    '(a)\\1',
    '\\q',
    '[z-a]',
    'a{2,1}',
    'a{1001}',
    '(a{1000}){1000}',
    '^*',
    '('.repeat(100),
  ])('refuses %j', (pattern) => {
    expect(() => patternMatcher(pattern)).toThrow(SyntaxError)
  })

  test('is what a backtracking engine finds', () => {
    const item = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '(a|b)', '(?:ab)', '(a*)', '\\b', '^', '$')
    const repeat = fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?')
    const part = fc
      .tuple(item, repeat)
      .map(([left, right]) => (/[\^$b]$/.test(left) && left !== 'b' ? left : left + right))
    const pattern = fc.array(part, { maxLength: 5 }).map((parts) => parts.join(''))
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' '), maxLength: 8 })
    fc.assert(
      fc.property(pattern, text, (source, subject) => {
        expect(patternMatcher(source)(subject)).toBe(new RegExp(source).test(subject))
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    '(a+)+$',
    '(a|a)*$',
    '(a*)*b',
    'a?'.repeat(30) + 'a'.repeat(30),
    '(.*)(.*)(.*)(.*)x',
    '((((a{0}){1000}){1000}){1000}){1000}',
  ])('takes time in proportion for %j', (source) => {
    const before = performance.now()
    patternMatcher(source)(`${'a'.repeat(20_000)}!`)
    expect(performance.now() - before).toBeLessThan(2_000)
  })

  test('looks no further than its bound', () => {
    const matches = patternMatcher('needle')
    expect(matches(`${'x'.repeat(MAX_MATCHED_LENGTH - 6)}needle`)).toBe(true)
    expect(matches(`${'x'.repeat(MAX_MATCHED_LENGTH - 5)}needle`)).toBe(false)
  })
})
