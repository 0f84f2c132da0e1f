import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores, type Tree } from '../testing/server.ts'

const AT = '/api/2.0/mlflow/runs'

describe.each(stores)('runs over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const post = (action: string, body: object) => server.send('POST', `${AT}/${action}`, body)
  const read = async (id: string) => (await server.send('GET', `${AT}/get?run_uuid=${id}&run_id=${id}`)).body.run
  const start = async (experiment_id: string, fields: object = {}) => {
    const { body } = await post('create', { experiment_id, user_id: 'ann', start_time: 1_760_000_000_000, ...fields })
    return String(body.run?.info?.run_id)
  }
  const pairs = (tree: Tree | undefined) => new Map(list(tree).map(({ key, value }) => [String(key), value]))

  it('walks the way of start_run: create, get, update', async () => {
    const experiment_id = await server.newExperiment()
    const id = await start(experiment_id, { tags: [{ key: 'mlflow.user', value: 'ann' }] })
    expect(id).toMatch(/^[0-9a-f]{32}$/)
    const run = await read(id)
    expect(run?.info).toEqual({
      run_uuid: id,
      run_id: id,
      experiment_id,
      run_name: expect.stringMatching(/^[a-z]+-[a-z]+-\d+$/),
      user_id: 'ann',
      status: 'RUNNING',
      start_time: 1_760_000_000_000,
      artifact_uri: `mlflow-artifacts:/${experiment_id}/${id}/artifacts`,
      lifecycle_stage: 'active',
    })
    expect(list(run?.data?.tags)).toEqual([
      { key: 'mlflow.user', value: 'ann' },
      { key: 'mlflow.runName', value: run?.info?.run_name },
    ])
    const { body } = await post('update', { run_uuid: id, run_id: id, status: 'FINISHED', end_time: 1_760_000_001_000 })
    expect(body.run_info).toMatchObject({ status: 'FINISHED', end_time: 1_760_000_001_000 })
    expect((await read(id))?.info).toEqual(body.run_info)
  })

  it('keeps what evaluations log', async () => {
    const id = await start('0', { run_name: 'evaluation' })
    const dataset = { dataset: { name: 'd', digest: '1', source_type: 'code', source: '{}' } }
    expect(await post('log-inputs', { run_id: id, datasets: [dataset] })).toEqual({ status: 200, body: {} })
    await post('set-tag', { run_id: id, key: '__proto__', value: 'x' })
    const metrics = [
      { key: 'mean', value: 0.5, timestamp: 5, step: 1 },
      { key: 'mean', value: 9, timestamp: 9, step: 0 },
      { key: 'nan', value: 'NaN' },
    ]
    await post('log-batch', {
      run_id: id,
      metrics,
      params: [{ key: 'p', value: '1' }],
      tags: [{ key: 't', value: '2' }],
    })
    await post('log-metric', { run_id: id, key: 'one', value: 1, timestamp: 1 })
    await post('log-parameter', { run_id: id, key: 'q', value: '3' })
    const run = await read(id)
    expect(run?.info?.run_name).toBe('evaluation')
    expect(list(run?.inputs?.dataset_inputs)).toEqual([dataset])
    const latest = pairs(run?.data?.metrics)
    expect(latest).toEqual(
      new Map<string, unknown>([
        ['mean', 0.5],
        ['nan', 'NaN'],
        ['one', 1],
      ]),
    )
    expect(pairs(run?.data?.params)).toEqual(
      new Map([
        ['p', '1'],
        ['q', '3'],
      ]),
    )
    expect(pairs(run?.data?.tags).get('__proto__')).toBe('x')
    await post('delete-tag', { run_id: id, key: 't' })
    expect(pairs((await read(id))?.data?.tags).has('t')).toBe(false)
  })

  it('finds runs by experiment and by id, newest first, page by page', async () => {
    const experiment = await server.newExperiment()
    const ids: string[] = []
    for (const n of [0, 1, 2]) ids.push(await start(experiment, { start_time: 1_760_000_000_000 + n }))
    const search = (body: object) => post('search', { experiment_ids: [experiment], ...body })
    const idsOf = (tree: Tree) => list(tree.runs).map((run) => run.info?.run_id)
    const first = await search({ max_results: 2, order_by: ['attributes.start_time DESC'] })
    expect(idsOf(first.body)).toEqual([ids[2], ids[1]])
    const second = await search({ max_results: 2, page_token: first.body.next_page_token })
    expect([idsOf(second.body), second.body.next_page_token]).toEqual([[ids[0]], undefined])
    expect(idsOf((await search({ filter: `run_id IN ('${ids[0]}', '${ids[2]}')` })).body)).toEqual([ids[2], ids[0]])
    await post('delete', { run_id: ids[1] })
    expect(idsOf((await search({})).body)).toEqual([ids[2], ids[0]])
    expect(idsOf((await search({ run_view_type: 'DELETED_ONLY' })).body)).toEqual([ids[1]])
    expect((await post('set-tag', { run_id: ids[1], key: 'k', value: 'v' })).status).toBe(400)
    await post('restore', { run_id: ids[1] })
    expect(idsOf((await search({})).body)).toHaveLength(3)
    expect(await post('search', { experiment_ids: ['424242'] })).toEqual({ status: 200, body: {} })
  })

  it.each([
    ['create', { experiment_id: '424242' }, 404, 'No Experiment with id=424242 exists'],
    ['update', { run_id: 'x', status: 'FINISHED' }, 404, 'Run with id=x not found'],
    ['update', {}, 400, /run_id/],
    ['set-tag', { run_id: 'x' }, 400, /'key'/],
    ['search', { page_token: 'garbage' }, 400, /page token/],
  ])('refuses %s %j', async (action, body, status, message) => {
    const answer = await post(action, body)
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringMatching(message)])
  })

  it('refuses to change a parameter, a status that is none, and a metric that is no number', async () => {
    const id = await start('0')
    await post('log-parameter', { run_id: id, key: 'p', value: '1' })
    expect((await post('log-parameter', { run_id: id, key: 'p', value: '1' })).status).toBe(200)
    expect((await post('log-parameter', { run_id: id, key: 'p', value: '2' })).body.message).toMatch(
      /^Changing param values/,
    )
    expect((await post('update', { run_id: id, status: 'FINE' })).status).toBe(400)
    expect((await post('log-metric', { run_id: id, key: 'm', value: 'much' })).status).toBe(400)
    expect((await server.send('GET', `${AT}/get?run_id=nope`)).body.message).toBe('Run with id=nope not found')
  })
})
