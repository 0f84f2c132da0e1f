/** The example on the real `openai` package, traced by `--import` alone, read in the browser. */
import type { TraceRow } from '@clew/model'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type ModelServer, startModelServer } from '../examples/openai-agent/model-server.ts'
import { clewApi } from './harness/clew-api.ts'
import { openPanel, panel, spanRows, traceRows } from './harness/looks.ts'
import { openScreens, type Screens, screenshot } from './harness/screens.ts'
import { runExample } from './harness/traced-program.ts'

let screens: Screens
let model: ModelServer
let experimentId: string
let page: Page

beforeAll(async () => {
  ;[screens, model] = await Promise.all([openScreens(), startModelServer()])
  experimentId = await clewApi(screens.clew.url).createExperiment('travel')
})
afterAll(async () => {
  await model?.close()
  await screens?.close()
})
beforeEach(async (context) => {
  if (screens.missing !== undefined) context.skip(screens.missing)
  page = await screens.page()
  return () => page.close()
})

test('a program that imports nothing of ours is traced, and its calls are read on the screen', async () => {
  const environment = {
    MLFLOW_TRACKING_URI: screens.clew.url,
    MLFLOW_EXPERIMENT_ID: experimentId,
    OPENAI_BASE_URL: model.url,
  }
  const printed = await runExample('openai-agent/app.js', {
    flags: ['--import', '@clew/tracing/register'],
    environment,
  })
  expect(printed).toBe(await runExample('openai-agent/app.js', { environment: { OPENAI_BASE_URL: model.url } }))

  const rows = await clewApi(screens.clew.url).waitForTraces(experimentId, 5)
  const [failed, answer, toolCall, streamed, plain] = rows
  expect(rows).toHaveLength(5)
  expect(rows.map(tokens)).toEqual([
    [undefined, undefined],
    [96, 6],
    [61, 15],
    [15, 22],
    [24, 9],
  ])
  expect(rows.map(({ state }) => state)).toEqual(['ERROR', 'OK', 'OK', 'OK', 'OK'])

  await page.goto(`/experiments/${experimentId}/traces`)
  await expect.poll(() => traceRows(page).count()).toBe(5)
  expect(await traceRows(page).nth(0).textContent()).toContain('Error')
  expect(await traceRows(page).nth(4).textContent()).toContain('Name one city worth a weekend.')
  expect(await traceRows(page).nth(4).textContent()).toContain('Porto: river, bridges, and trams.')
  await screenshot(page, 'openai-agent-list')

  await look(plain, [
    'You are a brief travel guide.',
    'Name one city worth a weekend.',
    'Porto: river, bridges, and trams.',
  ])
  await look(streamed, ['Describe Porto in two sentences.', 'carry trams high above the wine cellars.'])
  await look(toolCall, ['Do I need an umbrella in Porto today?', 'weather', 'Porto'])
  await look(answer, ['rain until noon', 'Yes, until noon.'])
  await look(failed, ['NotFoundError', 'The model `gpt-unheard-of` does not exist.', 'app.js'])
  expect(screens.complaints).toEqual([])
})

/** Opens a trace from the list; its panel must say each of the texts. */
async function look(trace: TraceRow | undefined, texts: readonly string[]): Promise<void> {
  await page.goto(`/experiments/${experimentId}/traces`)
  await page.locator(`#row-${trace?.id}`).click()
  await spanRows(page).first().waitFor()
  await openPanel(page)
  for (const text of texts) await expect.poll(() => panel(page).textContent(), { message: text }).toContain(text)
  if (trace?.totalTokens !== undefined) {
    expect(await page.locator('#main').textContent()).toContain(String(trace.totalTokens))
  }
  await screenshot(
    page,
    `openai-agent-${trace?.state === 'ERROR' ? 'error' : texts[0]?.slice(0, 12).replaceAll(/\W+/g, '-')}`,
  )
}

function tokens({ inputTokens, outputTokens }: TraceRow) {
  return [inputTokens, outputTokens]
}
