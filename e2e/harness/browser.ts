import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'

/** What Chromium may not do in a test: start processes it cannot sandbox, use a GPU, or speak to its maker. */
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--font-render-hinting=none',
]

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/**
 * A headless browser, or why there is none. With `CI` set its absence is an error: a suite that silently skipped its
 * screens would prove nothing.
 */
export async function openBrowser(): Promise<Browser | { readonly missing: string }> {
  const executablePath = findChromium()
  if (executablePath === undefined) {
    const missing = 'No Chromium was found. Install it (Debian: apt-get install chromium) or set CHROMIUM_PATH.'
    if (process.env['CI']) throw new Error(missing)
    return { missing }
  }
  return chromium.launch({ executablePath, args: flags })
}

function findChromium(): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [
    process.env['CHROMIUM_PATH'],
    ...names.flatMap((name) => folders.map((folder) => join(folder, name))),
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ]
  return candidates.find((path) => path !== undefined && path !== '' && existsSync(path))
}
