import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { openSqliteStore } from './index.ts'
import { migrate } from './migrate.ts'
import { findHeadlines } from './read/traces.ts'
import { schemaSteps } from './schema.ts'
import { Sql } from './sql.ts'
import { batch, span, spanId, traceId } from './testing/spans.ts'
import { temporaryDirectory } from './testing/temporary-directory.ts'
import { createWriter } from './write/writer.ts'

test('an empty file becomes a store with the experiment Default, and opening it again changes nothing', async () => {
  const directory = temporaryDirectory()
  const first = await openSqliteStore(directory)
  const made = await first.getExperiment('0')
  await first.close()
  const again = await openSqliteStore(directory)
  expect(await again.getExperiment('0')).toEqual(made)
  expect(made).toMatchObject({ name: 'Default', lifecycleStage: 'active', artifactLocation: 'mlflow-artifacts:/0' })
  await again.close()
})

test('a database of a newer Clew is refused with what to do, and left as it is', async () => {
  const directory = temporaryDirectory()
  await (await openSqliteStore(directory)).close()
  const newer = schemaSteps.length + 1
  execute(directory, `PRAGMA user_version = ${newer}`)
  await expect(openSqliteStore(directory)).rejects.toMatchObject({
    code: 'INVALID_PARAMETER_VALUE',
    message: expect.stringContaining('--data'),
  })
  execute(directory, `PRAGMA user_version = ${schemaSteps.length}`)
  await (await openSqliteStore(directory)).close()
})

test('a database of another program is refused', async () => {
  const directory = temporaryDirectory()
  execute(directory, 'CREATE TABLE recipes (name TEXT)')
  const before = readFileSync(join(directory, 'clew.db'))
  await expect(openSqliteStore(directory)).rejects.toMatchObject({ message: expect.stringContaining('not a Clew') })
  expect(readFileSync(join(directory, 'clew.db'))).toEqual(before)
})

test('a file that is no database is refused', async () => {
  const directory = temporaryDirectory()
  writeFileSync(join(directory, 'clew.db'), 'x'.repeat(10_000))
  await expect(openSqliteStore(directory)).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE' })
})

test('steps that were not taken yet are taken in order; a step that fails undoes them all', () => {
  const database = new DatabaseSync(':memory:')
  const steps = ['CREATE TABLE a (x)', 'INSERT INTO a VALUES (1)']
  migrate(database, steps.slice(0, 1))
  migrate(database, steps)
  expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
  expect(() => migrate(database, [...steps, 'INSERT INTO a VALUES (2)', 'no SQL'])).toThrow()
  expect(database.prepare('SELECT count(*) AS n FROM a').get()).toEqual({ n: 1 })
  expect(database.prepare('PRAGMA user_version').get()).toEqual({ user_version: 2 })
})

test('a file from before headlines gets those its rows can tell, and keeps them when it is written to', () => {
  const database = new DatabaseSync(':memory:')
  migrate(database, schemaSteps.slice(0, 1))
  const [failed, fine] = ['ERROR', 'OK'].map(
    (state) => `{"count":1,"state":"${state}","root":{"name":"a","status":"${state}","tags":[]}}`,
  )
  const [first, second, third] = [0, 1, 2].map(traceId)
  database.exec(`
    INSERT INTO traces (pk, trace_id, experiment_id, request_time_ms, state, tags, metadata) VALUES
      (1, '${first}', 0, 0, 'ERROR', '{}', '{}'),
      (2, '${second}', 0, 0, 'OK', '{}', '{}'),
      (3, '${third}', 0, 0, 'ERROR', '{}', '{}');
    INSERT INTO trace_parts VALUES (1, NULL, '${failed}', NULL), (2, NULL, '${fine}', NULL), (3, NULL, NULL, NULL);
    INSERT INTO payloads (id, attributes, cuts, status_message) VALUES
      (1, '{"mlflow.spanType":"AGENT"}', '17 7', NULL), (2, '{}', '', 'broken' || char(10) || 'twice'), (3, '{}', '', 'broken');
    INSERT INTO spans (trace, span_id, parent_id, name, type, status, start_ns, duration_ns, exceptions,
      is_notable, payload) VALUES
      (1, '${spanId(0)}', NULL, 'a', 'AGENT', 2, 5, 9, 0, 1, 1),
      (1, '${spanId(1)}', '${spanId(0)}', 'b', 'TOOL', 2, 6, 1, 1, 0, 2),
      (2, '${spanId(0)}', NULL, 'a', 'UNKNOWN', 1, 5, 9, 0, 1, 3);
  `)
  migrate(database)
  const headlines = () => [...findHeadlines(new Sql(database), [0, 1, 2].map(traceId)).values()]
  const expected = [
    { rootType: 'AGENT', failure: 'broken twice' },
    { rootType: 'UNKNOWN', failure: undefined },
    { rootType: undefined, failure: undefined },
  ]
  expect(headlines()).toEqual(expected)
  const { methods } = createWriter(database)
  for (const n of [0, 1, 2]) methods.setTraceTag(traceId(n), 'k', 'v')
  expect(headlines()).toEqual(expected)
  methods.writeSpans(batch([span({ trace: 0, id: 2, parent: 0 })]))
  expect(headlines()).toEqual(expected)
})

test('a file from before metrics gets their numbers from what it holds', () => {
  const database = new DatabaseSync(':memory:')
  migrate(database, schemaSteps.slice(0, 2))
  const usages = ['{"input_tokens": 5, "cache_read_input_tokens": 2}', '{"total_tokens": "9"}', 'no JSON', '[1]']
  const insert = database.prepare(
    `INSERT INTO traces (pk, trace_id, experiment_id, request_time_ms, state, tags, metadata) VALUES (?, ?, 0, 0, 'OK', '{}', ?)`,
  )
  for (const [n, usage] of [...usages, undefined].entries()) {
    insert.run(n, traceId(n), JSON.stringify(usage === undefined ? {} : { 'mlflow.trace.tokenUsage': usage }))
  }
  const payloads = [
    '{"mlflow.llm.provider":"openai","mlflow.llm.cost":{"input_cost":0.5,"total_cost":0.75}}',
    '{"mlflow.llm.provider":5,"mlflow.llm.cost":{"input_cost":"x","output_cost":-1,"total_cost":1}}',
    '{"mlflow.llm.model":no JSON}',
  ]
  for (const [n, attributes] of payloads.entries()) {
    database.prepare(`INSERT INTO payloads (id, attributes, cuts) VALUES (?, ?, '')`).run(n, attributes)
    database.exec(`INSERT INTO spans (trace, span_id, name, type, status, start_ns, cost, exceptions, is_notable, payload)
      VALUES (0, '${spanId(n)}', 'a', 'LLM', 1, 5, iif(${n} < 2, 1, NULL), 0, 1, ${n})`)
  }
  migrate(database)
  const columns = 'input_tokens, output_tokens, total_tokens, cache_read_tokens, cache_creation_tokens'
  const rows = (query: string) =>
    database
      .prepare(query)
      .all()
      .map((row) => Object.values(row))
  expect(rows(`SELECT ${columns} FROM traces ORDER BY pk`)).toEqual([
    [5, 0, 5, 2, null],
    ...Array(4).fill([null, null, null, null, null]),
  ])
  expect(rows('SELECT provider, input_cost, output_cost FROM spans ORDER BY span_id')).toEqual([
    ['openai', 0.5, 0],
    [null, 0, 0],
    [null, null, null],
  ])
})

function execute(directory: string, text: string): void {
  const database = new DatabaseSync(join(directory, 'clew.db'))
  database.exec(text)
  database.close()
}
