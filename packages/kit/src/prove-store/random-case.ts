import { ClewError, type JsonText, type Span, type TraceStore } from '@clew/model'
import fc from 'fast-check'
import { expect } from 'vitest'
import { DRAWN_ORIGIN_NS, drawnSpanId } from '../draw.ts'
import { feedbackOn, infoOf, queryOf, type Stage } from './stage.ts'

/**
 * Does the same random things to two stores and expects the same answers of both after each. Both have to be new, so
 * that they number experiments alike.
 */
export async function compareStores(left: Stage, right: Stage, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 40, size: 'max' }), async (operations) => {
      const [experimentId, other] = [await left.newExperiment(), await right.newExperiment()]
      expect(other).toBe(experimentId)
      const prefix = `tr-${left.next()}-`
      for (const each of operations) {
        const call = (store: TraceStore) => outcomeOf(() => each.run(store, { experimentId, prefix }))
        expect(await call(right.store), each.name).toEqual(await call(left.store))
        const ids = TRACES.map((name) => prefix + name)
        const read = ({ store }: Stage) => Promise.all([store.getTraceInfos(ids), store.getHeadlines(ids)])
        expect(await read(right), each.name).toEqual(await read(left))
      }
      const view = (store: TraceStore) => viewOf(store, experimentId, prefix)
      expect(await view(right.store)).toEqual(await view(left.store))
    }),
    { numRuns: runs, endOnFailure: true },
  )
}

interface Place {
  readonly experimentId: string
  readonly prefix: string
}

interface Operation {
  readonly name: string
  readonly run: (store: TraceStore, place: Place) => Promise<unknown>
  readonly [fc.toStringMethod]?: () => string
}

const TRACES = ['a', 'b', 'c']
const trace = fc.constantFrom(...TRACES)
const key = fc.constantFrom('color', 'mlflow.traceName', '__proto__', 'mlflow.sourceRun')
const text = fc.constantFrom('', 'red', 'Red', '😀', "it's")
const state = fc.constantFrom('OK', 'ERROR', 'IN_PROGRESS', 'STATE_UNSPECIFIED')
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

const span = fc
  .record({
    index: fc.nat(4),
    parent: maybe(fc.nat(4)),
    name: fc.constantFrom('agent', 'llm', 'tool', ''),
    start: fc.nat(20),
    length: maybe(fc.nat(20)),
    code: fc.constantFrom('UNSET', 'OK', 'ERROR'),
    message: fc.constantFrom('', 'broken', 'no answer'),
    attributes: fc.uniqueArray(
      fc.constantFrom<readonly [string, string]>(
        ['mlflow.spanInputs', '{"q":1}'],
        ['mlflow.spanOutputs', '"out"'],
        ['mlflow.spanType', '"LLM"'],
        ['mlflow.llm.model', '"m1"'],
        ['mlflow.chat.tokenUsage', '{"input_tokens":3,"output_tokens":4}'],
        ['mlflow.chat.tokenUsage', '{"input_tokens":1,"output_tokens":0,"cache_read_input_tokens":1}'],
        ['mlflow.llm.cost', '{"total_cost":0.1}'],
        ['session.id', '"s1"'],
        ['session.id', '"s2"'],
        ['user.id', '7'],
        ['mlflow.traceTag.color', '"blue"'],
      ),
      { selector: ([name]) => name, maxLength: 4 },
    ),
  })
  .map(({ index, parent, name, start, length, code, message, attributes }) => (traceId: string): Span => {
    const startTimeNs = DRAWN_ORIGIN_NS + BigInt(start * 1_000_000)
    return {
      traceId,
      spanId: drawnSpanId(index),
      parentSpanId: parent === undefined || parent === index ? undefined : drawnSpanId(parent),
      name,
      startTimeNs,
      endTimeNs: length === undefined ? undefined : startTimeNs + BigInt(length * 1_000_000),
      status: { code, message },
      attributes: new Map(attributes.map(([attribute, json]) => [attribute, json as JsonText])),
      events: [],
      links: [],
    }
  })

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({
        spans: fc.array(fc.tuple(trace, span), { maxLength: 4 }),
        tag: maybe(text),
        run: maybe(fc.constantFrom('r1')),
      })
      .map(writing),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({
        name: trace,
        state,
        time: fc.constantFrom(0, 5, 2e12),
        duration: maybe(fc.nat(100)),
        preview: maybe(text),
        tags: entries(),
        metadata: entries(),
      })
      .map(telling),
  },
  fc
    .tuple(trace, key, text)
    .map(([name, tag, value]) =>
      named('setTraceTag', (store, { prefix }) => store.setTraceTag(prefix + name, tag, value)),
    ),
  fc
    .tuple(trace, key)
    .map(([name, tag]) => named('deleteTraceTag', (store, { prefix }) => store.deleteTraceTag(prefix + name, tag))),
  trace.map((name) =>
    named('deleteTraces', (store, { experimentId, prefix }) =>
      store.deleteTraces({ experimentId, traceIds: [prefix + name] }),
    ),
  ),
  trace.map((name) => named('linkTracesToRun', (store, { prefix }) => store.linkTracesToRun([prefix + name], 'r1'))),
  trace.map((name) => named('linkPrompts', (store, { prefix }) => store.linkPrompts(prefix + name, ['p/1']))),
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        trace,
        fc.nat(1),
        maybe(fc.nat(1)),
        fc.constantFrom<boolean | number | string>(true, 5, 'red'),
        fc.boolean(),
      )
      .map(judging),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(trace, fc.nat(1))
      .map(([name, id]) =>
        named('deleteAssessment', (store, { prefix }) =>
          store.deleteAssessment(prefix + name, `${prefix}${name}-${id}`),
        ),
      ),
  },
)

function writing({
  spans,
  tag,
  run,
}: {
  spans: [string, (traceId: string) => Span][]
  tag: string | undefined
  run: string | undefined
}): Operation {
  return named(
    `writeSpans ${spans.map(([name, make]) => `${name}:${Number(make('').spanId)}`).join(' ')}`,
    (store, { experimentId, prefix }) => {
      const traceTags = new Map(
        TRACES.map((name) => [prefix + name, new Map(tag === undefined ? [] : [['color', tag]])]),
      )
      return store.writeSpans({
        experimentId,
        spans: spans.map(([name, make]) => make(prefix + name)),
        traceTags,
        runId: run,
      })
    },
  )
}

interface Told {
  readonly name: string
  readonly state: 'OK' | 'ERROR' | 'IN_PROGRESS' | 'STATE_UNSPECIFIED'
  readonly time: number
  readonly duration: number | undefined
  readonly preview: string | undefined
  readonly tags: [string, string][]
  readonly metadata: [string, string][]
}

function telling(told: Told): Operation {
  return named(`upsertTraceInfo ${told.name} ${told.state}`, (store, { experimentId, prefix }) =>
    store.upsertTraceInfo(
      infoOf(prefix + told.name, experimentId, {
        state: told.state,
        requestTimeMs: told.time,
        executionDurationMs: told.duration,
        requestPreview: told.preview,
        tags: new Map(told.tags),
        traceMetadata: new Map(told.metadata),
      }),
    ),
  )
}

function judging([name, id, overrides, value, isOfSession]: [
  string,
  number,
  number | undefined,
  boolean | number | string,
  boolean,
]): Operation {
  return named(`createAssessment ${name} ${id} over ${overrides}`, (store, { prefix }) => {
    const idOf = (number: number) => `${prefix}${name}-${number}`
    const content = { kind: 'feedback', value, error: undefined } as const
    const other = overrides === undefined || overrides === id ? undefined : idOf(overrides)
    const metadata = new Map(isOfSession ? [['mlflow.trace.session', 's1']] : [])
    const changes = { content, overrides: other, createTimeMs: id, metadata }
    return store.createAssessment(feedbackOn(prefix + name, idOf(id), changes))
  })
}

function entries(): fc.Arbitrary<[string, string][]> {
  return fc.array(fc.tuple(key, text), { maxLength: 2 })
}

function named(name: string, run: Operation['run']): Operation {
  return { name, run, [fc.toStringMethod]: () => name }
}

const FILTERS = [
  '',
  "status = 'ERROR'",
  "tag.color = 'red'",
  "tag.color != 'red'",
  "NOT tag.color ILIKE 'red'",
  'name IS NULL',
  "name != 'agent'",
  'execution_time_ms > 5',
  "span.name = 'llm' AND span.status = 'ERROR'",
  "text LIKE '%out%'",
  "span.attributes.`user.id` = '7'",
  "metadata.mlflow.trace.session = 's1'",
  "run_id = 'r1'",
  "run_id != 'red'",
  "prompt = 'p/1'",
  'feedback.score > 1',
  "feedback.score = 'true'",
  'feedback.score IS NULL',
]
const ORDERS = [
  [],
  ['name ASC'],
  ['tag.color DESC'],
  ['status ASC', 'name DESC'],
  ['tag.color DESC', 'execution_time_ms DESC'],
  ['execution_time_ms ASC', 'timestamp_ms ASC'],
  ['metadata.mlflow.trace.session ASC'],
]

async function viewOf(store: TraceStore, experimentId: string, prefix: string): Promise<unknown> {
  const view: unknown[] = []
  for (const filter of FILTERS) {
    const { traces } = await store.searchTraces(queryOf(experimentId, { filter }))
    view.push([filter, traces.map((each) => each.traceId)])
  }
  for (const orderBy of ORDERS) {
    const first = await store.searchTraces(queryOf(experimentId, { orderBy, limit: 1 }))
    const rest =
      first.cursor === undefined
        ? []
        : (await store.searchTraces(queryOf(experimentId, { orderBy, cursor: first.cursor }))).traces
    view.push([orderBy, [...first.traces, ...rest].map((each) => each.traceId)])
  }
  for (const name of TRACES) view.push(await store.getSpans(prefix + name), await store.getSkeleton(prefix + name))
  const statistics = await store.experimentStatistics()
  const { traces, errors, lastTraceMs } = statistics.find((each) => each.experiment.experimentId === experimentId) ?? {}
  return [...view, { traces, errors, lastTraceMs }]
}

async function outcomeOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return { value: await call() }
  } catch (error) {
    if (error instanceof ClewError) return { refused: error.code, message: error.message }
    throw error
  }
}
