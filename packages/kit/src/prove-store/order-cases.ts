import { type Order, parseOrderBy } from '@clew/model'
import { expect } from 'vitest'
import { draw } from '../draw.ts'
import { expectRefusal, type StoreCase, type StoreSection } from './case.ts'
import { searchScene } from './search-scene.ts'
import { infoOf, namesOf, queryOf, type Stage } from './stage.ts'

const ORDERS: readonly (readonly [orderBy: readonly string[], found: string])[] = [
  [[], "- running it's gamma beta alpha"],
  [['timestamp_ms ASC'], "alpha beta gamma it's running -"],
  [['execution_time_ms ASC'], "it's - beta alpha gamma running"],
  [['execution_time_ms DESC'], "gamma alpha beta - it's running"],
  [['end_time_ms DESC'], "- running it's gamma beta alpha"],
  [['status ASC'], "beta - running it's gamma alpha"],
  [['status DESC', 'timestamp_ms ASC'], "alpha gamma it's running - beta"],
  [['name ASC'], "alpha beta gamma it's running -"],
  [['name DESC'], "running it's gamma beta alpha -"],
  [['tag.color ASC'], "beta gamma alpha - running it's"],
  [['tag.color DESC'], "alpha gamma beta - running it's"],
  [['tag.nope ASC'], "- running it's gamma beta alpha"],
  [['metadata.mlflow.trace.session ASC', 'timestamp_ms ASC'], "alpha gamma beta it's running -"],
  [['run_id DESC', 'name DESC'], "it's running gamma beta alpha -"],
  [['request_id ASC'], "alpha beta gamma it's running -"],
  [['experiment_id DESC', 'request_id DESC'], "- running it's gamma beta alpha"],
]

export const orderCases: StoreSection = {
  title: 'an order',
  cases: [
    ...ORDERS.map(
      ([orderBy, found]): StoreCase => [
        `by ${orderBy.join(', ') || 'nothing'} is ${found}, page by page too`,
        async (stage) => {
          const experimentId = await searchScene(stage)
          expect(await stage.found(experimentId, '', orderBy)).toBe(found)
          for (const limit of [1, 2, 4]) {
            const pages = await readPages(stage, experimentId, { orderBy: parseOrderBy(orderBy), limit })
            expect(pages.join(' ')).toBe(found)
          }
        },
      ],
    ),
    [
      'goes by code point',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const names = ['B', 'a', 'ab', 'é', '\uffee', '😀']
        for (const name of names.toReversed()) await stage.drawn(experimentId, `${JSON.stringify(name)} 0-1`)
        expect(await stage.found(experimentId, '', ['name ASC'])).toBe(names.join(' '))
      },
    ],
    [
      'among traces of the same time goes by id',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const ids: string[] = []
        for (let index = 0; index < 5; index++) ids.push(await stage.drawn(experimentId, 'same 0-1'))
        const { traces } = await stage.search(experimentId)
        expect(traces.map((trace) => trace.traceId)).toEqual(ids.toSorted())
      },
    ],
    [
      'puts an experiment after one with a smaller number',
      async (stage) => {
        const ids: string[] = []
        for (let index = 0; index < 12; index++) ids.push(await stage.newExperiment())
        for (const id of ids) await stage.drawn(id, 'a 0-1')
        const query = { ...queryOf('', { orderBy: ['experiment_id ASC'] }), experimentIds: ids.toReversed() }
        const { traces } = await stage.store.searchTraces(query)
        expect(traces.map((trace) => trace.experimentId)).toEqual(ids)
      },
    ],
    [
      'gives a cursor when the page is full and none when it is not',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (const name of ['a', 'b']) await stage.drawn(experimentId, `${name} 0-1`)
        const full = await stage.search(experimentId, { limit: 2 })
        expect(full.cursor).toBeTypeOf('string')
        const empty = await stage.search(experimentId, { limit: 2, cursor: full.cursor })
        expect(empty).toEqual({ traces: [], cursor: undefined })
        expect((await stage.search(experimentId, { limit: 3 })).cursor).toBeUndefined()
      },
    ],
    [
      'shows every trace once although others arrive and go meanwhile',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        const draws = (name: string, at: number) => stage.drawn(experimentId, `${name} ${at}-${at + 1}`)
        const ids = new Map<string, string>()
        for (let index = 0; index < 10; index++) ids.set(`t${index}`, await draws(`t${index}`, index * 100))
        const seen: string[] = []
        let cursor: string | undefined
        for (let page = 0; page < 10; page++) {
          const answer = await stage.search(experimentId, { limit: 2, cursor })
          seen.push(...answer.traces.map((trace) => trace.tags.get('mlflow.traceName') ?? ''))
          cursor = answer.cursor
          if (cursor === undefined) break
          await draws(`new${page}`, 5000 + page)
          await draws(`old${page}`, page)
          if (page === 1)
            await stage.store.deleteTraces({ experimentId, traceIds: [ids.get('t6') ?? '', ids.get('t9') ?? ''] })
        }
        const known = seen.filter((name) => name.startsWith('t'))
        expect(known).toEqual(['t9', 't8', 't7', 't6', 't5', 't4', 't3', 't2', 't1', 't0'])
        expect(seen.filter((name) => name.startsWith('new'))).toEqual([])
      },
    ],
    [
      'refuses a cursor it did not make, or made for another order',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (const name of ['a', 'b']) await stage.drawn(experimentId, `${name} 0-1`)
        const { cursor } = await stage.search(experimentId, { limit: 1, orderBy: ['name ASC'] })
        const bad = ['nope', '', 'e30', 'eyJvZmZzZXQiOiA1fQ==', `x${cursor}`, '😀']
        for (const text of bad) {
          await expectRefusal(
            stage.search(experimentId, { cursor: text, orderBy: ['name ASC'] }),
            'INVALID_PARAMETER_VALUE',
          )
        }
        for (const orderBy of [[], ['name DESC'], ['name ASC', 'status ASC'], ['tag.name ASC']]) {
          await expectRefusal(stage.search(experimentId, { cursor, orderBy }), 'INVALID_PARAMETER_VALUE')
        }
      },
    ],
    [
      'goes on after a value that is absent, or long',
      async (stage) => {
        const experimentId = await stage.newExperiment()
        for (const name of ['a', 'b', 'c', 'd']) {
          const traceId = stage.newTraceId()
          await stage.write(experimentId, draw(`${name} 0-1`, { traceId }))
          if (name < 'c')
            await stage.store.upsertTraceInfo(
              infoOf(traceId, experimentId, { tags: new Map([['long', name.repeat(8000)]]) }),
            )
        }
        const orderBy = parseOrderBy(['tag.long DESC', 'name ASC'])
        expect(await readPages(stage, experimentId, { orderBy, limit: 1 })).toEqual(['b', 'a', 'c', 'd'])
      },
    ],
  ],
}

async function readPages(
  stage: Stage,
  experimentId: string,
  { orderBy, limit }: { orderBy: readonly Order[]; limit: number },
) {
  const pages: string[] = []
  let cursor: string | undefined
  do {
    const query = { ...queryOf(experimentId, { limit, cursor }), orderBy }
    const page = await stage.store.searchTraces(query)
    expect(page.traces.length).toBeLessThanOrEqual(limit)
    if (page.traces.length > 0) pages.push(namesOf(page.traces))
    cursor = page.cursor
  } while (cursor !== undefined)
  return pages
}
