import type { TraceRow } from '@clew/model'
import { expect, test } from 'vitest'
import { durationBar, durationScale, flattenRows, insertRows, refreshRows } from './trace-rows.ts'

const row = (id: string, startMs: number, more: Partial<TraceRow> = {}): TraceRow => ({
  id,
  experimentId: '0',
  state: 'OK',
  startMs,
  assessments: [],
  tags: [],
  ...more,
})
const ids = (rows: readonly TraceRow[]) => rows.map(({ id }) => id).join('')

test('a refresh updates known rows in place and sets new ones aside', () => {
  const pages = [{ traces: [row('b', 2, { state: 'IN_PROGRESS' }), row('a', 1)], cursor: 'x' }]
  const found = refreshRows(pages, { traces: [row('c', 3), row('b', 2)] })
  expect(found.pages[0]!.traces.map(({ state }) => state)).toEqual(['OK', 'OK'])
  expect(found.pages[0]!.traces[1]).toBe(pages[0]!.traces[1])
  expect(ids(found.fresh)).toBe('c')
  expect(found.hasGap).toBe(false)
})

test('a refresh that finds nothing changes nothing', () => {
  const pages = [{ traces: [row('b', 2), row('a', 1)] }]
  const found = refreshRows(pages, { traces: [row('b', 2), row('a', 1)] })
  expect(found.pages).toBe(pages)
  expect(found.fresh).toEqual([])
})

test('new rows go where their time says, also a late one', () => {
  const pages = [{ traces: [row('d', 4), row('b', 2)], cursor: 'x' }, { traces: [row('a', 1)] }]
  const head = { traces: [row('e', 5), row('d', 4), row('c', 3)], cursor: 'y' }
  const inserted = insertRows(pages, head, refreshRows(pages, head))
  expect(ids(flattenRows(inserted))).toBe('edcba')
  expect(inserted[0]!.cursor).toBe('x')
})

test('when a whole page is new the list starts again, so that nothing between is missing', () => {
  const pages = [{ traces: [row('a', 1)], cursor: 'x' }]
  const head = { traces: [row('z', 26), row('y', 25)], cursor: 'w' }
  const found = refreshRows(pages, head)
  expect(found.hasGap).toBe(true)
  expect(insertRows(pages, head, found)).toEqual([head])
})

test('the first rows of an empty list leave no gap', () => {
  const head = { traces: [row('a', 1)], cursor: 'x' }
  expect(refreshRows([{ traces: [] }], head).hasGap).toBe(false)
})

test('a row on two pages is shown once', () => {
  expect(ids(flattenRows([{ traces: [row('b', 2)] }, { traces: [row('b', 2), row('a', 1)] }]))).toBe('ba')
})

test('bars are logarithmic and never vanish', () => {
  const scale = durationScale([row('a', 1, { durationMs: 400 }), row('b', 1)])
  expect(scale.fullMs).toBe(150_000)
  expect(durationBar(150_000, scale)).toBe(100)
  expect(durationBar(5, scale)).toBe(4)
  expect(durationBar(0, scale)).toBe(0)
  expect(durationBar(2_000, scale)).toBeGreaterThan(durationBar(400, scale))
})
