import type { Comparison, Literal } from './ast.ts'
import { likeMatcher } from './like.ts'
import { patternMatcher } from './regex.ts'

/** Whether a text that is there satisfies the operator. */
export type TextTest = (text: string) => boolean

/** The test a comparison makes on texts: every operator but those for NULL and for numbers. */
export function textTest(comparison: Pick<Comparison, 'operator' | 'value'>): TextTest {
  const { operator, value } = comparison
  switch (operator) {
    case '=':
      return equals(value)
    case '!=':
      return not(equals(value))
    case 'LIKE':
    case 'ILIKE':
      return likeMatcher(textOf(value), operator === 'ILIKE')
    case 'RLIKE':
      return patternMatcher(textOf(value))
    case 'IN':
      return isAmong(value)
    case 'NOT IN':
      return not(isAmong(value))
    default:
      return () => false
  }
}

/** The test a comparison makes on numbers. */
export function numberTest(comparison: Pick<Comparison, 'operator' | 'value'>): (number: number) => boolean {
  const { operator, value } = comparison
  const other = value.type === 'number' ? value.number : Number.NaN
  switch (operator) {
    case '=':
      return (number) => number === other
    case '!=':
      return (number) => number !== other
    case '<':
      return (number) => number < other
    case '<=':
      return (number) => number <= other
    case '>':
      return (number) => number > other
    case '>=':
      return (number) => number >= other
    default:
      return () => false
  }
}

export function not(test: TextTest): TextTest {
  return (text) => !test(text)
}

export function textOf(value: Literal): string {
  if (value.type === 'text') return value.text
  return value.type === 'number' ? String(value.number) : ''
}

function equals(value: Literal): TextTest {
  const other = textOf(value)
  return (text) => text === other
}

function isAmong(value: Literal): TextTest {
  const texts = new Set(value.type === 'list' ? value.texts : [textOf(value)])
  return (text) => texts.has(text)
}
