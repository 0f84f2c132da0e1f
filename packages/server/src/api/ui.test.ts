import { PAYLOAD_SLICE, UI_API } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFor, stores } from '../testing/server.ts'
import { eightSpans, exportSpans, START_NS, span, traceInfo } from '../testing/traces.ts'
import { experimentListShape, skeletonShape, spanShape, traceHeaderShape, traceListShape } from './shapes.ts'

describe.each(stores)('the UI API over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const get = (path: string) => server.send('GET', `${UI_API}${path}`)

  it('lists experiments with their counts', async () => {
    const id = await server.newExperiment()
    const failed = span({ status: { code: 'ERROR', message: 'boom' } })
    await exportSpans(server, id, [failed, span()])
    const { body } = await get('/experiments')
    const { experiments } = experimentListShape.parse(body)
    const lastTraceMs = Number(START_NS / 1_000_000n)
    expect(experiments.find((one) => one.id === id)).toMatchObject({ traces: 2, errors: 1, lastTraceMs })
    expect(experiments.find((one) => one.id === '0')).toMatchObject({ name: 'Default', traces: 0, errors: 0 })
  })

  it('shows a trace as a row of the list, leaving out what is unknown', async () => {
    const id = await server.newExperiment()
    const sent = eightSpans()
    const traceId = sent[0]?.traceId
    await exportSpans(server, id, sent)
    const trace_metadata = { 'mlflow.trace.session': 's-1', 'mlflow.trace.user': 'ann' }
    const said = traceInfo(id, { trace_id: traceId, trace_metadata, tags: { team: 'a' } })
    await server.send('POST', '/api/3.0/mlflow/traces', { trace: { trace_info: said } })
    await server.send('POST', `/api/3.0/mlflow/traces/${traceId}/assessments`, {
      assessment: {
        assessment_name: 'ok',
        source: { source_type: 'HUMAN', source_id: 'bob' },
        feedback: { value: true },
      },
    })
    const { traces } = traceListShape.parse((await get(`/experiments/${id}/traces`)).body)
    expect(traces).toEqual([
      {
        id: traceId,
        experimentId: id,
        name: 'agent',
        type: 'AGENT',
        state: 'OK',
        startMs: Date.parse('2025-11-15T09:46:40.123Z'),
        durationMs: 1234,
        request: 'Wie wird das Wetter in Zürich? ☀️',
        response: expect.stringContaining('sunny'),
        inputTokens: 1000,
        outputTokens: 100,
        totalTokens: 1100,
        cost: 0.00021,
        session: 's-1',
        user: 'ann',
        assessments: [{ name: 'ok', kind: 'feedback', value: 'true', source: 'bob' }],
        tags: [['team', 'a']],
      },
    ])
    const header = traceHeaderShape.parse((await get(`/traces/${traceId}`)).body)
    expect(header).toMatchObject({ ...traces[0], spanCount: 8, experimentName: expect.stringContaining('experiment') })
    expect(new Map(header.allTags).get('mlflow.trace.spansLocation')).toBe('TRACKING_STORE')
    expect(new Map(header.metadata).get('mlflow.trace.session')).toBe('s-1')
  })

  it('says in the list what made a trace fail', async () => {
    const id = await server.newExperiment()
    const failed = span({ status: { code: 'ERROR', message: 'ToolTimeout: refund_order:\nno answer' } })
    const recovered = eightSpans()
    await exportSpans(server, id, [failed, ...recovered])
    const { traces } = traceListShape.parse((await get(`/experiments/${id}/traces`)).body)
    expect(new Map(traces.map((row) => [row.id, row.error]))).toEqual(
      new Map([
        [failed.traceId, 'ToolTimeout: refund_order: no answer'],
        [recovered[0]?.traceId, undefined],
      ]),
    )
    const header = traceHeaderShape.parse((await get(`/traces/${failed.traceId}`)).body)
    expect(header).toMatchObject({ type: 'UNKNOWN', error: 'ToolTimeout: refund_order: no answer' })
  })

  it('pages through the list, stable while traces arrive', async () => {
    const id = await server.newExperiment()
    const add = (n: number) =>
      exportSpans(server, id, [span({ name: `n${n}`, startTimeNs: START_NS + BigInt(n) * 1_000_000_000n })])
    for (const n of [0, 1, 2, 3]) await add(n)
    const page = async (query: string) => traceListShape.parse((await get(`/experiments/${id}/traces?${query}`)).body)
    const first = await page('limit=2')
    await add(4)
    const second = await page(`limit=2&cursor=${encodeURIComponent(first.cursor ?? '')}`)
    expect([...first.traces, ...second.traces].map(({ name }) => name)).toEqual(['n3', 'n2', 'n1', 'n0'])
    const rest =
      second.cursor === undefined ? undefined : await page(`limit=2&cursor=${encodeURIComponent(second.cursor)}`)
    expect(rest?.traces ?? []).toEqual([])
    expect((await page("filter=name%20%3D%20'n1'")).traces.map(({ name }) => name)).toEqual(['n1'])
  })

  it('says where in a filter the error is', async () => {
    const filter = "name = 'x' AND nope.y = 'z'"
    const { status, body } = await get(`/experiments/0/traces?filter=${encodeURIComponent(filter)}`)
    expect([status, body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    const position = body.position as unknown as { start: number; end: number }
    expect(filter.slice(position.start, position.end)).toContain('nope')
    expect(body).toMatchObject({ help: expect.any(String), request_id: expect.any(String) })
  })

  it.each(['limit=0', 'limit=501', 'limit=x', 'cursor=garbage'])('refuses %s', async (query) => {
    expect((await get(`/experiments/0/traces?${query}`)).body.error_code).toBe('INVALID_PARAMETER_VALUE')
  })

  it.each([
    '/experiments/424242/traces',
    '/traces/tr-x',
    '/traces/tr-x/skeleton',
    '/traces/tr-x/spans/00',
    '/experiments/abc/traces',
  ])('answers %s with an error object', async (path) => {
    const { status, body } = await get(path)
    expect([400, 404]).toContain(status)
    expect(body.message).toEqual(expect.any(String))
  })

  it('gives the structure of a trace in columns', async () => {
    const sent = eightSpans()
    await exportSpans(server, '0', sent)
    const skeleton = skeletonShape.parse((await get(`/traces/${sent[0]?.traceId}/skeleton`)).body)
    expect(skeleton).toMatchObject({ count: 8, originNs: String(START_NS) })
    const byId = new Map(skeleton.spanId.map((spanId, row) => [spanId, row]))
    for (const original of sent) {
      const row = byId.get(original.spanId) ?? -1
      const parent = skeleton.parent[row] ?? -3
      expect(skeleton.names[skeleton.name[row] ?? -1]).toBe(original.name)
      expect(skeleton.spanId[parent]).toBe(original.parentSpanId)
      expect(skeleton.start[row]).toBe(Number(original.startTimeNs - START_NS))
      expect(skeleton.duration[row]).toBe(Number((original.endTimeNs ?? 0n) - original.startTimeNs))
    }
    expect(skeleton.exceptions.reduce((sum, count) => sum + count)).toBe(1)
  })

  it('cuts long values of a span and says how long they are, unless asked for all', async () => {
    const long = 'x'.repeat(PAYLOAD_SLICE + 10)
    const sent = span({ attributes: { 'mlflow.spanInputs': long, note: 'short' } })
    await exportSpans(server, '0', [sent])
    const path = `/traces/${sent.traceId}/spans/${sent.spanId}`
    const cut = spanShape.parse((await get(path)).body)
    expect(cut.inputs?.json).toHaveLength(PAYLOAD_SLICE)
    expect(cut.inputs?.size).toBe(long.length + 2)
    expect(new Map(cut.attributes).get('note')).toEqual({ json: '"short"', size: 7 })
    const whole = spanShape.parse((await get(`${path}?full=1`)).body)
    expect(whole.inputs?.json).toBe(JSON.stringify(long))
  })

  it('sends an answer again only when it changed', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const path = `${UI_API}/traces/${sent.traceId}`
    const first = await server.fetch(path)
    await first.arrayBuffer()
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('private, no-cache')
    const again = await server.fetch(path, { headers: { 'if-none-match': etag } })
    expect([again.status, await again.text()]).toEqual([304, ''])
    await server.send('PATCH', `/api/3.0/mlflow/traces/${sent.traceId}/tags`, { key: 'k', value: 'v' })
    expect((await server.fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(200)
  })

  it('compresses lists and skeletons', async () => {
    const { traceId } = span()
    await exportSpans(
      server,
      '0',
      Array.from({ length: 100 }, () => span({ traceId })),
    )
    const response = await server.fetch(`${UI_API}/traces/${traceId}/skeleton`, {
      headers: { 'accept-encoding': 'br' },
    })
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(skeletonShape.parse(await response.json()).count).toBe(100)
  })
})
