import { type TraceInfo, UI_API } from '@clew/model'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { list, serverFor, stores } from '../testing/server.ts'
import { eightSpans, newTraceId, span } from '../testing/traces.ts'
import { renew } from './samples.ts'
import { samplesShape } from './shapes.ts'

describe('renew', () => {
  const nowMs = Date.parse('2026-02-03T04:05:06Z')

  it('moves every time by the same amount, so that the newest span ended three minutes ago', () => {
    const spans = eightSpans()
    const moved = renew({ spans, infos: [infoOf(spans[0]?.traceId ?? '')] }, '7', nowMs)
    const ends = moved.spans.map(({ endTimeNs }) => Number((endTimeNs ?? 0n) / 1_000_000n))
    expect(Math.max(...ends)).toBe(nowMs - 3 * 60_000)
    const shifts = moved.spans.map(({ startTimeNs }, i) => startTimeNs - (spans[i]?.startTimeNs ?? 0n))
    expect(new Set(shifts).size).toBe(1)
    expect(moved.spans[2]?.events[0]?.timeNs).toBe((spans[2]?.events[0]?.timeNs ?? 0n) + (shifts[0] ?? 0n))
    expect(moved.infos[0]?.requestTimeMs).toBe(1_763_200_000_123 + Number((shifts[0] ?? 0n) / 1_000_000n))
  })

  it('gives fresh ids that keep the tree, the links and the infos together', () => {
    const spans = eightSpans()
    const foreign = { traceId: newTraceId(), spanId: '00000000000000ff', attributes: new Map() }
    const inside = { traceId: spans[0]?.traceId ?? '', spanId: spans[1]?.spanId ?? '', attributes: new Map() }
    const linked = span({ links: [inside, foreign] })
    const moved = renew({ spans: [...spans, linked], infos: [infoOf(linked.traceId)] }, '7', nowMs)
    const [root, chat] = moved.spans
    expect(root?.traceId).toMatch(/^tr-[0-9a-f]{32}$/)
    expect(root?.traceId).not.toBe(spans[0]?.traceId)
    expect(chat?.parentSpanId).toBe(root?.spanId)
    expect(root?.attributes.get('mlflow.traceRequestId')).toBe(JSON.stringify(root?.traceId))
    expect(moved.spans[8]?.links).toMatchObject([{ traceId: root?.traceId, spanId: chat?.spanId }, foreign])
    expect(moved.infos[0]).toMatchObject({ traceId: moved.spans[8]?.traceId, experimentId: '7' })
  })
})

describe.each(stores)('POST /samples over the %s store', (store) => {
  const server = serverFor(store)
  beforeAll(server.start)
  afterAll(server.stop)

  it('loads traces that a few minutes ago were real, as often as asked', async () => {
    const load = async () => samplesShape.parse((await server.send('POST', `${UI_API}/samples`)).body)
    const first = await load()
    expect(first.traces).toBeGreaterThan(0)
    const page = async () => {
      const { body } = await server.send('GET', `${UI_API}/experiments/${first.experimentId}/traces?limit=500`)
      return list(body.traces)
    }
    const rows = await page()
    expect(rows).toHaveLength(first.traces)
    const youngest = Math.min(...rows.map(({ startMs }) => Date.now() - Number(startMs)))
    expect(youngest).toBeGreaterThan(60_000)
    expect(youngest).toBeLessThan(10 * 60_000)
    await server.send('POST', '/api/2.0/mlflow/experiments/delete', { experiment_id: first.experimentId })
    expect(await load()).toEqual(first)
    expect(await page()).toHaveLength(2 * first.traces)
  })
})

function infoOf(traceId: string): TraceInfo {
  return {
    traceId,
    experimentId: '0',
    clientRequestId: undefined,
    requestTimeMs: 1_763_200_000_123,
    executionDurationMs: 20,
    state: 'OK',
    requestPreview: undefined,
    responsePreview: undefined,
    traceMetadata: new Map(),
    tags: new Map(),
    assessments: [],
  }
}
