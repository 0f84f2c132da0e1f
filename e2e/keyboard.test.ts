/** The list and the tree are walked without a mouse. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { focusedId, focusedName, settle, spanRows, traceRows } from './harness/looks.ts'
import { openScreens, type Screens } from './harness/screens.ts'

let screens: Screens
let experiment: string
let page: Page

beforeAll(async () => {
  screens = await openScreens()
  if (screens.missing !== undefined) return
  const samples = await fetch(`${screens.clew.url}/api/1.0/clew/samples`, { method: 'POST' })
  experiment = ((await samples.json()) as { experimentId: string }).experimentId
})
afterAll(() => screens?.close())
beforeEach(async (context) => {
  if (screens.missing !== undefined) context.skip(screens.missing)
  page = await screens.page()
  return () => page.close()
})

test('the list is walked by arrows and letters, and Enter opens the trace', async () => {
  await page.goto(`/experiments/${experiment}/traces`)
  const rows = traceRows(page)
  await rows.first().waitFor()
  const count = await rows.count()
  expect(count).toBe(7)

  await page.keyboard.press('j')
  expect(await focusedRow()).toBe(await rows.nth(0).getAttribute('id'))
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  expect(await focusedRow()).toBe(await rows.nth(2).getAttribute('id'))
  await page.keyboard.press('k')
  expect(await focusedRow()).toBe(await rows.nth(1).getAttribute('id'))
  await page.keyboard.press('End')
  expect(await focusedRow()).toBe(await rows.nth(count - 1).getAttribute('id'))
  await page.keyboard.press('Home')
  const first = await rows.nth(0).getAttribute('id')
  expect(await focusedRow()).toBe(first)

  await page.keyboard.press('Enter')
  await spanRows(page).first().waitFor()
  expect(new URL(page.url()).pathname).toBe(`/experiments/${experiment}/traces/${first?.replace('row-', '')}`)

  async function focusedRow() {
    await settle(page)
    return focusedId(page)
  }
})

test('the tree is walked by arrows, folded and unfolded, and each span shows its panel', async () => {
  await page.goto(`/experiments/${experiment}/traces`)
  await traceRows(page).filter({ hasText: 'Compare the Kestrel' }).click()
  const rows = spanRows(page)
  await rows.first().waitFor()
  const all = await rows.count()
  await rows.first().click()
  expect(await rows.first().getAttribute('aria-expanded')).toBe('true')
  expect(await rows.first().getAttribute('aria-level')).toBe('1')

  await page.keyboard.press('ArrowDown')
  await expect.poll(() => focusedName(page)).toContain('search handbook')
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => new URL(page.url()).searchParams.get('span')).toMatch(/^[0-9a-f]{16}$/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Home')
  await expect.poll(() => focusedName(page)).toContain('support agent')
  await page.keyboard.press('ArrowLeft')
  await expect.poll(() => rows.count()).toBe(1)
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => rows.count()).toBeGreaterThan(1)
  await page.keyboard.press('End')
  await expect.poll(() => rows.last().getAttribute('aria-selected')).toBe('true')
  expect(all).toBeGreaterThan(7)
})

test('the filter is reached, completed and left by keys', async () => {
  await page.goto(`/experiments/${experiment}/traces`)
  await traceRows(page).first().waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type("status = 'ERROR'")
  await page.keyboard.press('Escape')
  await page.keyboard.press('Enter')
  await expect.poll(() => traceRows(page).count()).toBe(2)
  expect(new URL(page.url()).searchParams.get('q')).toBe("status = 'ERROR'")
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await expect.poll(() => traceRows(page).count()).toBe(7)
})
