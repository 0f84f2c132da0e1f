import { expect, test } from 'vitest'
import { needleOf } from './needle.ts'

test.each([
  ['LIKE', '%needle%', 'needle'],
  ['LIKE', 'a%longer_est%b', 'longer'],
  ['LIKE', 'first\nsecond line', 'second line'],
  ['LIKE', 'schöne', 'sch'],
  ['LIKE', '%"key":%', '"key":'],
  ['ILIKE', '%Quick Fox%', ' Fox'],
  ['ILIKE', 'kiKI', undefined],
  ['LIKE', '%_%', undefined],
  ['LIKE', '🧵ö', undefined],
  ['RLIKE', 'plain', undefined],
  ['LIKE', 'x'.repeat(500), 'x'.repeat(100)],
] as const)('what %s %j cannot match without is %j', (operator, text, needle) => {
  expect(needleOf({ operator, value: { type: 'text', text } })).toBe(needle)
})
