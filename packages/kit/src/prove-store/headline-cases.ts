import { jsonString, type Span, type TraceHeadline } from '@clew/model'
import { expect } from 'vitest'
import { draw } from '../draw.ts'
import type { StoreSection } from './case.ts'
import { infoOf, type Stage } from './stage.ts'

/** What a list shows of a trace beside its info. */
export const headlineCases: StoreSection = {
  title: 'headlines',
  cases: [
    [
      'tell the type of the root',
      async (stage) => {
        const typed = await stage.drawn('0', 'a AGENT 0-9\n  b LLM 1-2')
        const untyped = await stage.drawn('0', 'a 0-9\n  b LLM 1-2')
        expect(await headlineOf(stage, typed)).toEqual({ rootType: 'AGENT', failure: undefined })
        expect(await headlineOf(stage, untyped)).toEqual({ rootType: 'UNKNOWN', failure: undefined })
      },
    ],
    [
      'of a trace without a root tell nothing until it comes',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [root, child] = draw('a AGENT 0-9 error=late\n  b LLM 1-2', { traceId })
        await stage.write('0', [child!])
        expect(await headlineOf(stage, traceId)).toEqual({ rootType: undefined, failure: undefined })
        await stage.write('0', [root!])
        expect(await headlineOf(stage, traceId)).toEqual({ rootType: 'AGENT', failure: 'Error: late' })
      },
    ],
    [
      'tell what the root says of its failure, before any other span',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-9 error="gave up"\n  b 1-2 error=broken')
        expect(await headlineOf(stage, traceId)).toEqual({ rootType: 'UNKNOWN', failure: 'Error: gave up' })
      },
    ],
    [
      'of a root that failed without a word tell what failed first, however the spans come',
      async (stage) => {
        const traceId = stage.newTraceId()
        const spans = draw('a 0-9 ERROR\n  c 5-6 error=second\n  b 1-2 error=first\n  d 0-1 ERROR', { traceId })
        for (const span of spans) await stage.write('0', [span])
        expect((await headlineOf(stage, traceId))?.failure).toBe('Error: first')
      },
    ],
    [
      'take a failure back that a later version of the span does not have',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-9 ERROR\n  b 1-2 error=first\n  c 5-6 error=second')
        await stage.write('0', draw('a 0-9 ERROR\n  b 1-2', { traceId }))
        expect((await headlineOf(stage, traceId))?.failure).toBe('Error: second')
      },
    ],
    [
      'tell of a failure only where the trace failed',
      async (stage) => {
        const recovered = await stage.drawn('0', 'a 0-9\n  b 1-2 error=broken')
        const running = await stage.drawn('0', 'a 0-\n  b 1-2 error=broken')
        expect([await headlineOf(stage, recovered), await headlineOf(stage, running)]).toEqual([
          { rootType: 'UNKNOWN', failure: undefined },
          { rootType: 'UNKNOWN', failure: undefined },
        ])
        await stage.store.upsertTraceInfo(infoOf(recovered, '0', { state: 'ERROR' }))
        expect((await headlineOf(stage, recovered))?.failure).toBe('Error: broken')
        await stage.store.upsertTraceInfo(infoOf(recovered, '0', { state: 'OK' }))
        expect((await headlineOf(stage, recovered))?.failure).toBeUndefined()
      },
    ],
    [
      'are one line of at most 200 characters, led by the type of the exception',
      async (stage) => {
        const traceId = stage.newTraceId()
        const [span] = draw('a 0-9', { traceId })
        await stage.write('0', [failed(span!, 'ToolTimeout', `no\n\tanswer ${'😀'.repeat(200)}`)])
        const failure = (await headlineOf(stage, traceId))?.failure ?? ''
        expect(failure).toMatch(/^ToolTimeout: no answer (?:😀)+\.\.\.$/u)
        expect(failure.length).toBeLessThanOrEqual(200)
      },
    ],
    [
      'know traces of which only an info came, and leave out unknown ids',
      async (stage) => {
        const told = stage.newTraceId()
        await stage.store.upsertTraceInfo(infoOf(told, '0', { state: 'ERROR' }))
        const headlines = await stage.store.getHeadlines([told, stage.newTraceId(), told])
        expect([...headlines]).toEqual([[told, { rootType: undefined, failure: undefined }]])
        expect(await stage.store.getHeadlines([])).toEqual(new Map())
      },
    ],
    [
      'go with their trace',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a AGENT 0-9 error=broken')
        await stage.store.deleteTraces({ experimentId: '0', traceIds: [traceId] })
        expect(await headlineOf(stage, traceId)).toBeUndefined()
        await stage.write('0', draw('b 0-9', { traceId }))
        expect(await headlineOf(stage, traceId)).toEqual({ rootType: 'UNKNOWN', failure: undefined })
      },
    ],
  ],
}

async function headlineOf(stage: Stage, traceId: string): Promise<TraceHeadline | undefined> {
  return (await stage.store.getHeadlines([traceId])).get(traceId)
}

function failed(span: Span, type: string, message: string): Span {
  const attributes = new Map([
    ['exception.type', jsonString(type)],
    ['exception.message', jsonString(message)],
  ])
  const events = [{ name: 'exception', timeNs: span.startTimeNs, attributes }]
  return { ...span, status: { code: 'ERROR', message }, events }
}
