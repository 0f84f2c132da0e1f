import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Comparison, Field, Filter, Operator } from './ast.ts'
import { FilterError } from './filter-error.ts'
import { parseFilter } from './parse-filter.ts'
import { printFilter } from './print-filter.ts'

const key = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !text.includes('`') && text.isWellFormed())
const text = fc.string({ unit: 'grapheme' }).filter((each) => !each.includes("'") && !each.endsWith('\\'))
const texts = fc.array(fc.string({ unit: 'grapheme' }), { minLength: 1, maxLength: 3 })

const textField: fc.Arbitrary<Field> = fc.oneof(
  fc.record({ entity: fc.constantFrom('tag', 'metadata'), key }),
  fc.record({ entity: fc.constant('span-attribute'), key }),
  fc.record({ entity: fc.constantFrom('feedback', 'expectation'), name: key }),
  fc.record({ entity: fc.constant('attribute'), name: fc.constantFrom('status', 'name', 'client_request_id') }),
)

const comparison: fc.Arbitrary<Comparison> = fc.oneof(
  comparing(
    textField,
    fc.constantFrom('=', '!=', 'LIKE', 'ILIKE'),
    text.map((each) => ({ type: 'text', text: each })),
  ),
  comparing(
    fc.constantFrom<Field>({ entity: 'span', name: 'name' }, { entity: 'attribute', name: 'status' }),
    fc.constantFrom('IN', 'NOT IN'),
    texts.map((each) => ({ type: 'list', texts: each })),
  ),
  comparing(
    fc.constant<Field>({ entity: 'attribute', name: 'timestamp_ms' }),
    fc.constantFrom('<', '>=', '='),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => ({ type: 'number', number: number || 0 })),
  ),
  comparing(
    fc.record({ entity: fc.constantFrom('tag', 'metadata'), key }),
    fc.constantFrom('IS NULL', 'IS NOT NULL'),
    fc.constant({ type: 'none' }),
  ),
)

const filter: fc.Arbitrary<Filter> = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    comparison,
    fc.record({
      type: fc.constantFrom('and', 'or'),
      operands: fc.array(tie('filter'), { minLength: 2, maxLength: 3 }),
    }),
    fc.record({ type: fc.constant('not'), operand: tie('filter') }),
  ),
})).filter

test('a filter that is printed and read again is the same filter', () => {
  fc.assert(
    fc.property(filter, (each) => {
      expect(parseFilter(printFilter(each))).toEqual(each)
    }),
    { numRuns: 500 },
  )
})

test('any text is read or refused with a place inside it', () => {
  const pieces = fc.constantFrom(
    "'",
    '"',
    '`',
    'status',
    '=',
    '!=',
    ' AND ',
    ' OR ',
    ' NOT ',
    '(',
    ')',
    ' IN ',
    "'x'",
    '5',
    '.',
    'tag',
    ';',
    '--',
    ',',
    ' IS NULL',
    '\n',
    '\\',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 20 }), (parts) => {
      const input = parts.join('')
      try {
        parseFilter(input)
      } catch (error) {
        expect(error).toBeInstanceOf(FilterError)
        if (error instanceof FilterError) {
          expect(error.position.start).toBeGreaterThanOrEqual(0)
          expect(error.position.end).toBeLessThanOrEqual(input.length)
        }
      }
    }),
    { numRuns: 2000 },
  )
})

function comparing(
  field: fc.Arbitrary<Field>,
  operator: fc.Arbitrary<Operator>,
  value: fc.Arbitrary<Comparison['value']>,
): fc.Arbitrary<Comparison> {
  return fc.record({ type: fc.constant('comparison'), field, operator, value })
}
