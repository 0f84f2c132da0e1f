import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFor, stores } from '../testing/server.ts'
import { exportSpans, span } from '../testing/traces.ts'
import { npmiOf } from './correlation.ts'

describe('npmiOf', () => {
  it.each([
    // Recorded from a stock MLflow 3.17.2 server.
    [{ first: 1, second: 3, joint: 1, total: 6 }, 0.3868528072345415, 0.24221673613591177],
    [{ first: 5, second: 3, joint: 3, total: 6 }, 0.2630344058337936, 0.18646991083057965],
    [{ first: 1, second: 3, joint: 0, total: 6 }, -1, -0.25000000000000006],
    [{ first: 1, second: 2, joint: 0, total: 3 }, -1, -0.3802112417116061],
  ])('answers for %j what MLflow answers', (counts, plain, smoothed) => {
    expect(npmiOf(counts, 0)).toBeCloseTo(plain, 12)
    expect(npmiOf(counts, 0.5)).toBeCloseTo(smoothed, 12)
  })

  it('is 1 for filters that both match everything', () => {
    expect(npmiOf({ first: 4, second: 4, joint: 4, total: 4 }, 0)).toBe(1)
  })
})

describe.each(stores)('calculate-filter-correlation over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const AT = '/api/3.0/mlflow/traces/calculate-filter-correlation'

  it('counts over the experiments asked for, inside the base filter', async () => {
    const experiment = await server.newExperiment()
    const failed = { code: 'ERROR', message: 'x' } as const
    const spans = [span({ name: 'a', status: failed }), ...['a', 'a', 'b', 'b', 'b'].map((name) => span({ name }))]
    await exportSpans(server, experiment, spans)
    await exportSpans(server, '0', [span({ name: 'a' })])
    const ask = async (filter_string1: string, filter_string2: string, more: object = {}) =>
      (await server.send('POST', AT, { experiment_ids: [experiment], filter_string1, filter_string2, ...more })).body
    expect(await ask("status = 'ERROR'", "name = 'a'")).toMatchObject({
      npmi: expect.closeTo(0.3868528072345415, 12),
      filter1_count: 1,
      filter2_count: 3,
      joint_count: 1,
      total_count: 6,
    })
    expect(await ask("status = 'ERROR'", "name = 'none'")).toEqual({
      filter1_count: 1,
      filter2_count: 0,
      joint_count: 0,
      total_count: 6,
    })
    expect(await ask("status = 'OK'", "name = 'b'", { base_filter: "name = 'b'" })).toMatchObject({
      npmi: 1,
      total_count: 3,
    })
    expect((await ask('nope = 1', "name = 'a'")).error_code).toBe('INVALID_PARAMETER_VALUE')
    const missing = await server.send('POST', AT, { filter_string1: 'x', filter_string2: 'y' })
    expect(missing).toMatchObject({
      status: 400,
      body: { message: expect.stringMatching(/^Missing value .*'experiment_ids'/) },
    })
  })
})
