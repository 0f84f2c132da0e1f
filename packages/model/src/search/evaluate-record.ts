import type { RecordComparison } from './ast.ts'
import { numberTest, textTest } from './match-text.ts'

/** Where a record has what comparisons are about. */
export interface RecordReader<Item, Name extends string> {
  tagsOf(item: Item): ReadonlyMap<string, string>
  /** `undefined` for an attribute that is absent. */
  attributeOf(item: Item, name: Name): string | number | undefined
}

/** Whether a record satisfies all comparisons. What is absent satisfies only IS NULL. */
export function recordTest<Item, Name extends string>(
  filter: readonly RecordComparison<Name>[],
  reader: RecordReader<Item, Name>,
): (item: Item) => boolean {
  const tests = filter.map((comparison) => comparisonTest(comparison, reader))
  return (item) => tests.every((test) => test(item))
}

function comparisonTest<Item, Name extends string>(
  comparison: RecordComparison<Name>,
  { tagsOf, attributeOf }: RecordReader<Item, Name>,
): (item: Item) => boolean {
  const { field, operator } = comparison
  if (field.entity === 'tag') {
    if (operator === 'IS NULL') return (item) => !tagsOf(item).has(field.key)
    if (operator === 'IS NOT NULL') return (item) => tagsOf(item).has(field.key)
  }
  const isMet = valueTest(comparison)
  return (item) => {
    const value = field.entity === 'tag' ? tagsOf(item).get(field.key) : attributeOf(item, field.name)
    return value !== undefined && isMet(value)
  }
}

/** The parser sees to it that numbers are compared with numbers, and texts with texts. */
function valueTest<Name extends string>(comparison: RecordComparison<Name>): (value: string | number) => boolean {
  if (comparison.value.type === 'number') {
    const test = numberTest(comparison)
    return (value) => typeof value === 'number' && test(value)
  }
  const test = textTest(comparison)
  return (value) => typeof value === 'string' && test(value)
}
