import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores } from '../testing/server.ts'
import { exportSpans, span } from '../testing/traces.ts'

describe.each(stores)('assessments over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const trace = span()
  const at = `/api/3.0/mlflow/traces/${trace.traceId}/assessments`
  beforeAll(() => exportSpans(server, '0', [trace]))

  const source = { source_type: 'HUMAN', source_id: 'bob' }
  const create = async (fields: object) => {
    const { status, body } = await server.send('POST', at, { assessment: { assessment_name: 'ok', source, ...fields } })
    return { status, message: body.message, assessment: body.assessment, id: String(body.assessment?.assessment_id) }
  }
  const read = async (id: string) => (await server.send('GET', `${at}/${id}`)).body.assessment
  const patch = (id: string, update_mask: string, assessment: object) =>
    server.send('PATCH', `${at}/${id}`, { assessment, update_mask })

  it('gives a new one an id, times and validity, and the trace of the path', async () => {
    const { status, assessment, id } = await create({
      trace_id: 'tr-another',
      feedback: { value: true },
      rationale: 'r',
      metadata: { a: 'b' },
      valid: false,
    })
    expect(status).toBe(200)
    expect(assessment).toMatchObject({
      assessment_id: expect.stringMatching(/^a-[0-9a-f]{32}$/),
      assessment_name: 'ok',
      trace_id: trace.traceId,
      source,
      feedback: { value: true },
      rationale: 'r',
      metadata: { a: 'b' },
      valid: true,
      create_time: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(await read(id)).toEqual(assessment)
    const { body } = await server.send('GET', `/api/3.0/mlflow/traces/${trace.traceId}`)
    expect(list(body.trace?.trace_info?.assessments)).toContainEqual(assessment)
  })

  it('keeps an id and times the client gave', async () => {
    const given = {
      assessment_id: `a-${'1'.repeat(32)}`,
      create_time: '2025-01-02T03:04:05.678Z',
      last_update_time: '2025-01-02T03:04:05.678Z',
    }
    expect((await create({ ...given, feedback: { value: 1 } })).assessment).toMatchObject(given)
  })

  it.each<[string, object, object]>([
    ['a text', { expectation: { value: 'Paris' } }, { expectation: { value: 'Paris' } }],
    ['a list of feedback', { feedback: { value: [1, 'a', null] } }, { feedback: { value: [1, 'a', null] } }],
    [
      'an error',
      { feedback: { error: { error_code: 'X', error_message: 'm' } } },
      { feedback: { error: { error_code: 'X', error_message: 'm' } } },
    ],
    ['an issue', { issue: { issue_name: 'Too slow' } }, { issue: { issue_name: 'Too slow' } }],
  ])('takes %s', async (_, sent, stored) => {
    expect((await create(sent)).assessment).toMatchObject(stored)
  })

  it('serialises an expected list as MLflow does', async () => {
    const { assessment } = await create({ expectation: { value: ['a', 'b'] } })
    expect(assessment?.expectation?.serialized_value).toMatchObject({ serialization_format: 'JSON_FORMAT' })
    expect(JSON.parse(String(assessment?.expectation?.serialized_value?.value))).toEqual(['a', 'b'])
  })

  it('makes an overridden one invalid, and valid again when the overrider goes', async () => {
    const old = await create({ feedback: { value: 1 } })
    const successor = await create({ feedback: { value: 2 }, overrides: old.id })
    expect((await read(old.id))?.valid).toBe(false)
    expect(await server.send('DELETE', `${at}/${successor.id}`)).toEqual({ status: 200, body: {} })
    expect((await read(old.id))?.valid).toBe(true)
  })

  it.each([
    ['assessmentName,feedback,rationale'],
    // MLflow answers 200 to this one and changes nothing.
    ['assessment_name,feedback,rationale'],
  ])('changes what the mask %s names, and nothing else', async (mask) => {
    const { id, assessment } = await create({ feedback: { value: 1 }, rationale: 'old', metadata: { a: '1' } })
    const changed = { assessment_name: 'new', feedback: { value: 'x' }, rationale: 'new', metadata: { a: '2' } }
    const { body } = await patch(id, mask, changed)
    expect(body.assessment).toMatchObject({ ...changed, metadata: { a: '1' }, create_time: assessment?.create_time })
    expect(await read(id)).toEqual(body.assessment)
  })

  it('merges metadata, clears a field that is named and not sent, and ignores what cannot change', async () => {
    const { id } = await create({ feedback: { value: 1 }, rationale: 'old', metadata: { a: '1', b: '1' } })
    await patch(id, 'metadata', { metadata: { b: '2', c: '3' } })
    expect((await read(id))?.metadata).toEqual({ a: '1', b: '2', c: '3' })
    await patch(id, 'rationale', {})
    expect((await read(id))?.rationale ?? '').toEqual('')
    await patch(id, 'source,spanId', { source: { source_type: 'CODE' }, span_id: 'x' })
    expect(await read(id)).toMatchObject({ source })
    await patch(id, 'valid', { valid: false })
    expect((await read(id))?.valid).toBe(false)
  })

  it('refuses what it cannot store', async () => {
    expect(await create({})).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^Unknown assessment type: None/),
    })
    expect(await create({ feedback: { value: 1 }, overrides: 'a-none' })).toMatchObject({
      status: 404,
      message: `Assessment with ID 'a-none' not found for trace '${trace.traceId}'`,
    })
    expect((await server.send('POST', at, {})).body.message).toMatch(
      /^Missing value for required parameter 'assessment'/,
    )
    const { id } = await create({ feedback: { value: 1 } })
    expect((await patch(id, 'expectation', { expectation: { value: 1 } })).status).toBe(400)
    expect((await patch(id, '', {})).body.message).toMatch(/^Missing value for required parameter 'update_mask'/)
    expect((await patch(id, 'rationale', { rationale: 5 })).status).toBe(400)
  })

  it('answers unknown ids as MLflow does', async () => {
    const message = `Assessment with ID 'a-nope' not found for trace '${trace.traceId}'`
    expect(await server.send('GET', `${at}/a-nope`)).toMatchObject({ status: 404, body: { message } })
    expect((await patch('a-nope', 'rationale', { rationale: 'x' })).status).toBe(404)
    expect(await server.send('DELETE', `${at}/a-nope`)).toEqual({ status: 200, body: {} })
    const elsewhere = '/api/3.0/mlflow/traces/tr-nope/assessments'
    expect(await server.send('POST', elsewhere, { assessment: { feedback: { value: 1 } } })).toMatchObject({
      status: 404,
      body: { message: "Trace with ID 'tr-nope' not found." },
    })
    expect(await server.send('DELETE', `${elsewhere}/a-nope`)).toEqual({ status: 200, body: {} })
    expect((await server.fetch(at)).status).toBe(405)
    expect((await server.fetch(at.replace('3.0', '2.0'), { method: 'POST' })).status).toBe(404)
  })
})
