import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { openBrowser } from './browser.ts'
import { type ClewServer, startClew } from './clew-server.ts'
import { builtWeb } from './web-bundle.ts'

const screenshots = fileURLToPath(new URL('../../artifacts/screenshots/', import.meta.url))
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']

export const themes = ['light', 'dark'] as const
export type Theme = (typeof themes)[number]

export interface PageOptions {
  readonly theme?: Theme
  readonly width?: number
}

/** A server with its screens, and a browser to look at them with. */
export interface Screens {
  readonly clew: ClewServer
  /** Why nothing can be looked at: this machine has no browser. */
  readonly missing: string | undefined
  /** A fresh page with nothing stored. What goes wrong inside it is in {@link complaints}. */
  page(options?: PageOptions): Promise<Page>
  /** Errors the pages threw or wrote to their consoles, except answers a test asked to fail. */
  readonly complaints: readonly string[]
  close(): Promise<void>
}

export async function openScreens(): Promise<Screens> {
  const opened = await openBrowser()
  const browser: Browser | undefined = 'missing' in opened ? undefined : opened
  if (browser !== undefined) await builtWeb()
  const clew = await startClew()
  const complaints: string[] = []
  return {
    clew,
    missing: 'missing' in opened ? opened.missing : undefined,
    complaints,
    async page({ theme = 'light', width = 1440 } = {}) {
      if (browser === undefined) throw new Error('There is no browser.')
      const viewport = { width, height: width < 640 ? 844 : 900 }
      const page = await browser.newPage({ viewport, colorScheme: theme, reducedMotion: 'reduce', baseURL: clew.url })
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        const isAnswer = message.text().startsWith('Failed to load resource')
        if (message.type() === 'error' && !isAnswer) complaints.push(message.text())
      })
      return page
    },
    async close() {
      await browser?.close()
      await clew.stop()
    },
  }
}

/** Rules of WCAG 2.2 A and AA the page breaks, each with the elements that do. Empty is good. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  const results = await page.evaluate<AxeResults>(`axe.run({ runOnly: ${JSON.stringify(rules)} })`)
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' · ')}`)
}

/** Kept as an artefact of the run, for eyes. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await mkdir(screenshots, { recursive: true })
  await page.screenshot({ path: `${screenshots}${name}.png`, animations: 'disabled' })
}
