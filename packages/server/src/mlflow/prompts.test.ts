import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores, type Tree } from '../testing/server.ts'

const PROMPTS = '/api/2.0/mlflow/registered-models'
const VERSIONS = '/ajax-api/2.0/mlflow/model-versions'
const IS_PROMPT = { key: 'mlflow.prompt.is_prompt', value: 'true' }
const FILTER = "tags.`mlflow.prompt.is_prompt` = 'true'"

describe.each(stores)('prompts over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const post = (path: string, body: object) => server.send('POST', path, body)
  const get = (path: string, query: Record<string, string> | [string, string][]) =>
    server.send('GET', `${path}?${new URLSearchParams(query)}`)
  let names = 0
  const newPrompt = async (tags: object[] = []) => {
    const name = `prompt ${names++}`
    await post(`${PROMPTS}/create`, { name, tags: [IS_PROMPT, ...tags] })
    return name
  }
  const addVersion = async (name: string, text: string, fields: object = {}) => {
    const tags = [IS_PROMPT, { key: 'mlflow.prompt.text', value: text }]
    const { body } = await post(`${VERSIONS}/create`, { name, source: 'dummy-source', tags, ...fields })
    return body.model_version
  }
  const textOf = (version: Tree | undefined) => list(version?.tags)[1]?.value

  it('walks the way of register_prompt and load_prompt', async () => {
    const missing = await get(`${PROMPTS}/get`, { name: 'greeting' })
    expect([missing.status, missing.body.error_code]).toEqual([404, 'RESOURCE_DOES_NOT_EXIST'])
    expect(missing.body.message).toBe('Registered Model with name=greeting not found')
    const created = await post(`${PROMPTS}/create`, { name: 'greeting', tags: [IS_PROMPT], description: 'first' })
    expect(created.body.registered_model).toEqual({
      name: 'greeting',
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: created.body.registered_model?.creation_timestamp,
      description: 'first',
      tags: [IS_PROMPT],
    })
    const one = await addVersion('greeting', 'Hi {{name}}', { description: 'first' })
    expect(one).toEqual({
      name: 'greeting',
      version: '1',
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: one?.creation_timestamp,
      current_stage: 'None',
      description: 'first',
      source: 'dummy-source',
      run_id: '',
      status: 'READY',
      tags: [IS_PROMPT, { key: 'mlflow.prompt.text', value: 'Hi {{name}}' }],
      run_link: '',
    })
    const two = await addVersion('greeting', 'Hello {{name}}')
    expect(two).toMatchObject({ version: '2', description: '' })
    const { registered_model: prompt } = (await get(`${PROMPTS}/get`, { name: 'greeting' })).body
    expect(prompt?.latest_versions).toEqual([two])
    expect(prompt?.last_updated_timestamp).toBe(two?.creation_timestamp)
    expect((await get(`${VERSIONS}/get`, { name: 'greeting', version: '1' })).body.model_version).toEqual(one)
    const again = await post(`${PROMPTS}/create`, { name: 'greeting', tags: [IS_PROMPT] })
    expect([again.status, again.body.error_code, again.body.message]).toEqual([
      400,
      'RESOURCE_ALREADY_EXISTS',
      'Prompt (name=greeting) already exists.',
    ])
  })

  it('finds versions by alias, and the newest as latest', async () => {
    const name = await newPrompt()
    const byAlias = async (alias: string) => (await get(`${PROMPTS}/alias`, { name, alias })).body
    expect((await byAlias('LATEST')).message).toBe(`Latest version not found for model ${name}.`)
    await addVersion(name, 'one')
    await addVersion(name, 'two')
    for (const alias of ['prod', 'best']) await post(`${PROMPTS}/alias`, { name, alias, version: '1' })
    expect((await byAlias('prod')).model_version).toMatchObject({ version: '1', aliases: ['prod', 'best'] })
    expect((await byAlias('latest')).model_version).not.toHaveProperty('aliases')
    await post(`${PROMPTS}/alias`, { name, alias: 'prod', version: '2' })
    expect(textOf((await byAlias('prod')).model_version)).toBe('two')
    const prompt = await get(`${PROMPTS}/get`, { name })
    expect(prompt.body.registered_model?.aliases).toEqual([
      { alias: 'prod', version: '2' },
      { alias: 'best', version: '1' },
    ])
    expect(await server.send('DELETE', `${PROMPTS}/alias`, { name, alias: 'best' })).toEqual({ status: 200, body: {} })
    expect((await byAlias('best')).message).toBe('Registered model alias best not found.')
  })

  it('deletes a version with its aliases, and never gives its number out again', async () => {
    const name = await newPrompt()
    await addVersion(name, 'one')
    await addVersion(name, 'two')
    await post(`${PROMPTS}/alias`, { name, alias: 'prod', version: '2' })
    const remove = () => server.send('DELETE', `${VERSIONS}/delete`, { name, version: '2' })
    expect(await remove()).toEqual({ status: 200, body: {} })
    expect((await remove()).body.message).toBe(`Model Version (name=${name}, version=2) not found`)
    const prompt = (await get(`${PROMPTS}/get`, { name })).body.registered_model
    expect([prompt?.aliases, textOf(list(prompt?.latest_versions)[0])]).toEqual([undefined, 'one'])
    expect((await addVersion(name, 'three'))?.version).toBe('3')
    await server.send('DELETE', `${PROMPTS}/delete`, { name })
    expect((await get(`${VERSIONS}/get`, { name, version: '1' })).status).toBe(404)
    await post(`${PROMPTS}/create`, { name, tags: [IS_PROMPT] })
    expect((await addVersion(name, 'one again'))?.version).toBe('1')
  })

  it('sets and deletes tags and descriptions', async () => {
    const name = await newPrompt()
    await addVersion(name, 'one')
    const tagged = { name, key: '__proto__', value: 'x' }
    expect(await post(`${PROMPTS}/set-tag`, tagged)).toEqual({ status: 200, body: {} })
    await post(`${VERSIONS}/set-tag`, { ...tagged, version: '1' })
    await server.send('PATCH', `${PROMPTS}/update`, { name, description: 'what it is for' })
    const { body } = await server.send('PATCH', `${VERSIONS}/update`, { name, version: '1', description: 'better' })
    expect(body.model_version?.description).toBe('better')
    const prompt = (await get(`${PROMPTS}/get`, { name })).body.registered_model
    expect(prompt?.description).toBe('what it is for')
    expect(list(prompt?.tags)[1]).toEqual({ key: '__proto__', value: 'x' })
    expect(list(list(prompt?.latest_versions)[0]?.tags)[2]).toEqual({ key: '__proto__', value: 'x' })
    for (let time = 0; time < 2; time++) {
      await server.send('DELETE', `${PROMPTS}/delete-tag`, { name, key: '__proto__' })
      await server.send('DELETE', `${VERSIONS}/delete-tag`, { name, version: '1', key: '__proto__' })
    }
    expect(list((await get(`${PROMPTS}/get`, { name })).body.registered_model?.tags)).toEqual([IS_PROMPT])
  })

  it('two clients at once get two versions', async () => {
    const name = await newPrompt()
    const made = await Promise.all(Array.from({ length: 8 }, (_, index) => addVersion(name, `text ${index}`)))
    expect(made.map((version) => Number(version?.version)).sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  it('searches prompts by name and tag, page by page', async () => {
    const tag = { key: 'search', value: 'this one' }
    const found: string[] = []
    for (let count = 0; count < 3; count++) found.push(await newPrompt([tag]))
    await addVersion(found[0] ?? '', 'newest change')
    const search = (filter: string, query: [string, string][] = []) =>
      get(`${PROMPTS}/search`, [['filter', filter], ...query])
    const namesIn = (tree: Tree) => list(tree.registered_models).map(({ name }) => String(name))
    const filter = `${FILTER} AND tags.search LIKE 'this%'`
    const first = (await search(filter, [['max_results', '2']])).body
    const rest = [
      ['max_results', '2'],
      ['page_token', String(first.next_page_token)],
    ] as [string, string][]
    const second = (await search(filter, rest)).body
    expect([namesIn(first), namesIn(second)]).toEqual([found.slice(0, 2), found.slice(2)])
    expect(second.next_page_token).toBeUndefined()
    expect(list(list(first.registered_models)[0]?.latest_versions)).toHaveLength(1)
    expect(namesIn((await search(filter, [['order_by', 'name DESC']])).body)).toEqual(found.toReversed())
    const newest: [string, string][] = [
      ['order_by', 'last_updated_timestamp DESC'],
      ['order_by', 'name'],
    ]
    expect(namesIn((await search(filter, newest)).body)[0]).toBe(found[0])
    expect(namesIn((await search(`${FILTER} AND name IN ('${found[1]}')`)).body)).toEqual([found[1]])
    for (const models of ['', `name = '${found[0]}'`, "tags.`mlflow.prompt.is_prompt` != 'true'"]) {
      expect((await search(models)).body).toEqual({})
    }
  })

  it('searches the versions of prompts, newest first', async () => {
    const [one, two] = [await newPrompt(), await newPrompt()]
    for (const name of [one, two, one]) await addVersion(name, name)
    const search = async (filter: string, orderBy = 'version_number DESC') => {
      const query = { filter: `${FILTER} AND ${filter}`, order_by: orderBy }
      const { body } = await get(`${VERSIONS}/search`, query)
      return list(body.model_versions).map(({ name, version }) => `${name} ${version}`)
    }
    expect(await search(`name = '${one}'`)).toEqual([`${one} 2`, `${one} 1`])
    expect(await search(`name = '${one}' AND version_number < 2`)).toEqual([`${one} 1`])
    expect(await search(`name = '${one}'`, 'version_number ASC')).toEqual([`${one} 1`, `${one} 2`])
    expect(await search(`name IN ('${two}', '${one}')`, 'name')).toEqual([`${one} 2`, `${one} 1`, `${two} 1`])
    expect((await get(`${VERSIONS}/search`, { filter: `name = '${one}'` })).body).toEqual({})
    expect((await get(`${VERSIONS}/search`, { filter: FILTER })).body.message).toMatch(/prompt by prompt/)
  })

  it.each<[string, object, number, string]>([
    ['create', {}, 400, "Missing value for required parameter 'name'. See the API docs"],
    ['create', { name: ' ' }, 400, "Missing value for required parameter 'name'."],
    ['create', { name: 'a/b' }, 400, "Invalid model name 'a/b'. Names cannot contain '/' or ':'."],
    ['create', { name: '..' }, 400, `Invalid value ".." for parameter 'name' supplied: Names may be treated as files`],
    ['create', { name: 'x', tags: [{ key: 'k?', value: '' }] }, 400, `Invalid value "k?" for parameter 'key' supplied`],
    ['create', { name: 'model' }, 501, 'Clew keeps prompts, not models'],
    ['set-tag', { name: 'nobody', key: 'k', value: 'v' }, 404, 'Registered Model with name=nobody not found'],
    ['alias', { name: 'x', alias: 'latest', version: '1' }, 400, "'latest' alias name (case insensitive) is reserved."],
    ['alias', { name: 'x', alias: 'v1', version: '1' }, 400, "Version alias name 'v1' is reserved."],
    ['alias', { name: 'x', alias: 'a b', version: '1' }, 400, "Invalid alias name: 'a b'. Names may only contain"],
    ['alias', { name: 'x', alias: 'ok', version: 'x' }, 400, "Parameter 'version' must be an integer, got 'x'."],
    ['alias', { name: 'x', alias: 'ok', version: '0' }, 404, 'Model Version (name=x, version=0) not found'],
  ])('refuses %s %j', async (action, body, status, message) => {
    const answer = await post(`${PROMPTS}/${action}`, body)
    expect([answer.status, answer.body.message]).toEqual([status, expect.stringContaining(message)])
  })

  it('bounds what a prompt holds', async () => {
    const name = await newPrompt()
    const value = 'v'.repeat(100_001)
    const { body } = await post(`${PROMPTS}/set-tag`, { name, key: 'k', value })
    expect(body.message).toBe("'value' exceeds the maximum length of 100000 characters")
    const tags = [IS_PROMPT, { key: 'mlflow.prompt.text', value }]
    const version = await post(`${VERSIONS}/create`, { name, source: 'dummy-source', tags })
    expect(version.body.message).toBe('Prompt text exceeds max length of 100000 characters.')
    const long = async (action: string, fields: object) => {
      const refused = await post(`${PROMPTS}/${action}`, { name: 'x', tags: [IS_PROMPT], version: '1', ...fields })
      return [refused.status, refused.body.message]
    }
    const exceeds = (what: string, limit: number) => [
      400,
      `'${what}' exceeds the maximum length of ${limit} characters`,
    ]
    expect(await long('create', { name: 'x'.repeat(257) })).toEqual(exceeds('name', 256))
    expect(await long('create', { description: 'x'.repeat(5001) })).toEqual(exceeds('description', 5000))
    expect(await long('alias', { alias: 'x'.repeat(256) })).toEqual(exceeds('Registered model alias name', 255))
    const many = Array.from({ length: 1001 }, (_, index) => ({ key: `k${index}`, value: '' }))
    const full = await post(`${PROMPTS}/create`, { name: 'full', tags: [IS_PROMPT, ...many] })
    expect([full.status, full.body.message]).toEqual([400, 'There can be at most 1000 tags.'])
    expect((await get(`${PROMPTS}/search`, { filter: FILTER, max_results: '1001' })).status).toBe(400)
    expect((await post(`${VERSIONS}/create`, { name, source: 'model', tags: [] })).status).toBe(501)
  })
})
