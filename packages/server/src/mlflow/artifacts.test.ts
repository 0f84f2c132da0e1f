import { request } from 'node:http'
import { spanToDictionary } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, type ServerUnderTest, serverFor, stores } from '../testing/server.ts'
import { eightSpans, exportSpans, newTraceId, span, traceInfo } from '../testing/traces.ts'

const AT = '/api/2.0/mlflow-artifacts/artifacts'

describe.each(stores)('artifacts over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const put = (path: string, body: string) =>
    server.fetch(`${AT}/${path}`, { method: 'PUT', body, headers: { 'content-type': 'text/plain' } })
  const start = (trace_info: object) => server.send('POST', '/api/3.0/mlflow/traces', { trace: { trace_info } })
  const info = async (id: string) => (await server.send('GET', `/api/3.0/mlflow/traces/${id}`)).body.trace?.trace_info
  const fileOf = (traceId: string) => `0/traces/${traceId}/artifacts/traces.json`

  it('gives a file back as it came', async () => {
    const written = await put('0/some/file.txt', 'content')
    expect([written.status, written.headers.get('content-length'), await written.text()]).toEqual([200, '0', ''])
    const response = await server.fetch(`/ajax-api/2.0/mlflow-artifacts/artifacts/0/some/file.txt`)
    expect(await response.text()).toBe('content')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename=file.txt')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect((await server.send('GET', `${AT}?path=0/some`)).body).toEqual({
      files: [{ path: 'file.txt', is_dir: false, file_size: 7 }],
    })
  })

  it('deletes a file, and does not mind one that is not there', async () => {
    await put('0/gone', 'x')
    expect(await server.send('DELETE', `${AT}/0/gone`)).toEqual({ status: 200, body: {} })
    expect(await server.send('DELETE', `${AT}/0/gone`)).toEqual({ status: 200, body: {} })
    expect(await server.send('GET', `${AT}/0/gone`)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: "No such artifact: '0/gone'" },
    })
  })

  it.each([
    '%2e%2e%5cetc',
    'a%00b',
    'a//b',
    '..%2f..%2fetc%2fpasswd',
    'a%2f..%2f..%2fetc',
  ])('refuses the path %j', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, body } = await rawRequest(server, method, `${AT}/${path}`)
      expect([status, JSON.parse(body).message]).toEqual([400, 'Invalid path'])
    }
  })

  it.each([
    '../../../../etc/passwd',
    '%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd',
  ])('never leaves its routes for %j', async (path) => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, body } = await rawRequest(server, method, `${AT}/${path}`)
      expect(status).toBeGreaterThanOrEqual(400)
      expect(status).toBeLessThan(500)
      expect(body).not.toContain('root:')
    }
  })

  it('makes spans of an uploaded traces.json, which is all the TypeScript SDK sends', async () => {
    const sent = eightSpans()
    const traceId = sent[0]?.traceId ?? ''
    await start(traceInfo('0', { trace_id: traceId }))
    expect((await put(fileOf(traceId), `{"spans":[${sent.map(spanToDictionary).join(',')}]}`)).status).toBe(200)
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/get?trace_id=${traceId}`)
    expect(list(body.trace?.spans)).toHaveLength(8)
    expect((await info(traceId))?.tags).toMatchObject({
      'mlflow.trace.spansLocation': 'TRACKING_STORE',
      'mlflow.traceName': 'agent',
    })
    const downloaded = JSON.parse(await (await server.fetch(`${AT}/${fileOf(traceId)}`)).text())
    expect(list(downloaded.spans)).toHaveLength(8)
  })

  it('changes no span that is there already', async () => {
    const sent = span({ name: 'exact', attributes: { 'mlflow.spanInputs': 2n ** 60n } })
    await start(traceInfo('0', { trace_id: sent.traceId }))
    await exportSpans(server, '0', [sent])
    await put(fileOf(sent.traceId), `{"spans":[${spanToDictionary({ ...sent, name: 'late copy' })}]}`)
    const { body } = await server.send('GET', `/api/1.0/clew/traces/${sent.traceId}/spans/${sent.spanId}`)
    expect(body).toMatchObject({ name: 'exact', inputs: { json: '1152921504606846976' } })
  })

  it('reads a text that holds JSON as it would have been read from OTLP, so that which came last makes no difference', async () => {
    const sent = span({ attributes: { 'mlflow.linkedPrompts': '[{"name":"p"}]', quoted: '"text"', plain: '5' } })
    await start(traceInfo('0', { trace_id: sent.traceId }))
    await put(fileOf(sent.traceId), `{"spans":[${spanToDictionary(sent)}]}`)
    const { body } = await server.send('GET', `/api/1.0/clew/traces/${sent.traceId}/spans/${sent.spanId}`)
    const texts = Object.fromEntries(list(body.attributes).map((entry) => [list(entry)[0], list(entry)[1]?.json]))
    expect(texts).toMatchObject({ 'mlflow.linkedPrompts': '[{"name":"p"}]', quoted: '"text"', plain: '"5"' })
  })

  it.each(['{"spans":[]}', 'not json', '{"spans":[{"name":5}]}'])('keeps %s as the file it is', async (content) => {
    const traceId = newTraceId()
    await start(traceInfo('0', { trace_id: traceId }))
    expect((await put(fileOf(traceId), content)).status).toBe(200)
    expect(await (await server.fetch(`${AT}/${fileOf(traceId)}`)).text()).toBe(content)
    expect((await info(traceId))?.tags).not.toHaveProperty(['mlflow.trace.spansLocation'])
    const artifact = await server.fetch(`/ajax-api/3.0/mlflow/get-trace-artifact?request_id=${traceId}`)
    expect(await artifact.text()).toBe(content)
  })

  it('serves stored spans as the file MLflow’s UI downloads', async () => {
    const sent = eightSpans()
    const traceId = sent[0]?.traceId ?? ''
    await exportSpans(server, '0', sent)
    for (const version of ['2.0', '3.0']) {
      const response = await server.fetch(`/ajax-api/${version}/mlflow/get-trace-artifact?request_id=${traceId}`)
      expect(response.headers.get('content-type')).toBe('text/plain')
      expect(response.headers.get('content-disposition')).toBe('attachment; filename=traces.json')
      const text = await response.text()
      expect(text).toContain(`"start_time_unix_nano":${sent[0]?.startTimeNs}`)
      expect(list(JSON.parse(text).spans)).toHaveLength(8)
    }
    expect((await server.fetch(`/api/3.0/mlflow/get-trace-artifact?request_id=${traceId}`)).status).toBe(404)
  })

  it('serves attachments of a trace by their id', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const id = crypto.randomUUID()
    await put(`0/traces/${sent.traceId}/artifacts/attachments/${id}`, 'picture')
    const at = `/ajax-api/2.0/mlflow/get-trace-artifact?request_id=${sent.traceId}`
    const response = await server.fetch(`${at}&path=${id}`)
    expect([response.headers.get('content-type'), await response.text()]).toEqual([
      'application/octet-stream',
      'picture',
    ])
    const unknown = crypto.randomUUID()
    expect(await server.send('GET', `${at}&path=${unknown}`)).toMatchObject({ status: 404 })
    expect(await server.send('GET', `${at}&path=../traces.json`)).toMatchObject({
      status: 400,
      body: { message: 'Invalid path' },
    })
  })

  it('says what is missing', async () => {
    const at = '/ajax-api/3.0/mlflow/get-trace-artifact'
    expect(await server.send('GET', at)).toMatchObject({
      status: 400,
      body: { error_code: 'BAD_REQUEST', message: 'Request must include the "request_id" query parameter.' },
    })
    expect((await server.send('GET', `${at}?request_id=tr-nope`)).status).toBe(404)
    const traceId = newTraceId()
    await start(traceInfo('0', { trace_id: traceId }))
    expect(await server.send('GET', `${at}?request_id=${traceId}`)).toMatchObject({
      status: 404,
      body: { error_code: 'NOT_FOUND', message: 'Trace data not found for path=traces.json' },
    })
  })
})

/** Sends the path as it is; `fetch` would resolve its dots. */
function rawRequest(server: ServerUnderTest, method: string, path: string): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path }, (response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
    outgoing.on('error', reject)
    outgoing.end(method === 'PUT' ? 'x' : undefined)
  })
}
