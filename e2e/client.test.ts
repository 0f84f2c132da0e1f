/** The SDK's two halves against a real server: what one wrote, the other reads back. */
import { flush, init, type LiveSpan, shutdown, withSpan } from '@clew/tracing'
import { MlflowApiError, MlflowClient, type ReadTrace, readAttribute } from '@clew/tracing/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ClewServer, startClew } from './harness/clew-server.ts'

let clew: ClewServer
let client: MlflowClient

beforeAll(async () => {
  clew = await startClew()
  client = new MlflowClient({ trackingUri: clew.url })
})
afterAll(async () => {
  await shutdown()
  await clew?.stop()
})

/** An experiment of its own, with a trace for each of `bodies`. */
async function traced(name: string, ...bodies: ((root: LiveSpan) => unknown)[]) {
  const experimentId = await client.createExperiment(name)
  init({ trackingUri: clew.url, experimentId })
  const roots: LiveSpan[] = []
  for (const body of bodies) {
    const step = async (root: LiveSpan) => {
      roots.push(root)
      await body(root)
    }
    await withSpan(step, { name, spanType: 'AGENT' }).catch(() => undefined)
  }
  expect(await flush()).toBe(true)
  return { experimentId, traceIds: roots.map((root) => root.traceId), roots }
}

describe('a trace', () => {
  test('is read back with all it was written with, exactly', async () => {
    const inputs = { question: 'why?', exact: 2n ** 60n + 1n, share: 0.1, none: null, list: [[], {}, '"'] }
    const { traceIds, roots } = await traced('exact', async (root) => {
      root.setInputs(inputs)
      await withSpan(
        (span) => {
          span.setAttribute('mlflow.chat.tokenUsage', { input_tokens: 10, output_tokens: 5, total_tokens: 15 })
          span.addEvent({ name: 'thought', timeNs: 1_750_000_000_123_456_789n, attributes: { words: ['a', 'b'] } })
          return 2n ** 63n - 1n
        },
        { name: 'model', spanType: 'CHAT_MODEL' },
      )
      throw new RangeError('too far')
    })
    const trace = await client.getTrace(traceIds[0]!)
    expect(trace.root).toMatchObject({
      traceId: roots[0]!.traceId,
      spanId: roots[0]!.spanId,
      parentSpanId: undefined,
      name: 'exact',
      spanType: 'AGENT',
      startTimeNs: roots[0]!.startTimeNs,
      endTimeNs: roots[0]!.endTimeNs,
      status: { code: 'ERROR', message: 'RangeError: too far' },
      outputs: undefined,
    })
    expect(trace.root?.inputs).toEqual(inputs)
    const exception = trace.root?.events[0]
    expect(readAttribute(exception!.attributes, 'exception.message')).toBe('too far')
    const [model] = trace.searchSpans({ spanType: 'CHAT_MODEL' })
    expect(model).toMatchObject({ parentSpanId: trace.root?.spanId, outputs: 2n ** 63n - 1n, inputs: undefined })
    expect(model?.tokenUsage).toMatchObject({ input: 10, output: 5, total: 15 })
    expect(model?.events[0]).toMatchObject({ name: 'thought', timeNs: 1_750_000_000_123_456_789n })
    expect(trace.tokenUsage).toMatchObject({ input: 10, output: 5, total: 15 })
    expect(trace.info).toEqual(await client.getTraceInfo(traceIds[0]!))
    expect(trace.info).toMatchObject({ traceId: traceIds[0], state: 'ERROR' })
  })

  test('that does not exist is an error with all the server says', async () => {
    const error = await client.getTrace(`tr-${'0'.repeat(31)}1`).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(MlflowApiError)
    expect(error).toMatchObject({
      code: 'RESOURCE_DOES_NOT_EXIST',
      status: 404,
      message: expect.stringContaining('not found'),
      help: expect.stringContaining('Check the id'),
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('has tags that can be set, replaced and deleted', async () => {
    const { traceIds } = await traced('tags', () => 1)
    const traceId = traceIds[0]!
    await client.setTraceTag(traceId, 'team', 'blue')
    await client.setTraceTag(traceId, 'team', 'größer / "red"')
    expect((await client.getTraceInfo(traceId)).tags.get('team')).toBe('größer / "red"')
    await client.deleteTraceTag(traceId, 'team')
    expect((await client.getTraceInfo(traceId)).tags.has('team')).toBe(false)
    await expect(client.deleteTraceTag(traceId, 'team')).rejects.toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' })
    await expect(client.setTraceTag(traceId, 'bad?key', 'x')).rejects.toMatchObject({
      code: 'INVALID_PARAMETER_VALUE',
      status: 400,
    })
  })

  test('can be added to another experiment, server or trace', async () => {
    const { traceIds, experimentId } = await traced('original', async (root) => {
      root.setInputs({ exact: 2n ** 60n })
      await withSpan(() => 'ok', { name: 'inner', spanType: 'TOOL' })
    })
    await client.setTraceTag(traceIds[0]!, 'team', 'blue')
    await client.logFeedback({ traceId: traceIds[0]!, name: 'right', value: true })
    const original = await client.getTrace(traceIds[0]!)

    const other = await startClew()
    try {
      const there = new MlflowClient({ trackingUri: other.url })
      const copyExperiment = await there.createExperiment('copies')
      for (const _ of [1, 2]) await there.addTrace(original, { experimentId: copyExperiment })
      const copies = await there.searchTraces({ experimentNames: ['copies'] }).toArray()
      expect(copies).toHaveLength(1)
      expect(copies[0]!.data).toEqual(original.data)
      expect(withoutPlace(copies[0]!)).toEqual(withoutPlace(original))
    } finally {
      await other.stop()
    }

    const {
      traceIds: [parentId],
      roots,
    } = await traced('host', () => 1)
    expect(await client.addTrace(original, { experimentId, parent: roots[0]! })).toBe(parentId)
    const host = await client.getTrace(parentId!)
    expect(host.searchSpans({ name: 'original' })).toMatchObject([
      { traceId: parentId, parentSpanId: roots[0]!.spanId, inputs: original.root!.inputs },
    ])
    expect(host.searchSpans({ name: 'inner' })).toMatchObject([{ parentSpanId: original.root!.spanId }])
    expect(host.data.spans).toHaveLength(3)
  })
})

/** What a copy has in common with its original: all but where it is. */
function withoutPlace({ info }: ReadTrace) {
  const { tags, experimentId: _, ...rest } = info
  return { ...rest, tags: new Map([...tags].filter(([key]) => key !== 'mlflow.artifactLocation')) }
}

describe('a search', () => {
  test('pages through as many traces as there are, in order, with and without spans', async () => {
    const bodies = Array.from({ length: 250 }, (_, index) => (root: LiveSpan) => root.setInputs({ index }))
    const { experimentId, traceIds } = await traced('many', ...bodies)
    const search = { experimentIds: [experimentId], orderBy: ['timestamp_ms ASC'] }
    const whole = await client.searchTraces(search).toArray()
    expect(new Set(whole.map(({ info }) => info.traceId))).toEqual(new Set(traceIds))
    expect(whole).toHaveLength(250)
    const times = whole.map(({ info }) => info.requestTimeMs)
    expect(times).toEqual(times.toSorted((left, right) => left - right))
    const indexes = whole.map((trace) => Object(trace.root?.inputs).index)
    expect(new Set(indexes)).toEqual(new Set(Array.from({ length: 250 }, (_, index) => index)))

    const infos = await client.searchTraces({ ...search, includeSpans: false }).toArray()
    expect(infos.map(({ info }) => info)).toEqual(whole.map(({ info }) => info))
    expect(infos.every(({ data }) => data.spans.length === 0)).toBe(true)

    const some = await client.searchTraces({ ...search, maxResults: 103 }).toArray()
    expect(some.map(({ info }) => info.traceId)).toEqual(whole.slice(0, 103).map(({ info }) => info.traceId))
  })

  test('takes MLflow’s filters, several experiments, and names', async () => {
    const one = await traced('one', (root) => root.setStatus('ERROR', 'no'))
    const two = await traced('two', () => 1)
    const both = { experimentNames: ['one'], experimentIds: [two.experimentId], includeSpans: false }
    const ids = async (filter?: string) => {
      const found = await client.searchTraces({ ...both, filter }).toArray()
      return found.map(({ info }) => info.traceId).toSorted()
    }
    expect(await ids()).toEqual([...one.traceIds, ...two.traceIds].toSorted())
    expect(await ids("status = 'ERROR'")).toEqual(one.traceIds)
    expect(await ids("tag.mlflow.traceName = 'two'")).toEqual(two.traceIds)
    await expect(ids('nonsense ===')).rejects.toMatchObject({ code: 'INVALID_PARAMETER_VALUE', status: 400 })
    const unknown = client.searchTraces({ experimentNames: ['never made'] })
    await expect(unknown.toArray()).rejects.toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' })
  })

  test('finds no deleted traces', async () => {
    const { experimentId, traceIds } = await traced('deleted', ...Array.from({ length: 120 }, () => () => 1))
    expect(await client.deleteTraces({ experimentId, traceIds: traceIds.slice(0, 110) })).toBe(110)
    expect(await client.deleteTraces({ experimentId, maxTimestampMs: Date.now(), maxTraces: 3 })).toBe(3)
    expect(await client.searchTraces({ experimentIds: [experimentId] }).toArray()).toHaveLength(7)
    expect(await client.deleteTraces({ experimentId, maxTimestampMs: 1 })).toBe(0)
  })
})

describe('assessments', () => {
  test('feedback and expectations are logged, read, changed and deleted', async () => {
    const { traceIds, roots } = await traced('assessed', () => 1)
    const traceId = traceIds[0]!
    const feedback = await client.logFeedback({
      traceId,
      spanId: roots[0]!.spanId,
      name: 'quality',
      value: { score: 0.5, words: ['a'] },
      rationale: 'half of it',
      source: { sourceType: 'HUMAN', sourceId: 'ines' },
      metadata: { round: 1 },
    })
    expect(feedback).toMatchObject({
      assessmentId: expect.stringMatching(/^a-[0-9a-f]{32}$/),
      spanId: roots[0]!.spanId,
      name: 'quality',
      rationale: 'half of it',
      source: { sourceType: 'HUMAN', sourceId: 'ines' },
      metadata: new Map([['round', '1']]),
      valid: true,
    })
    expect(feedback.content).toEqual({ kind: 'feedback', value: { score: 0.5, words: ['a'] }, error: undefined })
    const expectation = await client.logExpectation({ traceId, name: 'answer', value: ['Paris', { exact: 1 }] })
    expect(expectation.source).toEqual({ sourceType: 'HUMAN', sourceId: 'default' })
    expect(await client.getAssessment(traceId, expectation.assessmentId)).toEqual(expectation)
    const failed = await client.logFeedback({ traceId, error: new RangeError('no judge') })
    expect(failed).toMatchObject({
      name: 'feedback',
      source: { sourceType: 'CODE' },
      content: { value: null, error: { errorCode: 'RangeError', errorMessage: 'no judge' } },
    })
    expect((await client.getTraceInfo(traceId)).assessments).toHaveLength(3)

    const id = { traceId, assessmentId: feedback.assessmentId }
    const changed = await client.updateAssessment({ ...id, value: false, metadata: { by: 'me' } })
    expect(changed).toMatchObject({ name: 'quality', rationale: 'half of it', content: { value: false } })
    expect(changed.metadata).toEqual(new Map(Object.entries({ round: '1', by: 'me' })))
    expect(await client.updateAssessment({ ...id, name: 'taste', rationale: 'dull' })).toMatchObject({
      name: 'taste',
      rationale: 'dull',
      content: { value: false },
    })
    await expect(
      client.updateAssessment({ traceId, assessmentId: expectation.assessmentId, error: 'no' }),
    ).rejects.toThrow(TypeError)
    await client.deleteAssessment(traceId, feedback.assessmentId)
    await expect(client.getAssessment(traceId, feedback.assessmentId)).rejects.toMatchObject({ status: 404 })
  })

  test('feedback overrides feedback that overrides feedback', async () => {
    const { traceIds, roots } = await traced('overridden', () => 1)
    const traceId = traceIds[0]!
    const first = await client.logFeedback({ traceId, name: 'right', value: false, spanId: roots[0]!.spanId })
    const second = await client.overrideFeedback({ traceId, assessmentId: first.assessmentId, value: true })
    expect(second).toMatchObject({ name: 'right', spanId: roots[0]!.spanId, overrides: first.assessmentId })
    const third = await client.overrideFeedback({
      traceId,
      assessmentId: second.assessmentId,
      value: 'maybe',
      rationale: 'on second thoughts',
      source: { sourceType: 'LLM_JUDGE', sourceId: 'a-model' },
    })
    const valid = async () => {
      const { assessments } = await client.getTraceInfo(traceId)
      return new Map(assessments.map((assessment) => [assessment.assessmentId, assessment.valid]))
    }
    const ids = [first, second, third].map(({ assessmentId }) => assessmentId)
    expect([...(await valid())]).toEqual([
      [ids[0], false],
      [ids[1], false],
      [ids[2], true],
    ])
    await client.deleteAssessment(traceId, third.assessmentId)
    expect((await valid()).get(second.assessmentId)).toBe(true)
    const expectation = await client.logExpectation({ traceId, name: 'answer', value: 1 })
    await expect(
      client.overrideFeedback({ traceId, assessmentId: expectation.assessmentId, value: 2 }),
    ).rejects.toThrow(TypeError)
    const unknown = { traceId, assessmentId: `a-${'1'.repeat(32)}`, value: 1 }
    await expect(client.overrideFeedback(unknown)).rejects.toMatchObject({ status: 404 })
  })

  test('of an unknown trace are refused', async () => {
    const traceId = `tr-${'0'.repeat(31)}2`
    await expect(client.logFeedback({ traceId, value: 1 })).rejects.toMatchObject({ code: 'RESOURCE_DOES_NOT_EXIST' })
  })
})

test('an experiment is created, found, renamed, tagged, deleted and restored', async () => {
  const experimentId = await client.createExperiment('lab / 1', { tags: { team: 'blue' } })
  await expect(client.createExperiment('lab / 1')).rejects.toMatchObject({ code: 'RESOURCE_ALREADY_EXISTS' })
  expect(await client.getExperimentByName('lab / 1')).toMatchObject({ experimentId, lifecycleStage: 'active' })
  expect(await client.getExperimentByName('nobody')).toBeUndefined()
  await client.renameExperiment(experimentId, 'lab 2')
  await client.setExperimentTag(experimentId, 'floor', '3')
  await client.deleteExperimentTag(experimentId, 'team')
  const experiment = await client.getExperiment(experimentId)
  expect(experiment).toMatchObject({ name: 'lab 2', tags: new Map([['floor', '3']]) })
  expect(experiment.creationTimeMs).toBeGreaterThan(1_700_000_000_000)

  await client.deleteExperiment(experimentId)
  const found = async (viewType: 'ACTIVE_ONLY' | 'DELETED_ONLY' | 'ALL') => {
    const all = await client.searchExperiments({ filter: "name LIKE 'lab%'", viewType }).toArray()
    return all.map(({ name }) => name)
  }
  expect([await found('ACTIVE_ONLY'), await found('DELETED_ONLY'), await found('ALL')]).toEqual([
    [],
    ['lab 2'],
    ['lab 2'],
  ])
  await client.restoreExperiment(experimentId)
  expect(await found('ACTIVE_ONLY')).toEqual(['lab 2'])
  await expect(client.getExperiment('987654')).rejects.toMatchObject({ status: 404 })
})
