import { TRACE_INFOS_PATH } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serverFor, stores } from '../testing/server.ts'
import { traceInfo } from '../testing/traces.ts'
import { MAX_TRACE_INFOS } from './trace-infos.ts'

describe.each(stores)('many trace infos in one request, over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)
  const post = (trace_infos: unknown) => server.send('POST', TRACE_INFOS_PATH, { trace_infos })
  const stored = async (info: { trace_id?: unknown }) =>
    (await server.send('GET', `/api/3.0/mlflow/traces/${info.trace_id}`)).status === 200

  it('are offered in server-info', async () => {
    const { body } = await server.send('GET', '/api/3.0/mlflow/server-info')
    expect(body.clew?.max_trace_infos).toBe(MAX_TRACE_INFOS)
  })

  it('are all stored, and a repeated request changes nothing', async () => {
    const infos = [traceInfo('0', {}), traceInfo('0', {})]
    expect(await post(infos)).toEqual({ status: 200, body: { refused: [] } })
    expect(await post(infos)).toEqual({ status: 200, body: { refused: [] } })
    for (const info of infos) expect(await stored(info)).toBe(true)
  })

  it('are stored but for those that cannot be, and each of these is named with the reason', async () => {
    const good = traceInfo('0', {})
    const lost = traceInfo('987654', {})
    const wrong = traceInfo('0', { state: 'HAPPY' })
    const { status, body } = await post([lost, good, wrong, {}])
    expect(status).toBe(200)
    expect(body.refused).toMatchObject([
      { trace_id: lost.trace_id, error_code: 'RESOURCE_DOES_NOT_EXIST' },
      { trace_id: wrong.trace_id, error_code: 'INVALID_PARAMETER_VALUE' },
      { trace_id: '', error_code: 'INVALID_PARAMETER_VALUE' },
    ])
    expect(await stored(good)).toBe(true)
    expect(await stored(wrong)).toBe(false)
  })

  it.each([
    ['too many', Array.from({ length: MAX_TRACE_INFOS + 1 }, () => traceInfo('0', {}))],
    ['no list', 'all of them'],
    ['no objects', [1, 'two', null]],
  ])('are refused whole: %s', async (_, infos) => {
    const { status, body } = await post(infos)
    expect(status).toBe(400)
    expect(body.error_code).toBe('INVALID_PARAMETER_VALUE')
  })
})
