import type { SpanPayload } from '@clew/model'
import { useState } from 'react'
import { Tab, TabList, TabPanel, Tabs } from 'react-aria-components'
import { formatCount } from '../../logic/format.ts'
import type { SpanContents } from '../../logic/payload.ts'
import { isModelCall } from '../../logic/span-kind.ts'
import type { TraceModel } from '../../logic/trace-model.ts'
import { AttributesTab } from './AttributesTab.tsx'
import { ChatTab } from './ChatTab.tsx'
import { ErrorTab } from './ErrorTab.tsx'
import { EventsTab } from './EventsTab.tsx'
import { InputsOutputsTab } from './InputsOutputsTab.tsx'

/** One span with all that is known of it. */
export interface OpenSpan {
  readonly model: TraceModel
  readonly row: number
  readonly payload: SpanPayload
  readonly contents: SpanContents
}

export interface SpanTabsProps {
  readonly span: OpenSpan
  readonly onSelectRow: (row: number) => void
  /** Asks for the values that were cut. */
  readonly onShowAll: () => void
}

type TabId = 'error' | 'chat' | 'io' | 'attributes' | 'events'

const TITLES: Readonly<Record<TabId, string>> = {
  error: 'Error',
  chat: 'Chat',
  io: 'Inputs & outputs',
  attributes: 'Attributes',
  events: 'Events',
}

/** The tab a reader last chose for spans of a kind, while the page lasts. */
const chosen = new Map<string, TabId>()

/** Only the tabs that have something to show. */
export function SpanTabs({ span, onSelectRow, onShowAll }: SpanTabsProps) {
  const { payload } = span
  const tabs = availableTabs(span)
  const kind = `${payload.type} ${payload.status}`
  // Until the reader chooses, a running span opens the better tab when there is something in it.
  const [picked, setPicked] = useState<TabId>()
  const current = firstTab(tabs, payload, picked ?? chosen.get(kind))
  return (
    <Tabs
      className="span-tabs"
      selectedKey={current}
      onSelectionChange={(key) => {
        const next = tabs.find(([id]) => id === key)?.[0]
        if (next === undefined) return
        chosen.set(kind, next)
        setPicked(next)
      }}
    >
      <TabList className="tabs" aria-label="Span">
        {tabs.map(([id, count]) => (
          <Tab key={id} id={id} className="tab">
            {TITLES[id]}
            {count === undefined ? null : <small>{formatCount(count)}</small>}
          </Tab>
        ))}
      </TabList>
      {tabs.map(([id]) => (
        <TabPanel key={id} id={id} className="panel-body">
          <Content id={id} span={span} onSelectRow={onSelectRow} onShowAll={onShowAll} />
        </TabPanel>
      ))}
    </Tabs>
  )
}

function Content({ id, span, onSelectRow, onShowAll }: SpanTabsProps & { readonly id: TabId }) {
  switch (id) {
    case 'error':
      return <ErrorTab span={span} />
    case 'chat':
      return <ChatTab span={span} onSelectRow={onSelectRow} />
    case 'io':
      return <InputsOutputsTab contents={span.contents} onShowAll={onShowAll} />
    case 'attributes':
      return <AttributesTab payload={span.payload} onShowAll={onShowAll} />
    case 'events':
      return <EventsTab payload={span.payload} />
  }
}

function availableTabs({ payload, contents }: OpenSpan): readonly (readonly [TabId, number | undefined])[] {
  const { exceptions, conversation, inputs, outputs } = contents
  const tabs: (readonly [TabId, number | undefined] | undefined)[] = [
    exceptions.length > 0 || payload.status === 'ERROR' ? ['error', exceptions.length || undefined] : undefined,
    conversation ? ['chat', undefined] : undefined,
    inputs || outputs ? ['io', undefined] : undefined,
    ['attributes', payload.attributes.length || undefined],
    payload.events.length > 0 ? ['events', payload.events.length] : undefined,
  ]
  return tabs.filter((tab) => tab !== undefined)
}

/** A failed span opens on its error, a model on the chat, others on inputs and outputs; or as the reader chose before. */
function firstTab(tabs: ReturnType<typeof availableTabs>, payload: SpanPayload, before: TabId | undefined): TabId {
  const has = (id: TabId) => tabs.some(([tab]) => tab === id)
  if (before !== undefined && has(before)) return before
  if (has('error')) return 'error'
  if (has('chat') && (isModelCall(payload.type) || !has('io'))) return 'chat'
  return has('io') ? 'io' : 'attributes'
}
