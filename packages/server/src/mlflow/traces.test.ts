import type { Span } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores, type Tree } from '../testing/server.ts'
import { eightSpans, exportSpans, newTraceId, START_NS, span, traceInfo } from '../testing/traces.ts'

const AT = '/api/3.0/mlflow/traces'

describe.each(stores)('traces over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const info = async (traceId: string) => (await server.send('GET', `${AT}/${traceId}`)).body.trace?.trace_info
  const start = (trace_info: object) => server.send('POST', AT, { trace: { trace_info } })
  const search = (experiment: string, query: object = {}) =>
    server.send('POST', `${AT}/search`, {
      locations: [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }],
      ...query,
    })

  it('answers what it stored, with the tags it adds', async () => {
    const sent = traceInfo('0', { tags: { mine: 'x' }, trace_metadata: { 'mlflow.trace_schema.version': '3' } })
    const { status, body } = await start(sent)
    expect(status).toBe(200)
    expect(body.trace?.trace_info).toMatchObject({
      ...sent,
      tags: { mine: 'x', 'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${sent['trace_id']}/artifacts` },
      trace_metadata: { 'mlflow.trace_schema.version': '3', 'mlflow.trace.infoFinalized': 'true' },
    })
    expect(await info(String(sent['trace_id']))).toEqual(body.trace?.trace_info)
  })

  it('keeps its own word on where things are when a client sends the tags of a trace it copied', async () => {
    const tags = { 'mlflow.artifactLocation': 'mlflow-artifacts:/9/x', 'mlflow.trace.spansLocation': 'TRACKING_STORE' }
    const sent = traceInfo('0', { tags })
    const { body } = await start(sent)
    const own = { 'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${sent['trace_id']}/artifacts` }
    expect(body.trace?.trace_info?.tags).toEqual(own)
  })

  it.each(['spans first', 'info first'])('joins spans and info: %s', async (order) => {
    const sent = span({ name: 'predict', attributes: { 'mlflow.spanInputs': { q: 'hi' } } })
    const said = traceInfo('0', { trace_id: sent.traceId, execution_duration: '9s', tags: { late: 'yes' } })
    if (order === 'spans first') await exportSpans(server, '0', [sent])
    const { body } = await start(said)
    if (order === 'info first') await exportSpans(server, '0', [sent])
    else
      expect(body.trace?.trace_info?.tags).toMatchObject({
        late: 'yes',
        'mlflow.trace.spansLocation': 'TRACKING_STORE',
      })
    expect(await info(sent.traceId)).toMatchObject({
      execution_duration: '9s',
      request_preview: '{"q":"hi"}',
      tags: { late: 'yes', 'mlflow.traceName': 'predict', 'mlflow.trace.spansLocation': 'TRACKING_STORE' },
    })
  })

  it('never lets later spans stretch what the client said at the end, where MLflow does', async () => {
    const sent = span()
    await start(traceInfo('0', { trace_id: sent.traceId }))
    await exportSpans(server, '0', [{ ...sent, endTimeNs: START_NS + 120_000_000_000n }])
    expect((await info(sent.traceId))?.execution_duration).toBe('1.234s')
  })

  it('carries eight spans through OTLP and the API unchanged', async () => {
    const sent = eightSpans()
    const traceId = sent[0]?.traceId ?? ''
    await exportSpans(server, '0', sent)
    const response = await server.fetch(`${AT}/get?trace_id=${traceId}`)
    const text = await response.text()
    for (const { spanId, startTimeNs, endTimeNs, name } of sent) {
      // Raw text: a nanosecond time does not fit a JSON number as JavaScript reads it.
      expect(text).toContain(`"start_time_unix_nano":${startTimeNs},"end_time_unix_nano":${endTimeNs}`)
      expect(text).toContain(Buffer.from(spanId, 'hex').toString('base64'))
      expect(text).toContain(`"name":${JSON.stringify(name)}`)
    }
    expect(text).toContain('1152921504606846976')
    expect(list(JSON.parse(text).trace.spans)).toHaveLength(8)
    await sameInUi(sent, traceId)
  })

  /** Ids, nanosecond times, types, inputs, outputs and events as the screens read them. */
  async function sameInUi(sent: readonly Span[], traceId: string) {
    for (const original of sent) {
      const { body } = await server.send('GET', `/api/1.0/clew/traces/${traceId}/spans/${original.spanId}`)
      expect(body).toMatchObject({
        traceId,
        spanId: original.spanId,
        name: original.name,
        startNs: String(original.startTimeNs),
        endNs: String(original.endTimeNs),
        status: original.status.code,
        statusMessage: original.status.message,
      })
      expect(body['parentSpanId']).toBe(original.parentSpanId)
      const texts = new Map(
        list(body.attributes).map((entry) => [entry[0], entry[1]?.json]) as unknown as [string, string][],
      )
      for (const [key, json] of original.attributes) {
        const shown =
          key === 'mlflow.spanInputs'
            ? body.inputs?.json
            : key === 'mlflow.spanOutputs'
              ? body.outputs?.json
              : texts.get(key)
        expect(JSON.parse(String(shown))).toEqual(JSON.parse(json))
      }
      expect(list(body.events).map(({ name, timeNs }) => [name, timeNs])).toEqual(
        original.events.map(({ name, timeNs }) => [name, String(timeNs)]),
      )
    }
  }

  it.each<[string, object, string | RegExp]>([
    ['no trace', {}, /^Missing value for required parameter 'trace'\./],
    ['no trace info', { trace: {} }, /^Missing value for required parameter 'trace\.trace_info'\./],
    ['a trace that is no object', { trace: 5 }, /^Invalid value 5 for parameter 'trace' supplied/],
    ['a state that does not exist', { trace: { trace_info: traceInfo('0', { state: 'FINE' }) } }, /FINE/],
    ['a time that is none', { trace: { trace_info: traceInfo('0', { request_time: 'noon' }) } }, /noon/],
    ['tags that are no texts', { trace: { trace_info: traceInfo('0', { tags: { a: 5 } }) } }, /tags/],
    [
      'an experiment that is no number',
      { trace: { trace_info: traceInfo('abc') } },
      "Invalid experiment ID 'abc'. Experiment ID must be a valid integer.",
    ],
    ['no location', { trace: { trace_info: traceInfo('0', { trace_location: undefined }) } }, /location/],
    ['no id', { trace: { trace_info: traceInfo('0', { trace_id: undefined }) } }, /trace_id/],
  ])('refuses %s, where MLflow stores half of it or fails', async (_, body, message) => {
    const answer = await server.send('POST', AT, body)
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toMatch(message)
  })

  it('refuses unknown and deleted experiments', async () => {
    expect(await start(traceInfo('987654321'))).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'No Experiment with id=987654321 exists' },
    })
    const experiment_id = await server.newExperiment()
    await server.send('POST', '/api/2.0/mlflow/experiments/delete', { experiment_id })
    expect(await start(traceInfo(experiment_id))).toMatchObject({
      status: 400,
      body: {
        error_code: 'INVALID_PARAMETER_VALUE',
        message: `The experiment ${experiment_id} must be in the 'active' state. Current state is deleted.`,
      },
    })
  })

  it('waits for the spans a client announced, then says the trace is not whole', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const trace_metadata = { 'mlflow.trace.sizeStats': '{"num_spans": 2}' }
    await start(traceInfo('0', { trace_id: sent.traceId, trace_metadata }))
    const whole = server.send('GET', `${AT}/get?trace_id=${sent.traceId}&allow_partial=False`)
    setTimeout(() => exportSpans(server, '0', [{ ...sent, spanId: '00000000000000bb' }]), 300)
    expect(list((await whole).body.trace?.spans)).toHaveLength(2)
  })

  it('answers a part when asked, and 404 for the whole that never comes', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const trace_metadata = { 'mlflow.trace.sizeStats': '{"num_spans": 9}' }
    await start(traceInfo('0', { trace_id: sent.traceId, trace_metadata }))
    const part = await server.send('GET', `${AT}/get?trace_id=${sent.traceId}&allow_partial=True`)
    expect(list(part.body.trace?.spans)).toHaveLength(1)
    expect(await server.send('GET', `${AT}/get?trace_id=${sent.traceId}`)).toMatchObject({
      status: 404,
      body: { message: `Trace with ID ${sent.traceId} is not fully exported yet, please try again later.` },
    })
    const batch = await server.send('GET', `${AT}/batchGet?trace_ids=${sent.traceId}`)
    expect(batch).toEqual({ status: 200, body: {} })
  })

  it.each([
    [`${AT}/nope`, "Trace with ID 'nope' not found."],
    [`${AT}/search`, "Trace with ID 'search' not found."],
    [`${AT}/get?trace_id=nope`, 'Trace with ID nope is not found.'],
  ])('GET %s is the 404 MLflow words so', async (path, message) => {
    expect(await server.send('GET', path)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST', message },
    })
  })

  it('gets many at once in the order asked for', async () => {
    const experiment = await server.newExperiment()
    const [a, b] = [span(), span()]
    await exportSpans(server, experiment, [a, b])
    const ids = [b.traceId, newTraceId(), a.traceId, b.traceId]
    const query = ids.map((id) => `trace_ids=${id}`).join('&')
    const idsOf = (tree: Tree | undefined, field?: string) =>
      list(tree).map((entry) => (field === undefined ? entry : entry[field])?.trace_id)
    expect(idsOf((await server.send('GET', `${AT}/batchGet?${query}`)).body.traces, 'trace_info')).toEqual([
      b.traceId,
      a.traceId,
    ])
    expect(idsOf((await server.send('POST', `${AT}/batchGetInfos`, { trace_ids: ids })).body.trace_infos)).toEqual([
      b.traceId,
      a.traceId,
    ])
    expect(await server.send('GET', `${AT}/batchGet?${query}&experiment_ids=0`)).toEqual({ status: 200, body: {} })
    expect(await server.send('POST', `${AT}/batchGetInfos`, { trace_ids: [] })).toEqual({ status: 200, body: {} })
    expect((await server.send('GET', `${AT}/batchGet`)).body.message).toMatch(
      /^Missing value for required parameter 'trace_ids'/,
    )
    const many = Array.from({ length: 101 }, (_, i) => `trace_ids=${i}`).join('&')
    expect((await server.send('GET', `${AT}/batchGet?${many}`)).status).toBe(400)
    const unknown = Array.from({ length: 5000 }, (_, i) => `tr-${i}`)
    expect(await server.send('POST', `${AT}/batchGetInfos`, { trace_ids: unknown })).toEqual({ status: 200, body: {} })
  })

  it('searches by page until the last, with the filter and order asked for', async () => {
    const experiment = await server.newExperiment()
    const spans = Array.from({ length: 5 }, (_, i) =>
      span({ name: `n${i}`, startTimeNs: START_NS + BigInt(i) * 1_000_000_000n }),
    )
    for (const one of spans) await exportSpans(server, experiment, [one])
    const first = await search(experiment, { max_results: 2 })
    expect(names(first.body)).toEqual(['n4', 'n3'])
    const second = await search(experiment, { max_results: 2, page_token: first.body.next_page_token })
    expect(names(second.body)).toEqual(['n2', 'n1'])
    const third = await search(experiment, { max_results: 2, page_token: second.body.next_page_token })
    expect(names(third.body)).toEqual(['n0'])
    expect(third.body.next_page_token).toBeUndefined()
    expect(names((await search(experiment, { filter: "name = 'n2'" })).body)).toEqual(['n2'])
    expect(names((await search(experiment, { order_by: ['timestamp_ms ASC'], max_results: 1 })).body)).toEqual(['n0'])
    expect(await search('424242')).toEqual({ status: 200, body: {} })
    expect(await server.send('POST', `${AT}/search`, { locations: [] })).toEqual({ status: 200, body: {} })
  })

  it.each([
    [{}, /^Missing value for required parameter 'locations'/],
    [{ locations: [{ mlflow_experiment: { experiment_id: 'abc' } }] }, /^Invalid experiment ID 'abc'/],
    [
      { locations: [], max_results: 0 },
      "Invalid value 0 for parameter 'max_results' supplied. It must be a positive integer",
    ],
    [
      { locations: [], max_results: 501 },
      /^Invalid value 501 for parameter 'max_results' supplied: {2}Hint: Value was of type 'int'\./,
    ],
    [{ locations: [], filter: 5 }, /^Invalid value 5 for parameter 'filter'/],
    [{ locations: [], order_by: 'timestamp_ms' }, /^Invalid value "timestamp_ms" for parameter 'order_by'/],
    [{ locations: [], filter: "nope.x = 'y'" }, /^Invalid entity type 'nope'/],
  ])('refuses the search %j', async (body, message) => {
    const answer = await server.send('POST', `${AT}/search`, body)
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toMatch(message)
  })

  it('sets, replaces and deletes tags under both versions of the path', async () => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const at = (version: string) => `/api/${version}/mlflow/traces/${sent.traceId}/tags`
    expect(await server.send('PATCH', at('2.0'), { key: 'k', value: 'v' })).toEqual({ status: 200, body: {} })
    expect(await server.send('PATCH', at('3.0'), { key: 'k', value: 'w' })).toEqual({ status: 200, body: {} })
    await server.send('PATCH', at('3.0'), { key: 'mlflow.traceName', value: 'renamed' })
    expect((await info(sent.traceId))?.tags).toMatchObject({ k: 'w', 'mlflow.traceName': 'renamed' })
    expect(await server.send('DELETE', `${at('3.0')}?key=k`)).toEqual({ status: 200, body: {} })
    expect(await server.send('DELETE', at('2.0'), { key: 'k' })).toMatchObject({
      status: 404,
      body: { message: `No trace tag with key 'k' for trace with ID '${sent.traceId}'` },
    })
  })

  it.each([
    ['x'.repeat(251), "'key' exceeds the maximum length of 250 characters"],
    ['bad?key', /^Invalid value "bad\?key" for parameter 'key' supplied: Names may only contain/],
    ['../x', /must not resolve to other names when treated as such\. This name would resolve to '\.\.\/x'$/],
    ['mlflow.trace.spansLocation', "Tag 'mlflow.trace.spansLocation' is immutable and cannot be set on a trace."],
    ['mlflow.artifactLocation', /is immutable/],
    ['', /^Missing value for required parameter 'key'/],
  ])('refuses the tag key %j', async (key, message) => {
    const sent = span()
    await exportSpans(server, '0', [sent])
    const answer = await server.send('PATCH', `${AT}/${sent.traceId}/tags`, { key, value: 'v' })
    expect([answer.status, answer.body.error_code]).toEqual([400, 'INVALID_PARAMETER_VALUE'])
    expect(answer.body.message).toMatch(message)
  })

  it('answers 404 for a tag on an unknown trace, where MLflow answers 400 with SQL', async () => {
    expect(await server.send('PATCH', `${AT}/tr-nope/tags`, { key: 'k', value: 'v' })).toMatchObject({
      status: 404,
      body: { message: "Trace with ID 'tr-nope' not found." },
    })
  })

  it('deletes by id and by time', async () => {
    const experiment_id = await server.newExperiment()
    const spans = [0n, 1n, 2n].map((seconds) => span({ startTimeNs: START_NS + seconds * 1_000_000_000n }))
    await exportSpans(server, experiment_id, spans)
    const remove = (body: object) =>
      server.send('POST', `/api/2.0/mlflow/traces/delete-traces`, { experiment_id, ...body })
    expect((await remove({ request_ids: [spans[2]?.traceId, 'tr-unknown'] })).body).toEqual({ traces_deleted: 1 })
    const untilMs = Number(START_NS / 1_000_000n) + 1000
    expect((await remove({ max_timestamp_millis: untilMs, max_traces: 1 })).body).toEqual({ traces_deleted: 1 })
    expect((await remove({ max_timestamp_millis: String(untilMs) })).body).toEqual({ traces_deleted: 1 })
    expect((await search(experiment_id)).body).toEqual({})
  })

  it.each([
    [
      { request_ids: ['a'], max_timestamp_millis: 5 },
      'Only one of `max_timestamp_millis` and `trace_ids` can be specified.',
    ],
    [{}, 'Either `max_timestamp_millis` or `trace_ids` must be specified.'],
    [{ request_ids: [] }, 'Either `max_timestamp_millis` or `trace_ids` must be specified.'],
    [{ request_ids: ['a'], max_traces: 1 }, "`max_traces` can't be specified if `trace_ids` is specified."],
    [{ max_timestamp_millis: 5, max_traces: 0 }, '`max_traces` must be a positive integer, received 0.'],
  ])('refuses to delete by %j', async (body, message) => {
    const answer = await server.send('POST', `${AT}/delete-traces`, { experiment_id: '0', ...body })
    expect(answer).toMatchObject({ status: 400, body: { message } })
  })

  it('links traces to runs and prompts', async () => {
    const experiment = await server.newExperiment()
    const sent = span()
    await exportSpans(server, experiment, [sent])
    const at = '/api/2.0/mlflow/traces'
    expect(await server.send('POST', `${at}/link-to-run`, { trace_ids: [sent.traceId], run_id: 'r1' })).toEqual({
      status: 200,
      body: {},
    })
    expect(list((await search(experiment, { filter: "run_id = 'r1'" })).body.traces)).toHaveLength(1)
    const trace_ids = Array.from({ length: 101 }, (_, i) => `tr-${i}`)
    expect((await server.send('POST', `${at}/link-to-run`, { trace_ids, run_id: 'r1' })).status).toBe(400)
    const prompt_versions = [{ name: 'p', version: '3' }]
    await server.send('POST', `${at}/link-prompts`, { trace_id: sent.traceId, prompt_versions })
    expect(list((await search(experiment, { filter: "prompt = 'p/3'" })).body.traces)).toHaveLength(1)
    expect((await server.send('POST', `${at}/link-prompts`, { trace_id: 'tr-x', prompt_versions })).status).toBe(404)
  })
})

function names(body: Tree): unknown[] {
  return list(body.traces).map((trace) => trace.tags?.['mlflow.traceName'])
}
