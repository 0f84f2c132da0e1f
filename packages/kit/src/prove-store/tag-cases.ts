import { expect } from 'vitest'
import { draw } from '../draw.ts'
import { expectRefusal, type StoreSection } from './case.ts'
import { infoOf } from './stage.ts'

export const tagCases: StoreSection = {
  title: 'tags and links',
  cases: [
    [
      'a tag is set, replaced and deleted',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        await stage.store.setTraceTag(traceId, 'color', 'red')
        await stage.store.setTraceTag(traceId, 'color', '')
        expect((await stage.info(traceId)).tags.get('color')).toBe('')
        await stage.store.deleteTraceTag(traceId, 'color')
        expect((await stage.info(traceId)).tags.has('color')).toBe(false)
      },
    ],
    [
      'a trace is renamed by a tag',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'old 0-1')
        await stage.store.setTraceTag(traceId, 'mlflow.traceName', 'new')
        expect(await stage.found(experimentId, "name = 'new'")).toBe('new')
        await stage.write(experimentId, draw('old 0-1', { traceId }))
        expect(await stage.found(experimentId)).toBe('new')
      },
    ],
    [
      'a deleted tag is not brought back by spans, only by a client',
      async (stage) => {
        const traceId = stage.newTraceId()
        const write = () =>
          stage.write('0', draw('a 0-1 mlflow.traceTag.color=red', { traceId }), {
            traceTags: new Map([[traceId, new Map([['service', 'x']])]]),
          })
        await write()
        await stage.store.deleteTraceTag(traceId, 'color')
        await stage.store.deleteTraceTag(traceId, 'service')
        await write()
        expect([...(await stage.info(traceId)).tags.keys()].sort()).toEqual([
          'mlflow.artifactLocation',
          'mlflow.trace.spansLocation',
          'mlflow.traceName',
        ])
        await stage.store.upsertTraceInfo(infoOf(traceId, '0', { tags: new Map([['color', 'blue']]) }))
        expect((await stage.info(traceId)).tags.get('color')).toBe('blue')
      },
    ],
    [
      'unknown traces and unknown tags are refused',
      async (stage) => {
        const traceId = await stage.drawn('0', 'a 0-1')
        await expectRefusal(stage.store.setTraceTag(stage.newTraceId(), 'k', 'v'), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.deleteTraceTag(stage.newTraceId(), 'k'), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.deleteTraceTag(traceId, 'k'), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.deleteTraceTag(traceId, '__proto__'), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.deleteTraceTag(traceId, 'constructor'), 'RESOURCE_DOES_NOT_EXIST')
        await expectRefusal(stage.store.linkPrompts(stage.newTraceId(), ['p/1']), 'RESOURCE_DOES_NOT_EXIST')
      },
    ],
    [
      'keys that are traps elsewhere are keys like any other',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        const keys = [
          '__proto__',
          'constructor',
          'toString',
          '',
          'a.b',
          'a"b',
          "a'b",
          '$.x',
          'a`b',
          '[0]',
          'a\\b',
          'é😀',
          '0',
        ]
        for (const key of keys) await stage.store.setTraceTag(traceId, key, `value of ${key}`)
        const { tags } = await stage.info(traceId)
        for (const key of keys) {
          expect(tags.get(key)).toBe(`value of ${key}`)
          const comparison = {
            type: 'comparison',
            field: { entity: 'tag', key },
            operator: '=',
            value: { type: 'text', text: `value of ${key}` },
          } as const
          expect(await stage.store.countTraces({ experimentIds: [experimentId], filter: comparison }, 10)).toBe(1)
        }
        await stage.store.deleteTraceTag(traceId, '__proto__')
        expect((await stage.info(traceId)).tags.has('__proto__')).toBe(false)
      },
    ],
    [
      'a link to a run needs neither side and is one link however often it is made',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = stage.newTraceId()
        await stage.store.linkTracesToRun([traceId, 'tr-unknown', traceId], 'run-1')
        await stage.store.linkTracesToRun([traceId], 'run-1')
        await stage.store.linkTracesToRun([], 'run-1')
        await stage.write(experimentId, draw('late 0-1', { traceId }))
        await stage.drawn(experimentId, 'other 0-1')
        expect(await stage.found(experimentId, "run_id = 'run-1'")).toBe('late')
        expect(await stage.found(experimentId, "metadata.`mlflow.sourceRun` = 'run-1'")).toBe('late')
      },
    ],
    [
      'a run of a batch links the traces whose root is in it',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        await stage.drawn(experimentId, 'whole 0-1', { runId: 'run-2' })
        await stage.drawn(experimentId, '~ part 0-1', { runId: 'run-2' })
        expect(await stage.found(experimentId, "run_id = 'run-2'")).toBe('whole')
      },
    ],
    [
      'a link to a prompt version is found by it',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        await stage.store.linkPrompts(traceId, ['p/1', 'q/2', 'p/1'])
        await stage.store.linkPrompts(traceId, ['p/1'])
        expect(await stage.found(experimentId, "prompt = 'p/1'")).toBe('a')
        expect(await stage.found(experimentId, "prompt = 'p/2'")).toBe('')
      },
    ],
  ],
}
