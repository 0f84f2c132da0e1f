import { DatabaseSync } from 'node:sqlite'
import { spanFacts } from '@clew/model'
import { expect, test } from 'vitest'
import { migrate } from '../migrate.ts'
import { Sql } from '../sql.ts'
import { batch, json, span, traceId } from '../testing/spans.ts'
import { Digests } from './digests.ts'
import { writeSpans } from './spans.ts'
import { WriterMemory } from './writer-memory.ts'

test('a digest that was kept is not read from the file again; one that was undone is', () => {
  const { sql, memory, digests } = emptyStore()
  writeSpans(sql, memory, batch([span({ trace: 0, id: 0 })]))
  digests.confirm()
  sql.run('DELETE FROM spans')
  expect(digests.take(1, traceId(0)).count).toBe(1)
  digests.undo()
  expect(digests.take(1, traceId(0)).count).toBe(0)
})

test('a digest made from the file sums up what the one that was kept did', () => {
  const { sql, memory, digests } = emptyStore()
  const attributes = new Map([
    ['mlflow.chat.tokenUsage', json({ input_tokens: 3, output_tokens: 4, total_tokens: 7 })],
    ['session.id', json('s')],
    ['user.id', json('u')],
  ])
  const spans = [
    span({ trace: 0, id: 0, status: { code: 'ERROR', message: 'm' } }),
    span({ trace: 0, id: 1, parent: 0, attributes }),
    span({ trace: 0, id: 2, parent: 1, attributes }),
    span({ trace: 0, id: 3, parent: 0, endTimeNs: undefined }),
  ]
  writeSpans(sql, memory, batch(spans))
  const kept = digests.take(1, traceId(0)).read()
  const rebuilt = new Digests(sql).take(1, traceId(0)).read()
  expect(rebuilt).toEqual(kept)
  expect(rebuilt).toMatchObject({ count: 4, state: 'ERROR', usage: { total: 7 }, sessionId: 's', userId: 'u' })
})

test('old digests make room for new ones, but the last one stays whatever its size', () => {
  const { sql } = emptyStore()
  const digests = new Digests(sql, { maxSpans: 3 })
  for (const trace of [1, 2, 3]) {
    const digest = digests.create(trace)
    for (let id = 0; id < trace * 2; id++) digest.add(spanFacts(span({ trace, id })))
    digests.keep(trace, digest)
  }
  expect([1, 2, 3].map((trace) => digests.take(trace, traceId(trace)).count)).toEqual([0, 0, 6])
})

function emptyStore() {
  const database = new DatabaseSync(':memory:')
  migrate(database)
  const sql = new Sql(database)
  const memory = new WriterMemory(sql)
  return { sql, memory, digests: memory.digests }
}
