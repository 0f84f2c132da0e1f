import { describe, expect, test } from 'vitest'
import type { Filter } from './ast.ts'
import { MAX_CLAUSES, MAX_FILTER_LENGTH, MAX_NESTING } from './clauses.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'
import { MAX_ORDERS, parseOrderBy } from './parse-order.ts'
import { printFilter } from './print-filter.ts'

function errorOf(text: string): FilterError {
  try {
    parseFilter(text)
  } catch (error) {
    if (error instanceof FilterError) return error
  }
  throw new Error(`${text} was accepted`)
}

/** The structure with comparisons as their field and value. */
function shape(filter: Filter | undefined): string {
  if (filter === undefined) return ''
  if (filter.type === 'not') return `!${shape(filter.operand)}`
  if (filter.type === 'comparison') return filter.value.type === 'text' ? filter.value.text : '?'
  return `${filter.type}(${filter.operands.map(shape).join(' ')})`
}

describe('structure', () => {
  test.each([
    ['', ''],
    ["name='a'", 'a'],
    ["name='a' AND name='b' AND name='c'", 'and(a b c)'],
    ["name='a' OR name='b' AND name='c'", 'or(a and(b c))'],
    ["(name='a' OR name='b') AND name='c'", 'and(or(a b) c)'],
    ["NOT name='a' AND name='b'", 'and(!a b)'],
    ["NOT (name='a' AND name='b')", '!and(a b)'],
    ["not not name='a'", '!!a'],
    ["name='a' name='b'", 'and(a b)'],
    ["AND name='a' AND AND name='b' AND", 'and(a b)'],
    ["((name='a'))", 'and(a)'],
    ["name='a' or name='b'", 'or(a b)'],
    ['AND', ''],
  ])('of %s is %s', (text, expected) => expect(shape(parseFilter(text))).toBe(expected))
})

describe('fields', () => {
  const field = (text: string) => {
    const filter = parseFilter(text)
    return filter?.type === 'comparison' ? filter.field : undefined
  }
  test.each([
    ['timestamp > 1', { entity: 'attribute', name: 'timestamp_ms' }],
    ["`text` LIKE 'x'", { entity: 'attribute', name: 'text' }],
    ["tag.a.b = 'x'", { entity: 'tag', key: 'a.b' }],
    ["tags.`a b` = 'x'", { entity: 'tag', key: 'a b' }],
    ['tag."a-b" = \'x\'', { entity: 'tag', key: 'a-b' }],
    ["tag.1x = 'x'", { entity: 'tag', key: '1x' }],
    ["tag.name = 'x'", { entity: 'tag', key: 'name' }],
    ["tag.__proto__ = 'x'", { entity: 'tag', key: '__proto__' }],
    ["request_metadata.mlflow.user = 'x'", { entity: 'metadata', key: 'mlflow.user' }],
    ["span.attributes.a.b = 'x'", { entity: 'span-attribute', key: 'a.b' }],
    ["issue.name = 'x'", { entity: 'issue', name: 'name' }],
    ['"status" = \'OK\'', { entity: 'attribute', name: 'status' }],
  ])('%s', (text, expected) => expect(field(text)).toEqual(expected))
})

describe('values', () => {
  const value = (text: string) => {
    const filter = parseFilter(text)
    return filter?.type === 'comparison' ? filter.value : undefined
  }
  test.each([
    ["name = 'it''s'", { type: 'text', text: "it''s" }],
    ['name = "it\'s"', { type: 'text', text: "it's" }],
    ["name = 'a\\'b'", { type: 'text', text: "a\\'b" }],
    ["name = ''", { type: 'text', text: '' }],
    ['status IN (\'a\',"b",)', { type: 'list', texts: ['a', 'b'] }],
    ["status IN ('it\\'s', 'it''s', 'a\\nb', '\\q')", { type: 'list', texts: ["it's", 'its', 'a\nb', '\\q'] }],
    ['timestamp > -1.5e3', { type: 'number', number: -1500 }],
    ['timestamp > .5', { type: 'number', number: 0.5 }],
    ["timestamp > '17'", { type: 'number', number: 17 }],
    ['name IS  NOT  NULL', { type: 'none' }],
  ])('%s', (text, expected) => expect(value(text)).toEqual(expected))

  test.each([
    ["timestamp > 'abc'", "Expected a numeric value for attribute 'timestamp'. Got value 'abc'"],
    ["timestamp > ''", 'Expected a numeric value'],
    ["status = ('OK')", 'Expected a quoted string value'],
    ["status IN ('OK' name)", 'ill-formed list'],
    ['tag.a = NULL', "Expected a quoted string value for tag (e.g. 'my-value'). Got value NULL"],
    ["name RLIKE '('", "Invalid regular expression '(': a '(' without its ')'."],
    ["name RLIKE '(?=a)'", 'a group other than'],
    ['name = 5x', 'Invalid clause(s)'],
  ])('%s is refused: %s', (text, message) => expect(errorOf(text).message).toContain(message))
})

describe('errors', () => {
  test.each([
    ["nope = 'x'", 'nope'],
    ["status = 'OK' AND foo.bar = 'x'", 'foo.bar'],
    ['status = OK', 'OK'],
    ["span.name > 'a'", '>'],
    ["name NOT   LIKE 'a'", 'NOT   LIKE'],
    ['status IN (1)', '(1)'],
    ["status = 'OK' 'K'", "'K'"],
    ["status = 'OK", 'status'],
    ["(status = 'OK'", '('],
    ["status = 'OK')", ')'],
    ["status = 'OK' OR", 'OR'],
    ["status = 'OK'; DROP TABLE x", 'DROP TABLE x'],
    ["name RLIKE '['", "'['"],
    ['😀', '😀'],
  ])('%s points at %s', (text, place) => {
    const { position, code } = errorOf(text)
    expect(text.slice(position.start, position.end)).toBe(place)
    expect(code).toBe('INVALID_PARAMETER_VALUE')
  })

  test('bound length, comparisons and nesting', () => {
    expect(() => parseFilter(`name = '${'x'.repeat(MAX_FILTER_LENGTH)}'`)).toThrow(/at most 65536 characters/)
    const many = (count: number) => Array.from({ length: count }, () => "name = 'x'").join(' OR ')
    expect(parseFilter(many(MAX_CLAUSES))).toBeDefined()
    expect(() => parseFilter(many(MAX_CLAUSES + 1))).toThrow(/at most 256 comparisons/)
    const deep = (depth: number) => `${'('.repeat(depth)}name = 'x'${')'.repeat(depth)}`
    expect(parseFilter(deep(MAX_NESTING))).toBeDefined()
    expect(() => parseFilter(deep(MAX_NESTING + 1))).toThrow(/nests at most 64/)
    expect(() => parseFilter(`${'NOT '.repeat(100)}name = 'x'`)).toThrow(/nests at most 64/)
  })

  test('of hostile length come quickly', () => {
    const before = performance.now()
    for (const piece of ["'", '"', '`', '(', 'a.', '-- ', '/*', 'NOT ', '5', '\\']) {
      errorOf(piece.repeat(Math.floor(MAX_FILTER_LENGTH / piece.length)))
    }
    expect(performance.now() - before).toBeLessThan(5_000)
  })
})

describe('an order', () => {
  test('is ascending unless it says otherwise', () => {
    expect(parseOrderBy(['timestamp', 'tags.`a b` desc', '"status" ASC'])).toEqual([
      { field: { entity: 'attribute', name: 'timestamp_ms' }, direction: 'asc' },
      { field: { entity: 'tag', key: 'a b' }, direction: 'desc' },
      { field: { entity: 'attribute', name: 'status' }, direction: 'asc' },
    ])
  })

  test('has at most so many fields, none of them twice', () => {
    expect(() => parseOrderBy(Array.from({ length: MAX_ORDERS + 1 }, (_, index) => `tag.k${index}`))).toThrow(
      /at most 16/,
    )
    expect(() => parseOrderBy(['tag.a', 'tags.`a`'])).toThrow(/duplicate fields: \['tag.a', 'tags.`a`'\]/)
    expect(() => parseOrderBy(['x'.repeat(1001)])).toThrow(/at most 1000 characters/)
  })
})

describe('printing', () => {
  test.each(['and', 'or'] as const)('an %s inside others keeps its parentheses', (type) => {
    const a: Filter = {
      type: 'comparison',
      field: { entity: 'tag', key: 'a b' },
      operator: '=',
      value: { type: 'text', text: "it's" },
    }
    const inner: Filter = { type, operands: [a, { type: 'and', operands: [a] }] }
    for (const filter of [
      inner,
      { type: 'not', operand: inner },
      { type: 'or', operands: [inner, a] },
      { type: 'and', operands: [inner, a] },
    ] as Filter[]) {
      expect(parseFilter(printFilter(filter))).toEqual(filter)
    }
  })

  test('refuses what cannot be written', () => {
    const filter = (key: string, text: string): Filter => ({
      type: 'comparison',
      field: { entity: 'tag', key },
      operator: '=',
      value: { type: 'text', text },
    })
    expect(() => printFilter(filter('`', 'x'))).toThrow(RangeError)
    expect(() => printFilter(filter('k', `'"`))).toThrow(RangeError)
  })
})
