import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores, type Tree } from '../testing/server.ts'

const AT = '/api/3.0/mlflow/datasets'
const UI = '/ajax-api/3.0/mlflow/datasets'

describe.each(stores)('evaluation datasets over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const create = async (fields: object = {}) => {
    const { body } = await server.send('POST', `${AT}/create`, { name: 'questions', ...fields })
    return String(body.dataset?.dataset_id)
  }
  const read = async (id: string) => (await server.send('GET', `${AT}/${id}`)).body.dataset
  const merge = (id: string, records: unknown) =>
    server.send('POST', `${AT}/${id}/records`, {
      records: typeof records === 'string' ? records : JSON.stringify(records),
    })
  const recordsText = async (id: string, query = '') =>
    String((await server.send('GET', `${AT}/${id}/records${query}`)).body.records)
  const records = async (id: string): Promise<readonly Tree[]> => JSON.parse(await recordsText(id))

  it('walks the way of create_dataset, get_dataset and merge_records', async () => {
    const experiment = await server.newExperiment()
    const tags = '{"t": "1", "mlflow.user": "ann"}'
    const { body } = await server.send('POST', `${AT}/create`, { name: 'capitals', experiment_ids: [experiment], tags })
    const id = String(body.dataset?.dataset_id)
    const dataset = {
      dataset_id: expect.stringMatching(/^d-[0-9a-f]{32}$/),
      name: 'capitals',
      tags: '{"t":"1","mlflow.user":"ann"}',
      digest: expect.stringMatching(/^[0-9a-f]{8}$/),
      created_time: expect.any(Number),
      last_update_time: body.dataset?.created_time,
      created_by: 'ann',
      last_updated_by: 'ann',
    }
    expect(body.dataset).toEqual({ ...dataset, experiment_ids: [experiment] })
    expect(await read(id)).toEqual(dataset)
    const user = { 'mlflow.user': 'bob' }
    const source = { source_type: 'TRACE', source_data: { trace_id: 'tr-1' } }
    const rows = [
      { inputs: { question: 'France?' }, expectations: { answer: 'Paris' }, tags: user },
      { inputs: { question: 'Chad?', tries: 2 }, outputs: 'dunno', source },
    ]
    expect((await merge(id, rows)).body).toEqual({ inserted_count: 2, updated_count: 0 })
    expect((await merge(id, rows.slice(0, 1))).body).toEqual({ inserted_count: 0, updated_count: 1 })
    const times = { created_time: expect.any(Number), last_update_time: expect.any(Number) }
    const ids = { dataset_record_id: expect.stringMatching(/^dr-[0-9a-f]{32}$/), dataset_id: id }
    expect(await records(id)).toEqual(
      expect.arrayContaining([
        { ...ids, ...rows[0], outputs: {}, ...times, created_by: 'bob', last_updated_by: 'bob' },
        { ...ids, ...rows[1], tags: {}, source_id: 'tr-1', source_type: 'TRACE', ...times },
      ]),
    )
    const after = await read(id)
    expect(after).toMatchObject({ profile: '{"num_records":2}', last_updated_by: 'bob' })
    expect(JSON.parse(String(after?.schema))).toEqual({
      inputs: { question: 'string', tries: 'integer' },
      outputs: 'string',
      expectations: { answer: 'string' },
      version: '1.0',
    })
  })

  it('merges records with the same inputs, whatever the order of their keys', async () => {
    const id = await create()
    await merge(id, [{ inputs: { a: 1, b: { x: null, y: [1] } }, expectations: { k: 'v' }, tags: { t: '1' } }])
    const change = {
      inputs: { b: { y: [1], x: null }, a: 1 },
      outputs: { o: 1 },
      expectations: { l: 2 },
      tags: { u: '2' },
    }
    expect((await merge(id, [change, { inputs: { a: 1.5 } }])).body).toEqual({ inserted_count: 1, updated_count: 1 })
    const [record] = (await records(id)).filter(({ tags }) => tags?.t !== undefined)
    expect(record).toMatchObject({ outputs: { o: 1 }, expectations: { k: 'v', l: 2 }, tags: { t: '1', u: '2' } })
    await merge(id, [{ inputs: { a: 1.5 }, outputs: null }])
    const [other] = (await records(id)).filter(({ tags }) => tags?.t === undefined)
    expect(other).not.toHaveProperty('outputs')
    const twice = await merge(id, [{ inputs: { c: 1 } }, { inputs: { c: 1 }, outputs: 'second' }])
    expect(twice.body).toEqual({ inserted_count: 1, updated_count: 1 })
  })

  it('gives values back as they were written', async () => {
    const id = await create()
    const inputs =
      '{"float":1.0,"tiny":1e-7,"big":12345678901234567890123,"__proto__":{"a":null},"text":"\\u00e9\\ud83d\\ude00"}'
    await merge(id, `[{"inputs": ${inputs}, "expectations": {"__proto__": true}}]`)
    const text = await recordsText(id)
    expect(text).toContain('"float":1.0,"tiny":1e-7,"big":12345678901234567890123,"__proto__":{"a":null},"text":"é😀"')
    expect(text).toContain('"expectations":{"__proto__":true}')
    expect((await read(id))?.schema).toContain('{"float":"float","tiny":"float","big":"integer","__proto__":"object"')
    expect((await merge(id, '[{"inputs": {"float": 1}}, {"inputs": {"float": 1.0}}]')).body.inserted_count).toBe(2)
  })

  it('pages through records in the order they were added', async () => {
    const id = await create()
    for (const n of [0, 1, 2, 3, 4]) await merge(id, [{ inputs: { n } }])
    const seen: unknown[] = []
    let token: unknown = ''
    do {
      const { body } = await server.send('GET', `${UI}/${id}/records?max_results=2&page_token=${token}`)
      const page = JSON.parse(String(body.records)) as { inputs: { n: number } }[]
      expect(page.length).toBeLessThanOrEqual(2)
      seen.push(...page.map(({ inputs }) => inputs.n))
      token = body.next_page_token
    } while (token !== undefined)
    expect(seen.toSorted()).toEqual([0, 1, 2, 3, 4])
    const bad = await server.send('GET', `${AT}/${id}/records?page_token=garbage`)
    expect([bad.status, bad.body.message]).toEqual([400, expect.stringMatching(/^Invalid page token/)])
  })

  it('deletes records of that dataset only, and all of them with it', async () => {
    const [id, other] = [await create(), await create()]
    for (const each of [id, other]) await merge(each, [{ inputs: { n: 1 } }, { inputs: { n: 2 } }])
    const [mine] = await records(id)
    const [foreign] = await records(other)
    const dataset_record_ids = [mine?.dataset_record_id, foreign?.dataset_record_id, 'dr-nobody']
    const remove = () => server.send('DELETE', `${AT}/${id}/records`, { dataset_record_ids })
    expect((await remove()).body).toEqual({ deleted_count: 1 })
    expect((await remove()).body).toEqual({ deleted_count: 0 })
    expect((await read(id))?.profile).toBe('{"num_records":1}')
    expect(await server.send('DELETE', `${AT}/${id}`)).toEqual({ status: 200, body: {} })
    expect(await server.send('DELETE', `${AT}/${id}`)).toEqual({ status: 200, body: {} })
    expect((await server.send('GET', `${AT}/${id}`)).body).toMatchObject({
      error_code: 'RESOURCE_DOES_NOT_EXIST',
      message: `Evaluation dataset with id '${id}' not found`,
    })
    expect(await records(other)).toHaveLength(2)
  })

  it('sets and deletes tags', async () => {
    const id = await create({ tags: '{"t": "1"}' })
    const patch = (tags: unknown) => server.send('PATCH', `${AT}/${id}/tags`, { tags: JSON.stringify(tags) })
    expect(await patch({ a: 'b', t: null, n: 5, __proto__: null })).toEqual({ status: 200, body: {} })
    expect(await server.send('DELETE', `${AT}/${id}/tags/a`)).toEqual({ status: 200, body: {} })
    expect((await server.send('DELETE', `${AT}/${id}/tags/nobody`)).status).toBe(200)
    expect((await server.send('DELETE', `${AT}/d-0/tags/a`)).status).toBe(200)
    expect((await read(id))?.tags).toBe('{"t":"1","n":"5"}')
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, index) => [`k${index}`, '']))
    expect((await patch(many)).body.message).toBe('A dataset has at most 1000 tags.')
  })

  it('searches by experiment, filter and order', async () => {
    const [experiment, second] = [await server.newExperiment(), await server.newExperiment()]
    const search = async (fields: object) => {
      const { body } = await server.send('POST', `${UI}/search`, fields)
      return list(body.datasets).map(({ dataset_id }) => String(dataset_id))
    }
    const ids: string[] = []
    for (const name of ['Beta', 'alpha', 'Gamma']) {
      ids.push(await create({ name, experiment_ids: [experiment], tags: JSON.stringify({ kind: name }) }))
      // The order is by milliseconds.
      await new Promise((done) => setTimeout(done, 2))
    }
    const [beta, alpha, gamma] = ids
    const scope = { experiment_ids: [experiment] }
    expect(await search({ ...scope, order_by: ['created_time DESC'] })).toEqual([gamma, alpha, beta])
    expect(await search({ ...scope, order_by: ['name'] })).toEqual([beta, gamma, alpha])
    expect(await search({ ...scope, filter_string: "name ILIKE '%A' AND tags.kind != 'Beta'" })).toEqual([gamma, alpha])
    expect(await search({ ...scope, filter_string: 'created_time >= 0 AND name = "alpha"' })).toEqual([alpha])
    const page = await server.send('POST', `${AT}/search`, { ...scope, max_results: 2 })
    const next = { ...scope, max_results: 2, page_token: page.body.next_page_token }
    expect(await search(next)).toEqual([beta])
    expect(await server.send('GET', `${UI}/search?experiment_ids=${second}`)).toEqual({ status: 200, body: {} })
    await server.send('POST', `${AT}/${alpha}/add-experiments`, { experiment_ids: [second, experiment] })
    expect((await server.send('GET', `${AT}/${alpha}/experiment-ids`)).body.experiment_ids).toEqual([
      experiment,
      second,
    ])
    await server.send('POST', `${AT}/${alpha}/remove-experiments`, { experiment_ids: [experiment, '5'] })
    expect(await search({ experiment_ids: [second] })).toEqual([alpha])
  })

  it.each<[string, string, object, number, string]>([
    ['POST', 'create', {}, 400, "Missing value for required parameter 'name'."],
    ['POST', 'create', { name: 'x'.repeat(501) }, 400, "'name' exceeds the maximum length of 500 characters"],
    ['POST', 'create', { name: 'x', experiment_ids: ['424242'] }, 404, 'No Experiment with id=424242 exists'],
    ['POST', 'create', { name: 'x', tags: 'nope' }, 400, 'tags is not valid JSON.'],
    ['POST', 'create', { name: 'x', tags: '[1]' }, 400, 'tags must be the JSON text of an object.'],
    ['POST', 'search', { max_results: -1 }, 400, "Invalid value -1 for parameter 'max_results' supplied."],
    ['POST', 'search', { filter_string: "nope = 'x'" }, 400, "Invalid attribute key 'nope' specified."],
    ['POST', 'search', { order_by: ['tags.a'] }, 400, 'Invalid order_by entity: tag'],
    ['POST', 'd-0/records', { records: '[]' }, 404, "Evaluation dataset with id 'd-0' not found"],
    ['PATCH', 'd-0/tags', { tags: '{}' }, 404, "Evaluation dataset with id 'd-0' not found"],
    ['DELETE', 'd-0/records', {}, 404, "Evaluation dataset with id 'd-0' not found"],
  ])('refuses %s %s %j', async (method, path, body, status, message) => {
    const answer = await server.send(method, `${AT}/${path}`, body)
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
  })

  it.each<[unknown, string]>([
    ['nope', 'records is not valid JSON'],
    [{ a: 1 }, 'records must be the JSON text of a list of objects.'],
    [[5], 'Record 0 is not a JSON object.'],
    [[{}, { inputs: 5 }], 'The inputs of record 1 are not a JSON object.'],
    [[{ expectations: [1] }], 'The expectations of record 0 are not a JSON object.'],
    [[{ source: 'x' }], 'The source of record 0 is not a JSON object.'],
    [
      [{ source: { source_type: 'BAD' } }],
      "Invalid dataset record source type: BAD. Valid source types: ['UNSPECIFIED',",
    ],
    [[{ inputs: { x: 'x'.repeat(2 * 1024 * 1024) } }], 'A record has at most 2097152 characters.'],
    [Array.from({ length: 10_001 }, () => ({})), 'At most 10000 records can be merged in one call; these are 10001.'],
  ])('refuses records it cannot read, and then merges none %#', async (bad, message) => {
    const id = await create()
    const answer = await merge(id, bad)
    expect([answer.status, answer.body.message]).toEqual([400, expect.stringContaining(message)])
    expect(await recordsText(id)).toBe('[]')
  })
})
