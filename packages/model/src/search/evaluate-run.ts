import { numberTest, textTest } from './match-text.ts'
import type { RunComparison, RunFilter } from './parse-run-filter.ts'
import type { DatasetAttribute, RunAttribute } from './run-fields.ts'

/** A run as a filter sees it. */
export interface SearchedRun {
  /** `undefined` for the end of a run that goes on. Times are milliseconds since the epoch. */
  attributeOf(name: RunAttribute): string | number | undefined
  readonly metrics: ReadonlyMap<string, { readonly value: number }>
  readonly params: ReadonlyMap<string, string>
  readonly tags: ReadonlyMap<string, string>
  /** Asked only if the answer depends on them. */
  datasets(): Iterable<Readonly<Record<DatasetAttribute, string | undefined>>>
}

type RunTest = (run: SearchedRun) => boolean

/** What a filter over runs means. What is absent satisfies only IS NULL, and the negation of anything else. */
export function runTest(filter: RunFilter): RunTest {
  switch (filter.type) {
    case 'and': {
      const tests = filter.operands.map(runTest)
      return (run) => tests.every((test) => test(run))
    }
    case 'or': {
      const tests = filter.operands.map(runTest)
      return (run) => tests.some((test) => test(run))
    }
    case 'not': {
      const test = runTest(filter.operand)
      return (run) => !test(run)
    }
    case 'comparison':
      return comparisonTest(filter)
  }
}

/** What a field of a run is sorted by; `undefined` when it is absent. */
export function runValue(run: SearchedRun, field: RunComparison['field']): string | number | undefined {
  switch (field.entity) {
    case 'attribute':
      return run.attributeOf(field.name)
    case 'metric':
      return run.metrics.get(field.key)?.value
    case 'parameter':
      return run.params.get(field.key)
    case 'tag':
      return run.tags.get(field.key)
    case 'dataset':
      return undefined
  }
}

function comparisonTest(comparison: RunComparison): RunTest {
  const { field, operator } = comparison
  if (operator === 'IS NULL') return (run) => runValue(run, field) === undefined
  if (operator === 'IS NOT NULL') return (run) => runValue(run, field) !== undefined
  const isText = textTest(comparison)
  const isNumber = numberTest(comparison)
  if (field.entity === 'dataset') {
    return (run) => [...run.datasets()].some((dataset) => isMet(dataset[field.name]))
  }
  return (run) => isMet(runValue(run, field))

  function isMet(value: string | number | undefined): boolean {
    return typeof value === 'number' ? isNumber(value) : value !== undefined && isText(value)
  }
}
