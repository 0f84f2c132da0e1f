import { type JsonValue, parseJson, SpanKey } from '@clew/model'
import type { Locator, Page } from 'playwright-core'
import { panel, spanRows } from './looks.ts'
import type { EventFacts, SpanFacts } from './span-facts.ts'

/** A span as the panel shows it; of an event's time it tells the milliseconds only. */
export type ShownFacts = Omit<SpanFacts, 'events'> & { readonly events: readonly Omit<EventFacts, 'timeNs'>[] }

/** Selects each span in the tree of an open trace and reads its panel, tab by tab, as a person would. */
export async function factsOnScreen(page: Page, spans: readonly SpanFacts[]): Promise<ShownFacts[]> {
  await spanRows(page).first().waitFor()
  const shown: ShownFacts[] = []
  for (const { name } of spans) {
    await spanRows(page).filter({ hasText: name }).first().click()
    await page
      .getByRole('complementary', { name: `Span ${name}`, exact: true })
      .getByRole('tab')
      .first()
      .waitFor()
    shown.push(await readPanel(page))
  }
  return shown
}

async function readPanel(page: Page): Promise<ShownFacts> {
  const open = panel(page)
  const tabs = await open.getByRole('tab').allTextContents()
  const show = async (title: string) => {
    if (!tabs.some((tab) => tab.startsWith(title))) return undefined
    await open.getByRole('tab', { name: title }).click()
    return open.getByRole('tabpanel')
  }
  const attributes = await pairs(await show('Attributes'))
  const values = await show('Inputs')
  const inputs = await rawValue(values?.getByRole('region', { name: 'Inputs' }))
  const outputs = await rawValue(values?.getByRole('region', { name: 'Outputs' }))
  const events = await shownEvents(await show('Events'))
  return {
    traceId: attributes.get('trace id') ?? '',
    spanId: attributes.get('span id') ?? '',
    parentId: attributes.get('parent span id'),
    name: (await open.getByRole('heading').first().textContent())?.trim() ?? '',
    type: String(parseJson(attributes.get(SpanKey.type) ?? '""')),
    startNs: BigInt(attributes.get('start, ns') ?? 0),
    endNs: BigInt(attributes.get('end, ns') ?? 0),
    status: tabs.some((tab) => tab.startsWith('Error')) ? 'ERROR' : 'OK',
    inputs,
    outputs,
    events,
  }
}

async function pairs(list: Locator | undefined): Promise<Map<string, string>> {
  const found = new Map<string, string>()
  if (list === undefined) return found
  for (const pair of await list.locator('dl > div').all()) {
    const [name, value] = await Promise.all([pair.locator('dt').textContent(), pair.locator('dd').textContent()])
    found.set(name ?? '', value ?? '')
  }
  return found
}

async function rawValue(field: Locator | undefined): Promise<JsonValue | undefined> {
  if (field === undefined || (await field.count()) === 0) return undefined
  await field.getByRole('button', { name: 'Raw' }).click()
  return parseJson((await field.locator('pre').textContent()) ?? '')
}

async function shownEvents(list: Locator | undefined): Promise<ShownFacts['events']> {
  if (list === undefined) return []
  const events: ShownFacts['events'][number][] = []
  for (const event of await list.getByRole('listitem').all()) {
    const name = (await event.locator('b').textContent()) ?? ''
    const attributes: Record<string, JsonValue> = {}
    for (const line of await event.locator('p').all()) {
      const [key = '', text = ''] = await line.locator('span').allTextContents()
      attributes[key] = shownValue(text)
    }
    events.push({ name, attributes })
  }
  return events
}

/** A text is shown without quotes, everything else as JSON. */
function shownValue(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch {
    return text
  }
}
