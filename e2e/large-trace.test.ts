/** A trace of 100,000 spans opens, and scrolling through it mounts as many rows as fit, never more. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { clewApi } from './harness/clew-api.ts'
import { sendLargeTrace } from './harness/large-trace.ts'
import { settle, spanRows } from './harness/looks.ts'
import { openScreens, type Screens, screenshot } from './harness/screens.ts'

const count = 100_000
/** Rows in a window of 900 px at 28 px each, and as many again kept around it. */
const maximumRows = 80

let screens: Screens

beforeAll(async () => {
  screens = await openScreens()
})
afterAll(() => screens?.close())

test('100,000 spans are drawn with a constant number of rows while scrolling', async (context) => {
  if (screens.missing !== undefined) context.skip(screens.missing)
  const api = clewApi(screens.clew.url)
  const experimentId = await api.createExperiment('large')
  const traceId = await sendLargeTrace(screens.clew.url, experimentId, count)
  expect((await api.skeleton(traceId)).count).toBe(count)

  const page = await screens.page()
  await page.goto(`/experiments/${experimentId}/traces/${traceId}`)
  const grid = page.getByRole('treegrid', { name: 'Spans' })
  await spanRows(page).first().waitFor({ timeout: 30_000 })
  expect(Number(await grid.getAttribute('aria-rowcount'))).toBeGreaterThanOrEqual(count)
  await screenshot(page, 'large-trace')

  const seen = new Set<string>()
  const mounted: number[] = []
  await spanRows(page).first().hover()
  for (let turn = 0; turn < 40; turn++) {
    await page.mouse.wheel(0, 5_000)
    await settle(page)
    mounted.push(await spanRows(page).count())
    seen.add((await spanRows(page).last().getAttribute('aria-label')) ?? '')
  }
  expect(seen.size).toBe(40)
  expect(Math.max(...mounted)).toBeLessThanOrEqual(maximumRows)
  expect(Math.max(...mounted) - Math.min(...mounted)).toBeLessThanOrEqual(4)

  await spanRows(page).first().click()
  await page.keyboard.press('End')
  await expect.poll(() => spanRows(page).last().getAttribute('aria-label')).toContain(`step ${count - 1}`)
  expect(await spanRows(page).count()).toBeLessThanOrEqual(maximumRows)
  expect(screens.complaints).toEqual([])
})
