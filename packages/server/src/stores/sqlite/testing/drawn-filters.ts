import { type Filter, type Operator, parseFilter, printFilter } from '@clew/model'
import fc from 'fast-check'

/** What the parser could have made; the rest has no meaning to agree on. */
export function filters(): fc.Arbitrary<Filter> {
  const { tree } = fc.letrec<{ tree: Filter }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3 },
      comparisons(),
      fc.record({
        type: fc.constantFrom('and', 'or'),
        operands: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
      }) as fc.Arbitrary<Filter>,
      tie('tree').map((operand): Filter => ({ type: 'not', operand })),
    ),
  }))
  return tree
}

const TEXTS = [
  'plan',
  'act',
  'TOOL',
  'OK',
  'ERROR',
  'Red',
  'green',
  'odd',
  'run-1',
  'run-2',
  '0.5',
  '0.50',
  '5',
  '5.0',
  'text 5',
  'Hello 1 100%_\\',
  'step 0',
  'ö',
  'Slow answer',
  'slow',
]
const PATTERNS = ['%', '', '%o%', 'step _', '%100\\%%', 'T__L', '%hello%', '"%', '%ö%', 're%']
const REGEXES = ['^st', 'l+o', '[0-9]$', 'a|n', '']

function comparisons(): fc.Arbitrary<Filter> {
  const numeric = fc.record({
    field: fc
      .constantFrom(...(['timestamp_ms', 'execution_time_ms', 'end_time_ms'] as const))
      .map((name) => ({ entity: 'attribute' as const, name })),
    operator: fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>='),
    value: fc
      .constantFrom(0, 200, 400, 1_760_000_003_000, 1_760_000_003_400)
      .map((number) => ({ type: 'number' as const, number })),
  })
  const judged = fc.record({
    field: fc.constantFrom({ entity: 'feedback' as const, name: 'score' }),
    operator: fc.constantFrom<Operator>('=', '!=', '<', '<=', '>', '>='),
    value: fc.constantFrom(5, 8, 20).map((number) => ({ type: 'number' as const, number })),
  })
  const fields = [
    ...(['status', 'request_id', 'client_request_id', 'name', 'run_id'] as const).map((name) => ({
      entity: 'attribute' as const,
      name,
    })),
    ...['color', 'a"b', '$.x', 'mlflow.traceName', 'none'].map((key) => ({ entity: 'tag' as const, key })),
    { entity: 'metadata' as const, key: 'mlflow.sourceRun' },
    ...(['name', 'type', 'status', 'content'] as const).map((name) => ({ entity: 'span' as const, name })),
    { entity: 'attribute' as const, name: 'text' as const },
    ...['temperature', 'a"b', 'mlflow.spanInputs', 'none'].map((key) => ({ entity: 'span-attribute' as const, key })),
    { entity: 'feedback' as const, name: 'score' },
    { entity: 'expectation' as const, name: 'answer' },
    { entity: 'issue' as const, name: 'id' },
    { entity: 'issue' as const, name: 'name' },
  ]
  const condition = fc.oneof(
    fc.record({
      operator: fc.constantFrom<Operator>('=', '!='),
      value: fc.constantFrom(...TEXTS).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('LIKE', 'ILIKE'),
      value: fc.constantFrom(...PATTERNS, ...TEXTS).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constant<Operator>('RLIKE'),
      value: fc.constantFrom(...REGEXES).map((text) => ({ type: 'text' as const, text })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('IN', 'NOT IN'),
      value: fc.subarray(TEXTS, { minLength: 1 }).map((texts) => ({ type: 'list' as const, texts })),
    }),
    fc.record({
      operator: fc.constantFrom<Operator>('IS NULL', 'IS NOT NULL'),
      value: fc.constant({ type: 'none' as const }),
    }),
  )
  const textual = fc.tuple(fc.constantFrom(...fields), condition).map(([field, rest]) => ({ field, ...rest }))
  return fc
    .oneof(numeric, judged, textual)
    .map((comparison): Filter => ({ type: 'comparison', ...comparison }))
    .filter(isWritable)
}

function isWritable(filter: Filter): boolean {
  try {
    return parseFilter(printFilter(filter)) !== undefined
  } catch {
    return false
  }
}
