/** Every state of every page, in both themes: what it says, that everybody can use it, and how it looks. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { openPanel, overflow, panel, settle, spanRows, traceRows } from './harness/looks.ts'
import { accessibilityFaults, openScreens, type Screens, screenshot, themes } from './harness/screens.ts'

const widths = [390, 768, 1440] as const

let empty: Screens
let filled: Screens
let traces: string

beforeAll(async () => {
  ;[empty, filled] = await Promise.all([openScreens(), openScreens()])
  if (filled.missing !== undefined) return
  const samples = await fetch(`${filled.clew.url}/api/1.0/clew/samples`, { method: 'POST' })
  traces = `/experiments/${((await samples.json()) as { experimentId: string }).experimentId}/traces`
})
afterAll(() => Promise.all([empty?.close(), filled?.close()]))
beforeEach((context) => {
  if (filled.missing !== undefined) context.skip(filled.missing)
})

interface State {
  readonly name: string
  readonly screens: () => Screens
  readonly open: (page: Page) => Promise<unknown>
}

const states: readonly State[] = [
  {
    name: 'empty',
    screens: () => empty,
    open: async (page) => {
      await page.goto('/')
      await page.getByRole('heading', { name: 'Send your first trace' }).waitFor()
      for (const language of ['TypeScript', 'Python', 'OpenTelemetry']) {
        await page.getByRole('tab', { name: language }).click()
        expect(await page.getByRole('tabpanel').textContent()).toContain(empty.clew.url)
      }
      await page.getByRole('tab').first().click()
    },
  },
  {
    name: 'experiments',
    screens: () => filled,
    open: async (page) => {
      await page.goto('/experiments')
      await page.getByRole('link', { name: 'Samples' }).first().waitFor()
    },
  },
  {
    name: 'list',
    screens: () => filled,
    open: async (page) => {
      await page.goto(traces)
      await expect.poll(() => traceRows(page).count()).toBe(7)
    },
  },
  {
    name: 'trace',
    screens: () => filled,
    open: async (page) => {
      await page.goto(traces)
      await traceRows(page).filter({ hasText: 'order 4417' }).first().click()
      await spanRows(page).filter({ hasText: 'find_order' }).waitFor()
    },
  },
  {
    name: 'trace-chat',
    screens: () => filled,
    open: async (page) => {
      await page.goto(traces)
      await traceRows(page).filter({ hasText: 'Compare the Kestrel' }).click()
      await spanRows(page).first().waitFor()
      await spanRows(page).filter({ hasText: 'gpt-4o-mini' }).last().click()
      await openPanel(page)
      await expect.poll(() => panel(page).textContent()).toContain('hub dynamo')
    },
  },
  {
    name: 'error',
    screens: () => filled,
    open: async (page) => {
      await page.goto(traces)
      await traceRows(page).filter({ hasText: 'Please refund it.' }).click()
      await spanRows(page).filter({ hasText: 'refund_order' }).last().click()
      await openPanel(page)
      await expect.poll(() => panel(page).textContent()).toContain('The bank refused a refund to this card.')
    },
  },
  {
    name: 'filter-error',
    screens: () => filled,
    open: async (page) => {
      await page.goto(`${traces}?q=${encodeURIComponent("colour = 'red'")}`)
      await page.getByRole('alert').waitFor()
      expect(await page.getByRole('alert').textContent()).toMatch(/colour/)
    },
  },
  {
    name: 'no-result',
    screens: () => filled,
    open: async (page) => {
      await page.goto(`${traces}?q=${encodeURIComponent("name = 'nobody'")}`)
      await page.getByRole('heading', { name: 'No trace matches' }).waitFor()
    },
  },
  {
    name: 'not-found',
    screens: () => filled,
    open: async (page) => {
      await page.goto('/experiments/0/nowhere')
      await page.getByRole('heading', { name: 'There is no such page' }).waitFor()
    },
  },
  {
    name: 'unknown-trace',
    screens: () => filled,
    open: async (page) => {
      await page.goto(`${traces}/tr-${'0'.repeat(32)}`)
      await page.getByRole('heading', { name: /no such trace/i }).waitFor()
    },
  },
]

describe.each(states)('$name', ({ name, screens, open }) => {
  test.each(themes)('says what it should and can be used by everybody, %s', async (theme) => {
    const page = await screens().page({ theme })
    try {
      await open(page)
      expect(await accessibilityFaults(page)).toEqual([])
      expect(screens().complaints).toEqual([])
      for (const width of widths) {
        await page.setViewportSize({ width, height: width < 640 ? 844 : 900 })
        await settle(page)
        await screenshot(page, `${name}-${theme}-${width}`)
        expect(await overflow(page), `sideways at ${width} px`).toBeLessThanOrEqual(0)
      }
    } finally {
      await page.close()
    }
  })
})

test('the first screen of an empty store loads the sample traces and shows them', async () => {
  const screens = await openScreens()
  try {
    const page = await screens.page()
    await page.goto('/')
    await page.getByRole('button', { name: 'Load sample traces' }).click()
    await expect.poll(() => traceRows(page).count()).toBe(7)
    await screenshot(page, 'samples-loaded')
    expect(screens.complaints).toEqual([])
  } finally {
    await screens.close()
  }
})
