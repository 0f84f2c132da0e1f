import type { Locator, Page } from 'playwright-core'

/** The rows of the list of traces that are drawn, without its head. */
export function traceRows(page: Page): Locator {
  return page
    .getByRole('grid', { name: 'Traces' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })
}

/** The rows of the tree of spans that are drawn, without its scale. */
export function spanRows(page: Page): Locator {
  return page
    .getByRole('treegrid', { name: 'Spans' })
    .getByRole('row')
    .filter({ has: page.getByRole('gridcell') })
}

// What runs inside a page is text: only the web package is checked against the DOM's types.

/** What a reader of the screen hears of the element with the focus. */
export function focusedName(page: Page): Promise<string> {
  return page.evaluate(
    `document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent ?? ''`,
  )
}

export function focusedId(page: Page): Promise<string> {
  return page.evaluate(`document.activeElement?.id ?? ''`)
}

/** Waits until the page has drawn what the last input asked for. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))')
}

/** How far the page can be scrolled sideways, px. */
export function overflow(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** The panel of the selected span. */
export function panel(page: Page): Locator {
  return page.getByRole('complementary', { name: 'Span' })
}

/** Selects the first span, if the page did not already. */
export async function openPanel(page: Page): Promise<void> {
  if (!(await panel(page).isVisible())) await spanRows(page).first().click()
  await panel(page).waitFor()
}
