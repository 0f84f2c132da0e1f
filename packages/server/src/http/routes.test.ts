import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { routes } from '../routes.ts'
import { list, serverFor } from '../testing/server.ts'
import { MAX_BYTES_UNDER_WAY } from './body-room.ts'

describe('every route', () => {
  const server = serverFor('memory')
  beforeAll(server.start)
  afterAll(server.stop)

  it('is in the OpenAPI 3.1 document, with its permission', async () => {
    const { body } = await server.send('GET', '/openapi.json')
    expect(body.openapi).toBe('3.1.0')
    for (const { method, paths, permission, summary } of routes) {
      for (const path of paths) {
        const template = path.replace(/:(\w+)(\{[^}]*\})?/g, '{$1}')
        const operation = body.paths?.[template]?.[method.toLowerCase()]
        expect([template, operation?.summary, operation?.['x-permission']]).toEqual([template, summary, permission])
      }
    }
    const create = body.paths?.['/api/2.0/mlflow/experiments/create']?.post
    expect(create?.requestBody?.content?.['application/json']?.schema).toMatchObject({
      type: 'object',
      required: ['name'],
      properties: { name: { type: 'string', minLength: 1 } },
    })
    const get = body.paths?.['/api/3.0/mlflow/traces/get']?.get
    expect(list(get?.parameters)).toContainEqual({
      name: 'trace_id',
      in: 'query',
      required: true,
      schema: { type: 'string', minLength: 1 },
    })
  })

  it('carries the id of its request', async () => {
    const response = await server.fetch('/api/2.0/mlflow/experiments/get?experiment_id=42424242')
    const { request_id } = (await response.json()) as { request_id: string }
    expect(response.headers.get('x-request-id')).toBe(request_id)
    expect(server.log).toContainEqual(expect.objectContaining({ event: 'request', requestId: request_id, status: 404 }))
  })

  it.each([
    '/nope',
    '/api/2.0/mlflow/nope',
    '/api/4.0/mlflow/traces',
    '/api/2.0/mlflow/logged-models/x',
    '/api/2.0/mlflow/traces/x/y',
  ])('GET %s is an HTML 404, from which MLflow’s client falls back', async (path) => {
    const response = await server.fetch(path)
    expect(response.status).toBe(404)
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })

  it('answers a wrong method with 405, HTML and the right ones', async () => {
    const response = await server.fetch('/api/3.0/mlflow/traces/tr-x/tags', { method: 'PUT' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'DELETE, PATCH'])
    expect(await response.text()).toMatch(/^<!doctype html>/)
  })

  it('answers health and version as MLflow does, HEAD too', async () => {
    const version = await server.fetch('/version')
    expect([version.headers.get('content-type'), await version.text()]).toEqual(['text/html; charset=utf-8', '3.17.2'])
    expect((await server.fetch('/health', { method: 'HEAD' })).status).toBe(200)
    expect((await server.send('GET', '/ajax-api/3.0/mlflow/ui-telemetry')).body.disable_ui_telemetry).toBe(true)
    expect((await server.fetch('/api/3.0/mlflow/ui-telemetry')).status).toBe(404)
  })

  it("answers the query with which MLflow's UI opens an experiment", async () => {
    const ask = (experimentId: string) =>
      server.send('POST', '/graphql', {
        operationName: 'MlflowGetExperimentQuery',
        query:
          'query MlflowGetExperimentQuery($input: X) { mlflowGetExperiment(input: $input) { experiment { name } } }',
        variables: { input: { experimentId } },
      })
    const found = (await ask('0')).body.data?.mlflowGetExperiment
    expect(found).toMatchObject({
      apiError: null,
      experiment: { experimentId: '0', name: 'Default', lifecycleStage: 'active' },
    })
    const missing = (await ask('424242')).body.data?.mlflowGetExperiment
    expect(missing).toMatchObject({ apiError: { code: 'RESOURCE_DOES_NOT_EXIST' }, experiment: null })
    const other = await server.send('POST', '/graphql', { operationName: 'SearchRuns', query: 'x' })
    expect(other.body).toMatchObject({ data: null, errors: [{ message: expect.stringContaining('SearchRuns') }] })
  })
})

describe('bodies', () => {
  const server = serverFor('memory')
  beforeAll(server.start)
  afterAll(server.stop)
  const create = async (
    body: string | Buffer<ArrayBuffer>,
    headers: Record<string, string> = { 'content-type': 'application/json' },
  ) => {
    const response = await server.fetch('/api/2.0/mlflow/experiments/create', { method: 'POST', headers, body })
    return { status: response.status, ...((await response.json()) as { error_code?: string; message?: string }) }
  }

  it.each<[string, string | Buffer<ArrayBuffer>, Record<string, string> | undefined, RegExp]>([
    ['no content type', '{}', { 'content-type': '' }, /^Bad Request\. Content-Type/],
    [
      'another content type',
      '{}',
      { 'content-type': 'text/plain' },
      /^Bad Request\. Content-Type must be one of \['application\/json'\]\.$/,
    ],
    ['malformed JSON', '{nope', undefined, /^The body is not valid JSON: /],
    [
      'a name that is no UTF-8',
      Buffer.from([...Buffer.from('{"name":"'), 0xff, ...Buffer.from('"}')]),
      undefined,
      /^The body is not UTF-8\.$/,
    ],
    ['JSON that is a list', '[1]', undefined, /^The body must be a JSON object\.$/],
    ['JSON that is a number', '5', undefined, /^The body must be a JSON object\.$/],
    ['nothing', '', undefined, /^Missing value for required parameter 'name'/],
    ['JSON nested 100,000 deep', `{"name":${'['.repeat(100_000)}`, undefined, /JSON/],
    [
      'a name that is __proto__ of something',
      '{"__proto__":{"name":"x"}}',
      undefined,
      /^Missing value for required parameter 'name'/,
    ],
  ])('that are %s are refused with a sentence', async (_, body, headers, message) => {
    const answer = await create(body, headers)
    expect(answer.status).toBe(400)
    expect(answer.message).toMatch(message)
  })

  it('may say their charset, be encoded twice as old clients do, and be compressed', async () => {
    expect((await create('{"name":"a"}', { 'content-type': 'application/json; charset=utf-8' })).status).toBe(200)
    expect((await create('"{\\"name\\":\\"b\\"}"')).status).toBe(200)
    const { gzipSync } = await import('node:zlib')
    const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    expect((await create(gzipSync('{"name":"c"}'), headers)).status).toBe(200)
    expect(await create(gzipSync(Buffer.alloc(20_000_000)), headers)).toMatchObject({
      status: 413,
      error_code: 'REQUEST_TOO_LARGE',
    })
  })

  it('that end early are no fault of the server', async () => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nhost: localhost\r\nx-mlflow-experiment-id: 0\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{',
    )
    await new Promise((resolve) => setTimeout(resolve, 50))
    socket.destroy()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(server.log.filter(({ event }) => event === 'fault')).toEqual([])
    expect((await server.fetch('/health')).status).toBe(200)
  })

  it('get the answer that they are too large while they are still being sent', async () => {
    const response = await server.fetch('/api/2.0/mlflow-artifacts/artifacts/0/big', {
      method: 'PUT',
      body: new Uint8Array(70 * 1024 * 1024),
    })
    expect(response.status).toBe(413)
    expect(await response.json()).toMatchObject({ error_code: 'REQUEST_TOO_LARGE' })
  })

  it('are put off while too many large ones are being read, and taken again once those are gone', async () => {
    const { hostname, port } = new URL(server.url)
    const size = 64 * 1024 * 1024
    const put = `PUT /api/2.0/mlflow-artifacts/artifacts/0/big HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size}\r\n\r\n`
    const senders = Array.from({ length: MAX_BYTES_UNDER_WAY / size }, () => connect(Number(port), hostname))
    for (const sender of senders) sender.write(put)
    const large = () =>
      server.fetch('/api/2.0/mlflow-artifacts/artifacts/0/other', { method: 'PUT', body: new Uint8Array(2_000_000) })
    await expect.poll(async () => (await large()).status).toBe(429)
    expect((await create('{"name":"small"}')).status).toBe(200)
    for (const sender of senders) sender.destroy()
    await expect.poll(async () => (await large()).status).toBe(200)
  })

  it('of an unknown length are counted as they come', async () => {
    const { status, sent } = await uploadInChunks(`${server.url}/api/2.0/mlflow-artifacts/artifacts/0/big`, 100)
    // The closed connection may be seen before the answer; either way the upload ended soon after the cap of 64 MiB.
    expect([413, undefined]).toContain(status)
    expect(sent).toBeLessThan(90)
    expect((await server.fetch('/health')).status).toBe(200)
  })
})

/** What the server writes until it closes the connection, or leaves it open with nothing more to say. */
async function readUntilAnswered(socket: Socket): Promise<string> {
  let answer = ''
  socket.on('data', (chunk) => {
    answer += chunk
  })
  socket.setTimeout(300, () => socket.destroy())
  await once(socket, 'close')
  return answer
}

/** Sends up to `most` MiB without announcing a length, and stops when the server answers or closes. */
async function uploadInChunks(url: string, most: number): Promise<{ status: number | undefined; sent: number }> {
  const outgoing = request(url, { method: 'PUT' })
  let status: number | undefined
  const ended = new Promise<void>((resolve) => {
    outgoing.on('error', () => resolve())
    outgoing.on('close', () => resolve())
    outgoing.on('response', (response) => {
      status = response.statusCode
      response.resume()
      resolve()
    })
  })
  let isEnded = false
  ended.then(() => {
    isEnded = true
  })
  let sent = 0
  for (; sent < most && !isEnded; sent++) {
    const isTaken = outgoing.write(Buffer.alloc(1024 * 1024))
    if (!isTaken) await Promise.race([once(outgoing, 'drain').catch(() => undefined), ended])
  }
  outgoing.destroy()
  return { status, sent }
}

describe('what is no request', () => {
  const server = serverFor('memory')
  beforeAll(server.start)
  afterAll(server.stop)

  it.each([
    ['no HTTP', 'nonsense\r\n\r\n', 400, /not valid HTTP/],
    ['no host', 'GET /health HTTP/1.1\r\n\r\n', 400, /Host header/],
    ['a host that cannot be', 'GET / HTTP/1.1\r\nHost: localhost:99999999\r\n\r\n', 400, /Host header/],
    ['an address without a path', 'OPTIONS * HTTP/1.1\r\nHost: localhost\r\n\r\n', 400, /address/],
    ['an address of 100 kB', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`, 431, /larger than/],
    ['a length that is no number', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n', 400, /HTTP/],
  ])('%s is answered with a sentence', async (_, text, status, message) => {
    const { hostname, port } = new URL(server.url)
    const socket = connect(Number(port), hostname)
    socket.on('error', () => {})
    socket.write(text)
    const answer = (await readUntilAnswered(socket)).split('\r\n\r\n')
    expect(answer[0]).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(JSON.parse(answer[1] ?? '')).toMatchObject({ message: expect.stringMatching(message) })
    expect((await server.fetch('/health')).status).toBe(200)
  })
})

describe('pages', () => {
  let web: string
  beforeAll(async () => {
    web = await mkdtemp(join(tmpdir(), 'clew-web-'))
    await mkdir(join(web, 'assets'))
    await writeFile(join(web, 'index.html'), '<!doctype html><title>Clew</title>')
    await writeFile(join(web, 'assets', 'app-1a2b.js'), `console.log(${JSON.stringify('x'.repeat(2000))})`)
    await writeFile(join(web, 'secret'), 'no extension, no page')
  })
  afterAll(() => rm(web, { recursive: true }))

  const built = serverFor('memory', {
    get webDirectory() {
      return web
    },
  })
  beforeAll(built.start)
  afterAll(built.stop)
  const unbuilt = serverFor('memory')
  beforeAll(unbuilt.start)
  afterAll(unbuilt.stop)

  it.each(['/', '/experiments', '/experiments/1', '/traces/tr-1', '/index.html'])('%s is the web app', async (path) => {
    const response = await built.fetch(path)
    expect([response.status, await response.text()]).toEqual([200, '<!doctype html><title>Clew</title>'])
    expect(response.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(response.headers.get('cache-control')).toBe('no-cache')
    expect(response.headers.get('x-frame-options')).toBe('SAMEORIGIN')
  })

  it('lets browsers keep files whose name holds a hash', async () => {
    const response = await built.fetch('/assets/app-1a2b.js', { headers: { 'accept-encoding': 'gzip' } })
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.text()).toMatch(/^console\.log/)
  })

  it.each([
    '/assets/none.js',
    '/secret',
    '/assets',
    '/assets/..%2findex.html',
    '/%2e%2e/package.json',
    '/experiments.js',
  ])('%s is an unknown route', async (path) => {
    expect((await built.fetch(path)).status).toBe(404)
  })

  it('say in the web app that there is none to a person who follows a link, and plainly to a program', async () => {
    const followed = await built.fetch('/nonsense', { headers: { 'sec-fetch-dest': 'document' } })
    expect([followed.status, await followed.text()]).toEqual([404, '<!doctype html><title>Clew</title>'])
    expect(followed.headers.get('content-security-policy')).toContain("default-src 'self'")
    expect(await (await built.fetch('/nonsense')).text()).toContain('The requested URL was not found')
  })

  it('are not sent to a POST', async () => {
    expect((await built.fetch('/experiments', { method: 'POST' })).status).toBe(404)
  })

  it('say how to build them when they are not built', async () => {
    const response = await unbuilt.fetch('/')
    expect([response.status, await response.text()]).toEqual([404, expect.stringContaining('npm start')])
  })
})
