import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores } from '../testing/server.ts'

const AT = '/api/2.0/mlflow/traces'

describe.each(stores)('traces of API 2.0 over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)

  it('starts, ends, reads and finds a trace, and 3.0 reads the same', async () => {
    const experiment_id = await server.newExperiment()
    const started = await server.send('POST', AT, {
      experiment_id,
      timestamp_ms: 1_760_000_000_000,
      request_metadata: [{ key: 'mlflow.traceInputs', value: 'in' }],
      tags: [{ key: 'a', value: '1' }],
    })
    const id = String(started.body.trace_info?.request_id)
    expect(started.body.trace_info).toMatchObject({
      request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      experiment_id,
      timestamp_ms: 1_760_000_000_000,
      execution_time_ms: 0,
      status: 'IN_PROGRESS',
    })
    const ended = await server.send('PATCH', `${AT}/${id}`, {
      timestamp_ms: 1_760_000_001_500,
      status: 'OK',
      request_metadata: [],
      tags: [{ key: 'b', value: '2' }],
    })
    expect(ended.body.trace_info).toMatchObject({ status: 'OK', execution_time_ms: 1500 })
    expect(list(ended.body.trace_info?.tags)).toEqual(
      expect.arrayContaining([
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ]),
    )
    expect((await server.send('GET', `${AT}/${id}/info`)).body).toEqual(ended.body)
    const found = await server.send(
      'GET',
      `${AT}?experiment_ids=${experiment_id}&filter=${encodeURIComponent("status = 'OK'")}`,
    )
    expect(list(found.body.traces)).toEqual([ended.body.trace_info])
    const v3 = await server.send('GET', `/api/3.0/mlflow/traces/${id}`)
    expect(v3.body.trace?.trace_info).toMatchObject({ trace_id: id, state: 'OK', execution_duration: '1.500s' })
  })

  it('answers unknown ids and bad fields', async () => {
    const message = "Trace with ID 'nope' not found."
    expect(await server.send('GET', `${AT}/nope/info`)).toMatchObject({ status: 404, body: { message } })
    expect(await server.send('PATCH', `${AT}/nope`, { status: 'OK' })).toMatchObject({ status: 404, body: { message } })
    expect((await server.send('GET', AT)).body.message).toMatch(
      /^Missing value for required parameter 'experiment_ids'/,
    )
    expect((await server.send('GET', `${AT}?experiment_ids=0&max_results=501`)).status).toBe(400)
    expect((await server.send('POST', AT, { experiment_id: '424242' })).status).toBe(404)
    const { body } = await server.send('POST', AT, { experiment_id: '0' })
    expect((await server.send('PATCH', `${AT}/${body.trace_info?.request_id}`, { status: 'FINE' })).status).toBe(400)
    expect((await server.fetch(`${AT}/nope`)).status).toBe(405)
  })
})
