import { type Experiment, type ExperimentQuery, parseExperimentFilter, parseExperimentOrderBy } from '@clew/model'
import { expect } from 'vitest'
import { expectRefusal, type StoreSection } from './case.ts'
import type { Stage } from './stage.ts'

export const experimentCases: StoreSection = {
  title: 'an experiment',
  cases: [
    [
      '0 is Default and exists from the start',
      async (stage) => {
        const experiment = await stage.store.getExperiment('0')
        expect(experiment).toMatchObject({
          experimentId: '0',
          name: 'Default',
          artifactLocation: 'mlflow-artifacts:/0',
          lifecycleStage: 'active',
        })
        expect(await stage.store.getExperimentByName('Default')).toEqual(experiment)
      },
    ],
    [
      'is made with the next number and read back by id and name',
      async (stage) => {
        const before = Date.now()
        const first = await create(stage, {
          tags: new Map([
            ['__proto__', 'x'],
            ['team', 'a'],
          ]),
        })
        const second = await create(stage, { artifactLocation: 'mlflow-artifacts:/custom' })
        expect(Number(second.experimentId)).toBe(Number(first.experimentId) + 1)
        expect(first).toMatchObject({
          artifactLocation: `mlflow-artifacts:/${first.experimentId}`,
          lifecycleStage: 'active',
        })
        expect(first.tags).toEqual(
          new Map([
            ['__proto__', 'x'],
            ['team', 'a'],
          ]),
        )
        expect(first.creationTimeMs).toBeGreaterThanOrEqual(before)
        expect(first.lastUpdateTimeMs).toBe(first.creationTimeMs)
        expect(second.artifactLocation).toBe('mlflow-artifacts:/custom')
        expect(await stage.store.getExperiment(first.experimentId)).toEqual(first)
        expect(await stage.store.getExperimentByName(first.name)).toEqual(first)
      },
    ],
    [
      'with a name that exists, deleted or not, is refused',
      async (stage) => {
        const { experimentId, name } = await create(stage)
        await expectRefusal(create(stage, { name }), 'RESOURCE_ALREADY_EXISTS')
        await stage.store.setExperimentStage(experimentId, 'deleted')
        await expectRefusal(create(stage, { name }), 'RESOURCE_ALREADY_EXISTS')
        await expectRefusal(create(stage, { name: 'Default' }), 'RESOURCE_ALREADY_EXISTS')
      },
    ],
    [
      'that is unknown is nothing to a reader and refused to a writer',
      async (stage) => {
        const { store } = stage
        for (const id of ['987654321', 'abc', '', '-1', '1.0', ' 0', '00', '9'.repeat(40), '__proto__']) {
          expect(await store.getExperiment(id)).toBeUndefined()
          await expectRefusal(store.renameExperiment(id, `n${stage.next()}`), 'RESOURCE_DOES_NOT_EXIST')
          await expectRefusal(store.setExperimentStage(id, 'deleted'), 'RESOURCE_DOES_NOT_EXIST')
          await expectRefusal(store.setExperimentTag(id, 'k', 'v'), 'RESOURCE_DOES_NOT_EXIST')
          await expectRefusal(store.deleteExperimentTag(id, 'k'), 'RESOURCE_DOES_NOT_EXIST')
        }
        expect(await store.getExperimentByName('nope')).toBeUndefined()
        expect(await store.getExperimentByName('default')).toBeUndefined()
      },
    ],
    [
      'is renamed while it is active, to a name that is free',
      async (stage) => {
        const { store } = stage
        const [a, b] = [await create(stage), await create(stage)]
        const name = `renamed ${stage.next()}`
        await store.renameExperiment(a.experimentId, name)
        expect((await store.getExperimentByName(name))?.experimentId).toBe(a.experimentId)
        expect(await store.getExperimentByName(a.name)).toBeUndefined()
        await expectRefusal(store.renameExperiment(a.experimentId, b.name), 'RESOURCE_ALREADY_EXISTS')
        await store.renameExperiment(a.experimentId, name)
        await store.setExperimentStage(a.experimentId, 'deleted')
        await expectRefusal(store.renameExperiment(a.experimentId, 'other'), 'INVALID_PARAMETER_VALUE')
      },
    ],
    [
      'is deleted once and restored once, and its traces stay',
      async (stage) => {
        const { store } = stage
        const { experimentId, name } = await create(stage)
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        await expectRefusal(store.setExperimentStage(experimentId, 'active'), 'RESOURCE_DOES_NOT_EXIST')
        await store.setExperimentStage(experimentId, 'deleted')
        await expectRefusal(store.setExperimentStage(experimentId, 'deleted'), 'RESOURCE_DOES_NOT_EXIST')
        expect(await store.getExperiment(experimentId)).toMatchObject({ lifecycleStage: 'deleted', name })
        expect((await store.getExperimentByName(name))?.lifecycleStage).toBe('deleted')
        expect(await stage.found(experimentId)).toBe('a')
        await store.setExperimentStage(experimentId, 'active')
        expect((await stage.info(traceId)).experimentId).toBe(experimentId)
      },
    ],
    [
      'has tags that are set, replaced and deleted',
      async (stage) => {
        const { store } = stage
        const { experimentId } = await create(stage)
        await store.setExperimentTag(experimentId, 'k', '1')
        await store.setExperimentTag(experimentId, 'k', '2')
        await store.setExperimentTag(experimentId, '__proto__', '')
        expect((await store.getExperiment(experimentId))?.tags).toEqual(
          new Map([
            ['k', '2'],
            ['__proto__', ''],
          ]),
        )
        await store.deleteExperimentTag(experimentId, '__proto__')
        await store.deleteExperimentTag(experimentId, 'k')
        await expectRefusal(store.deleteExperimentTag(experimentId, 'k'), 'RESOURCE_DOES_NOT_EXIST')
      },
    ],
    [
      'is found by name, tag, id and stage, in the order asked for, page by page',
      async (stage) => {
        const { store } = stage
        const mark = `mark${stage.next()}`
        const made: Experiment[] = []
        for (const [name, color] of [
          ['c', 'red'],
          ['a', 'blue'],
          ['b', 'red'],
          ['d', 'gone'],
        ] as const) {
          made.push(
            await create(stage, {
              name: `${mark} ${name}`,
              tags: new Map([
                ['color', color],
                ['mark', mark],
              ]),
            }),
          )
        }
        await store.setExperimentStage(made[3]?.experimentId ?? '', 'deleted')
        const all = `tags.mark = '${mark}'`
        expect(await find(stage, `${all} AND tags.color = 'red'`, ['name'])).toBe('b c')
        expect(await find(stage, `${all} AND tags.color != 'red'`, ['name'])).toBe('a')
        expect(await find(stage, `${all} AND tags.color IS NOT NULL`, ['name DESC'])).toBe('c b a')
        expect(
          await find(stage, `${all} AND tags.\`no key\` IS NULL AND name LIKE '${mark} %'`, ['experiment_id']),
        ).toBe('c a b')
        expect(await find(stage, `${all} AND name ILIKE '${mark.toUpperCase()} A'`, [])).toBe('a')
        expect(await find(stage, `experiment_id IN ('${made[1]?.experimentId}', '987654321')`, [])).toBe('a')
        expect(await find(stage, `${all} AND creation_time > 0 AND last_update_time < 1e15`, ['name'])).toBe('a b c')
        expect(await find(stage, all, ['name'], { stages: ['deleted'] })).toBe('d')
        expect(await find(stage, all, ['name'], { stages: ['active', 'deleted'] })).toBe('a b c d')
        expect(await find(stage, all, ['name'], { stages: [] })).toBe('')
      },
    ],
    [
      'search goes on where the page before ended, and refuses other cursors',
      async (stage) => {
        const mark = `page${stage.next()}`
        for (const name of ['b', 'd', 'a', 'c']) await create(stage, { name: `${mark} ${name}` })
        const query = (cursor?: string): ExperimentQuery => ({
          filter: parseExperimentFilter(`name LIKE '${mark}%'`),
          orderBy: parseExperimentOrderBy(['name']),
          stages: ['active'],
          limit: 2,
          cursor,
        })
        const first = await stage.store.searchExperiments(query())
        await create(stage, { name: `${mark} 0` })
        const second = await stage.store.searchExperiments(query(first.cursor))
        const names = [...first.experiments, ...second.experiments].map((each) => each.name.slice(-1))
        expect(names).toEqual(['a', 'b', 'c', 'd'])
        expect(await stage.store.searchExperiments(query(second.cursor))).toEqual({
          experiments: [],
          cursor: undefined,
        })
        await expectRefusal(stage.store.searchExperiments(query('nope')), 'INVALID_PARAMETER_VALUE')
        await expectRefusal(
          stage.store.searchExperiments({ ...query(first.cursor), orderBy: [] }),
          'INVALID_PARAMETER_VALUE',
        )
      },
    ],
    [
      'is counted with its traces, errors and newest trace, unless it is deleted',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const statistics = async () =>
          (await stage.store.experimentStatistics()).find((each) => each.experiment.experimentId === experimentId)
        expect(await statistics()).toMatchObject({ traces: 0, errors: 0, lastTraceMs: undefined })
        const traceId = await stage.drawn(experimentId, 'a 0-1')
        await stage.drawn(experimentId, 'b 5000-5001 error=x')
        const { experiment, ...counts } = (await statistics()) ?? {}
        expect(counts).toEqual({ traces: 2, errors: 1, lastTraceMs: 1_760_000_005_000 })
        expect(experiment).toEqual(await stage.store.getExperiment(experimentId))
        await stage.store.deleteTraces({ experimentId, traceIds: [traceId] })
        expect(await statistics()).toMatchObject({ traces: 1 })
        await stage.store.setExperimentStage(experimentId, 'deleted')
        expect(await statistics()).toBeUndefined()
      },
    ],
  ],
}

function create(
  stage: Stage,
  changes: Partial<Parameters<Stage['store']['createExperiment']>[0]> = {},
): Promise<Experiment> {
  return stage.store.createExperiment({
    name: `made ${stage.next()}`,
    artifactLocation: undefined,
    tags: new Map(),
    ...changes,
  })
}

async function find(
  stage: Stage,
  filter: string,
  orderBy: readonly string[],
  changes: Partial<ExperimentQuery> = {},
): Promise<string> {
  const query = {
    filter: parseExperimentFilter(filter),
    orderBy: parseExperimentOrderBy(orderBy),
    stages: ['active'],
    limit: 100,
    cursor: undefined,
  } as const
  const { experiments } = await stage.store.searchExperiments({ ...query, ...changes })
  return experiments.map((each) => each.name.slice(-1)).join(' ')
}
