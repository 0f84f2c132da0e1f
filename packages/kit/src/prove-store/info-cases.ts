import { expect } from 'vitest'
import { DRAWN_ORIGIN_NS, draw } from '../draw.ts'
import { expectRefusal, type StoreSection } from './case.ts'
import { feedbackOn, infoOf } from './stage.ts'

const STARTED_MS = Number(DRAWN_ORIGIN_NS / 1_000_000n)
const TOLD = {
  clientRequestId: 'c1',
  requestTimeMs: 1_750_000_000_001,
  executionDurationMs: 1234,
  state: 'ERROR',
  requestPreview: 'asked',
  responsePreview: 'answered',
} as const

export const infoCases: StoreSection = {
  title: 'trace info',
  cases: [
    [
      'follows from spans alone',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const sketch =
          'agent 0-100 inputs=hi outputs=bye session.id=s1 mlflow.traceTag.color=red\n  llm 10-120 tokens=5/7 cost=0.25 user.id=u1'
        const traceId = stage.newTraceId()
        const traceTags = new Map([
          [
            traceId,
            new Map([
              ['service.name', 'shop'],
              ['color', 'resource'],
            ]),
          ],
        ])
        await stage.write(experimentId, draw(sketch, { traceId }), { traceTags })
        expect(await stage.info(traceId)).toEqual({
          ...infoOf(traceId, experimentId, {
            requestTimeMs: STARTED_MS,
            executionDurationMs: 120,
            requestPreview: '"hi"',
            responsePreview: '"bye"',
          }),
          traceMetadata: new Map([
            ['mlflow.trace.tokenUsage', '{"input_tokens": 5, "output_tokens": 7, "total_tokens": 12}'],
            ['mlflow.trace.cost', '{"input_cost": 0, "output_cost": 0, "total_cost": 0.25}'],
            ['mlflow.trace.session', 's1'],
            ['mlflow.trace.user', 'u1'],
          ]),
          tags: new Map([
            ['service.name', 'shop'],
            ['color', 'red'],
            ['mlflow.traceName', 'agent'],
            ['mlflow.artifactLocation', `mlflow-artifacts:/${experimentId}/traces/${traceId}/artifacts`],
            ['mlflow.trace.spansLocation', 'TRACKING_STORE'],
          ]),
        })
      },
    ],
    [
      'without spans is what the client said, and the tags of the server',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = stage.newTraceId()
        const given = infoOf(traceId, experimentId, {
          ...TOLD,
          traceMetadata: new Map([['k', 'v']]),
          tags: new Map([['t', 'u']]),
        })
        const answer = await stage.store.upsertTraceInfo(given)
        expect(answer).toEqual({
          ...given,
          traceMetadata: new Map([
            ['k', 'v'],
            ['mlflow.trace.infoFinalized', 'true'],
          ]),
          tags: new Map([
            ['t', 'u'],
            ['mlflow.artifactLocation', `mlflow-artifacts:/${experimentId}/traces/${traceId}/artifacts`],
          ]),
        })
        expect(await stage.info(traceId)).toEqual(answer)
        expect(await stage.store.getSpans(traceId)).toEqual([])
        expect(await stage.store.getSkeleton(traceId)).toMatchObject({ traceId, count: 0, spanId: [] })
      },
    ],
    [
      'and spans meet in the same state in either order',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const spans = (traceId: string) =>
          draw('agent 0-100 inputs=hi error=no\n  llm 10-400 tokens=5/7 session.id=s', { traceId })
        const said = [
          TOLD,
          { state: 'IN_PROGRESS', requestTimeMs: 0 },
          { state: 'STATE_UNSPECIFIED', traceMetadata: new Map([['mlflow.trace.tokenUsage', '{"input_tokens": 1}']]) },
        ] as const
        for (const changes of said) {
          const [first, last, between] = [stage.newTraceId(), stage.newTraceId(), stage.newTraceId()]
          const tell = (traceId: string) => stage.store.upsertTraceInfo(infoOf(traceId, experimentId, changes))
          await tell(first)
          await stage.write(experimentId, spans(first))
          await stage.write(experimentId, spans(last))
          await tell(last)
          await stage.write(experimentId, spans(between).slice(1))
          await tell(between)
          await stage.write(experimentId, spans(between).slice(0, 1))
          const blank = async (traceId: string) => ({ ...(await stage.info(traceId)), traceId: '', tags: '' })
          expect(await blank(last)).toEqual(await blank(first))
          expect(await blank(between)).toEqual(await blank(first))
        }
      },
    ],
    [
      'is not changed by later spans in what the client said',
      async (stage) => {
        const traceId = stage.newTraceId()
        const given = infoOf(traceId, '0', {
          ...TOLD,
          traceMetadata: new Map([['mlflow.trace.tokenUsage', '{"input_tokens": 1}']]),
        })
        const answer = await stage.store.upsertTraceInfo(given)
        await stage.write('0', draw('agent 0-100000 inputs=x outputs=y tokens=9/9', { traceId }))
        const info = await stage.info(traceId)
        expect(info).toMatchObject(TOLD)
        expect(info.traceMetadata).toEqual(answer.traceMetadata)
        expect(info.tags.get('mlflow.trace.spansLocation')).toBe('TRACKING_STORE')
      },
    ],
    [
      'is filled by spans where the client left it open',
      async (stage) => {
        const traceId = stage.newTraceId()
        await stage.store.upsertTraceInfo(infoOf(traceId, '0', { state: 'IN_PROGRESS', requestTimeMs: 0 }))
        expect(await stage.info(traceId)).toMatchObject({ state: 'IN_PROGRESS', requestTimeMs: 0 })
        await stage.write('0', draw('agent 0-100 inputs=x', { traceId }))
        expect(await stage.info(traceId)).toMatchObject({
          state: 'OK',
          requestTimeMs: STARTED_MS,
          executionDurationMs: 100,
          requestPreview: '"x"',
        })
      },
    ],
    [
      'that comes again replaces scalars and merges maps',
      async (stage) => {
        const traceId = stage.newTraceId()
        const maps = (k: string) => ({
          traceMetadata: new Map([
            ['same', k],
            [`m${k}`, k],
          ]),
          tags: new Map([
            ['same', k],
            [`t${k}`, k],
          ]),
        })
        await stage.store.upsertTraceInfo(infoOf(traceId, '0', { ...TOLD, ...maps('1') }))
        const answer = await stage.store.upsertTraceInfo(
          infoOf(traceId, '0', { state: 'OK', requestTimeMs: 5, ...maps('2') }),
        )
        expect(answer).toMatchObject({
          clientRequestId: undefined,
          requestTimeMs: 5,
          executionDurationMs: undefined,
          state: 'OK',
          requestPreview: 'asked',
          responsePreview: 'answered',
        })
        expect(Object.fromEntries(answer.traceMetadata)).toMatchObject({ same: '2', m1: '1', m2: '2' })
        expect(Object.fromEntries(answer.tags)).toMatchObject({ same: '2', t1: '1', t2: '2' })
        expect(await stage.info(traceId)).toEqual(answer)
      },
    ],
    [
      'adds its assessments',
      async (stage) => {
        const traceId = stage.newTraceId()
        const id = `a-${stage.next()}`
        await stage.store.upsertTraceInfo(infoOf(traceId, '0', { assessments: [feedbackOn(traceId, `${id}-1`)] }))
        const answer = await stage.store.upsertTraceInfo(
          infoOf(traceId, '0', { assessments: [feedbackOn(traceId, `${id}-2`)] }),
        )
        expect(answer.assessments).toEqual([feedbackOn(traceId, `${id}-1`), feedbackOn(traceId, `${id}-2`)])
        expect(await stage.store.getAssessment(traceId, `${id}-1`)).toEqual(feedbackOn(traceId, `${id}-1`))
      },
    ],
    [
      'stays in the experiment of the first spans or info',
      async (stage) => {
        const [first, second] = [await stage.newExperiment(), await stage.newExperiment()]
        const traceId = stage.newTraceId()
        await stage.store.upsertTraceInfo(infoOf(traceId, first))
        await stage.store.upsertTraceInfo(infoOf(traceId, second))
        expect((await stage.info(traceId)).experimentId).toBe(first)
      },
    ],
    [
      'for an unknown or deleted experiment is refused',
      async (stage) => {
        const deleted = await stage.newExperiment()
        await stage.store.setExperimentStage(deleted, 'deleted')
        const traceId = stage.newTraceId()
        await expectRefusal(stage.store.upsertTraceInfo(infoOf(traceId, '987654321')), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.upsertTraceInfo(infoOf(traceId, deleted)), 'INVALID_PARAMETER_VALUE')
        expect(await stage.store.getTraceInfo(traceId)).toBeUndefined()
      },
    ],
    [
      'of several ids comes in their order, unknown ones left out, repeated ones once',
      async (stage) => {
        const [a, b] = [await stage.drawn('0', 'a 0-1'), await stage.drawn('0', 'b 0-1')]
        const infos = await stage.store.getTraceInfos([b, 'tr-unknown', a, b])
        expect(infos.map((info) => info.traceId)).toEqual([b, a])
        expect(infos[1]).toEqual(await stage.info(a))
        expect(await stage.store.getTraceInfos([])).toEqual([])
        const many = Array.from({ length: 40_000 }, (_, index) => `tr-none-${index}`)
        expect((await stage.store.getTraceInfos([...many, a])).map((info) => info.traceId)).toEqual([a])
      },
    ],
    [
      'rewrites resource tags with each batch, but never a tag a client set',
      async (stage) => {
        const traceId = stage.newTraceId()
        const write = (version: string) =>
          stage.write('0', draw('a 0-1', { traceId }), {
            traceTags: new Map([
              [
                traceId,
                new Map([
                  ['version', version],
                  ['team', version],
                ]),
              ],
            ]),
          })
        await write('1')
        await stage.store.setTraceTag(traceId, 'team', 'mine')
        await write('2')
        expect(Object.fromEntries((await stage.info(traceId)).tags)).toMatchObject({ version: '2', team: 'mine' })
      },
    ],
  ],
}
