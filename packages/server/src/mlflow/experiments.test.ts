import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores } from '../testing/server.ts'

const AT = '/api/2.0/mlflow/experiments'

describe.each(stores)('experiments over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const post = (action: string, body: object) => server.send('POST', `${AT}/${action}`, body)
  const named = (name: string) => server.send('GET', `${AT}/get-by-name?experiment_name=${encodeURIComponent(name)}`)

  it('has the experiment Default from the start', async () => {
    const { status, body } = await server.send('GET', `${AT}/get?experiment_id=0`)
    expect(status).toBe(200)
    expect(body.experiment).toMatchObject({
      experiment_id: '0',
      name: 'Default',
      artifact_location: 'mlflow-artifacts:/0',
      lifecycle_stage: 'active',
      workspace: 'default',
      creation_time: expect.any(Number),
    })
  })

  it('walks the way of set_experiment: unknown name, create, get', async () => {
    const missing = await named('chatbot')
    expect(missing).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: "Could not find experiment with name 'chatbot'" },
    })
    const created = await post('create', { name: 'chatbot', tags: [{ key: 'team', value: 'a' }] })
    const id = String(created.body.experiment_id)
    expect(created).toEqual({ status: 200, body: { experiment_id: expect.stringMatching(/^\d+$/) } })
    const { body } = await named('chatbot')
    expect(body.experiment).toMatchObject({
      experiment_id: id,
      artifact_location: `mlflow-artifacts:/${id}`,
      tags: [{ key: 'team', value: 'a' }],
    })
    expect(await server.send('GET', `/ajax-api/2.0/mlflow/experiments/get?experiment_id=${id}`)).toEqual({
      status: 200,
      body,
    })
  })

  it('refuses a name that exists, without SQL in the message', async () => {
    await post('create', { name: 'twice' })
    const { status, body } = await post('create', { name: 'twice' })
    expect([status, body.error_code]).toEqual([400, 'RESOURCE_ALREADY_EXISTS'])
    expect(body.message).toMatch(/^Experiment\(name=twice\) already exists\./)
    expect(body.message).not.toMatch(/sqlite|constraint|insert/i)
  })

  it.each([
    ['create', {}, /^Missing value for required parameter 'name'\./],
    ['create', { name: 5 }, /^Invalid value 5 for parameter 'name' supplied: {2}Hint: Value was of type 'int'\./],
    ['create', { name: 'x'.repeat(501) }, /^'name' exceeds the maximum length of 500 characters$/],
    ['create', { name: 'a', tags: { a: 'b' } }, /^Invalid value \{"a":"b"\} for parameter 'tags' .*type 'dict'\./],
    [
      'create',
      { name: 'a', artifact_location: 'file:/x?y' },
      /^'artifact_location' URL can't include fragments or params\.$/,
    ],
    ['update', { experiment_id: '0' }, /^Missing value for required parameter 'new_name'\./],
    ['set-experiment-tag', { experiment_id: '0', key: 'k'.repeat(251) }, /^'key' exceeds the maximum length of 250/],
    ['search', {}, /^Invalid value 0 for parameter 'max_results' supplied\. It must be a positive integer$/],
    ['search', { max_results: 50_001 }, /^Invalid value 50001 for parameter 'max_results' supplied/],
    ['search', { max_results: 5, filter: 'nope = 1' }, /nope/],
    ['search', { max_results: 5, page_token: 'garbage' }, /page token/i],
  ])('refuses %s %j', async (action, body, message) => {
    const answer = await post(action, body)
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toMatch(message)
  })

  it.each([
    ['experiment_id=999999', 404, 'No Experiment with id=999999 exists'],
    ['experiment_id=abc', 400, "Invalid experiment ID 'abc'. Experiment ID must be a valid integer."],
    ['experiment_id=1e3', 400, "Invalid experiment ID '1e3'. Experiment ID must be a valid integer."],
    [
      '',
      400,
      "Missing value for required parameter 'experiment_id'. See the API docs for more information about request parameters.",
    ],
  ])('get?%s is %i', async (query, status, message) => {
    expect(await server.send('GET', `${AT}/get?${query}`)).toMatchObject({ status, body: { message } })
  })

  it('renames, tags, deletes and restores', async () => {
    const experiment_id = await server.newExperiment()
    const read = async () => (await server.send('GET', `${AT}/get?experiment_id=${experiment_id}`)).body.experiment
    expect(await post('update', { experiment_id, new_name: `renamed ${experiment_id}` })).toEqual({
      status: 200,
      body: {},
    })
    await post('set-experiment-tag', { experiment_id, key: 'k', value: 'v' })
    expect(await read()).toMatchObject({ name: `renamed ${experiment_id}`, tags: [{ key: 'k', value: 'v' }] })
    expect(await post('delete-experiment-tag', { experiment_id, key: 'k' })).toEqual({ status: 200, body: {} })
    expect(await post('delete-experiment-tag', { experiment_id, key: 'k' })).toMatchObject({
      status: 404,
      body: { message: `No tag with name: k in experiment with id ${experiment_id}` },
    })
    await post('delete', { experiment_id })
    expect(await read()).toMatchObject({ lifecycle_stage: 'deleted' })
    expect(await post('delete', { experiment_id })).toMatchObject({
      status: 404,
      body: { message: `No Experiment with id=${experiment_id} exists` },
    })
    expect((await post('update', { experiment_id, new_name: 'x' })).status).toBe(400)
    await post('restore', { experiment_id })
    expect(await read()).toMatchObject({ lifecycle_stage: 'active' })
  })

  it('searches by page, by GET and POST alike', async () => {
    const names = ['page a', 'page b', 'page c']
    for (const name of names) await post('create', { name })
    const query = { filter: "name LIKE 'page %'", order_by: ['name ASC'], max_results: 2 }
    const first = await post('search', query)
    expect(list(first.body.experiments).map(({ name }) => name)).toEqual(['page a', 'page b'])
    const second = await post('search', { ...query, page_token: first.body.next_page_token })
    expect(list(second.body.experiments).map(({ name }) => name)).toEqual(['page c'])
    expect(second.body.next_page_token).toBeUndefined()
    const parameters = new URLSearchParams({ filter: query.filter, order_by: 'name ASC', max_results: '2' })
    expect((await server.send('GET', `${AT}/search?${parameters}`)).body.experiments).toEqual(first.body.experiments)
  })

  it('shows deleted experiments only when asked', async () => {
    const experiment_id = await server.newExperiment()
    await post('delete', { experiment_id })
    const found = async (view_type: unknown) => {
      const { body } = await post('search', { max_results: 1000, view_type })
      return list(body.experiments).some((experiment) => String(experiment.experiment_id) === experiment_id)
    }
    expect(await found('ACTIVE_ONLY')).toBe(false)
    expect(await found('DELETED_ONLY')).toBe(true)
    expect(await found(3)).toBe(true)
  })
})
