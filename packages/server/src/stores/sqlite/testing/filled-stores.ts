import { DatabaseSync } from 'node:sqlite'
import type { Assessment, JsonText } from '@clew/model'
import { MemoryStore } from '../../memory.ts'
import { migrate } from '../migrate.ts'
import type { SearchContext } from '../search/search.ts'
import { TestFunctions } from '../search/test-functions.ts'
import { Sql } from '../sql.ts'
import { createWriter } from '../write/writer.ts'
import { batch, json, span, traceId } from './spans.ts'

export const TRACES = 24

/** The reference and a database with the same traces in both. */
export async function filledStores(): Promise<{ memory: MemoryStore; context: SearchContext }> {
  const memory = new MemoryStore()
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const { methods } = createWriter(database)
  for (const store of [memory, methods]) {
    await store.createExperiment({ name: 'second', artifactLocation: undefined, tags: new Map() })
    for (let n = 0; n < TRACES; n++) await fill(store, n)
    await store.linkTracesToRun([traceId(1), traceId(2)], 'run-1')
    await store.linkPrompts(traceId(3), ['p/1'])
  }
  const sql = new Sql(database)
  return { memory, context: { sql, tests: new TestFunctions(database) } }
}

type Filled = Pick<MemoryStore, 'writeSpans' | 'setTraceTag' | 'createAssessment'>
type Both = { [Name in keyof Filled]: (...values: Parameters<Filled[Name]>) => unknown }

/** Trace `n` has what the remainders of `n` say. */
async function fill(store: Both, n: number): Promise<void> {
  const attributes = new Map<string, JsonText>([['mlflow.spanType', json(n % 3 === 0 ? 'TOOL' : 'CHAIN')]])
  if (n % 2 === 0) attributes.set('temperature', json(n % 4 === 0 ? 0.5 : '0.50'))
  if (n % 5 === 0) attributes.set('a"b', json('odd'))
  if (n % 4 !== 3) attributes.set('session.id', json(`s${n % 5}`))
  if (n % 6 === 1) attributes.set('mlflow.spanInputs', json(`Hello ${n} 100%_\\`))
  const failed = { code: 'ERROR', message: 'broken' } as const
  const event = { name: 'exception', timeNs: 5n, attributes: new Map([['exception.type', json('E')]]) }
  const start = 1_760_000_000_000_000_000n + BigInt(n % 8) * 1_000_000_000n
  const times = { startTimeNs: start, endTimeNs: n % 7 === 3 ? undefined : start + BigInt(n % 4) * 200_000_000n }
  await store.writeSpans(
    batch(
      [
        span({ trace: n, id: n % 3, ...times, ...(n % 4 === 1 ? { status: failed, events: [event] } : {}) }),
        span({ trace: n, id: 9, parent: n % 3, ...times, name: n % 2 === 0 ? 'plan' : 'act', attributes }),
      ],
      { experimentId: n % 4 === 3 ? '1' : '0', runId: n % 8 === 0 ? 'run-2' : undefined },
    ),
  )
  if (n % 3 === 1) await store.setTraceTag(traceId(n), 'color', n % 2 === 0 ? 'Red' : 'green')
  if (n % 5 === 2) await store.setTraceTag(traceId(n), 'a"b', 'odd')
  if (n % 9 === 4) await store.setTraceTag(traceId(n), '$.x', 'ö')
  const feedback = { kind: 'feedback', value: n % 2 === 0 ? n : `text ${n}`, error: undefined } as const
  if (n % 3 === 2) await store.createAssessment(assessment(n, 'score', feedback, n % 4 !== 2))
  if (n % 10 === 5) await store.createAssessment(assessment(n, 'score', { ...feedback, value: 5 }, true))
  if (n % 6 === 5) await store.createAssessment(assessment(n, 'answer', { kind: 'expectation', value: ['a', 1] }, true))
  if (n % 11 === 3)
    await store.createAssessment(assessment(n, 'slow', { kind: 'issue', issueName: 'Slow answer' }, true))
}

function assessment(n: number, name: string, content: Assessment['content'], valid: boolean): Assessment {
  return {
    assessmentId: `a-${n}-${name}-${content.kind === 'feedback' ? String(content.value) : ''}`,
    traceId: traceId(n),
    spanId: undefined,
    name,
    source: undefined,
    content,
    rationale: undefined,
    metadata: new Map(n % 2 === 0 ? [['mlflow.trace.session', 's']] : []),
    overrides: undefined,
    valid,
    createTimeMs: n,
    lastUpdateTimeMs: n,
  }
}
