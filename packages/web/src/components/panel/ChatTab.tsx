import { useState } from 'react'
import type { ChatMessage } from '../../logic/chat/message.ts'
import { formatTokens } from '../../logic/format.ts'
import { readParameters, readTools, readUsage, type Usage } from '../../logic/payload.ts'
import { spanKind } from '../../logic/span-kind.ts'
import { ChatMessageView } from './ChatMessageView.tsx'
import type { OpenSpan } from './SpanTabs.tsx'

/** Messages of the past shown at first; a long conversation opens with its end. */
const HISTORY_SHOWN = 30

export interface ChatTabProps {
  readonly span: OpenSpan
  readonly onSelectRow: (row: number) => void
}

/** The conversation in order, then what the call was set to. */
export function ChatTab({ span, onSelectRow }: ChatTabProps) {
  const { payload, contents } = span
  const { history, reply } = contents.conversation ?? { history: [], reply: [] }
  const [shown, setShown] = useState(HISTORY_SHOWN)
  const hidden = Math.max(0, history.length - shown)
  const hasPast = history.some(({ role }) => role === 'assistant')
  const { hue } = spanKind(payload.type)
  const usage = readUsage(payload)
  const draw = (message: ChatMessage, key: string) => (
    <ChatMessageView key={key} message={message} hue={hue} span={span} onSelectRow={onSelectRow} />
  )
  return (
    <>
      {hidden === 0 ? null : (
        <button type="button" className="btn" onClick={() => setShown(shown + 100)}>
          Show {hidden} earlier {hidden === 1 ? 'message' : 'messages'}
        </button>
      )}
      {history.slice(hidden).map((message, index) => draw(message, `history ${hidden + index}`))}
      {hasPast && reply.length > 0 ? <div className="turn">new in this call</div> : null}
      {reply.map((message, index) => draw(message, `reply ${index}`))}
      {reply.length === 0 ? <p className="faint small">{noReply(payload.status, payload.endNs)}</p> : null}
      {usage === undefined ? null : <UsageSection usage={usage} hue={hue} />}
      <Parameters span={span} />
      <Tools span={span} />
    </>
  )
}

function noReply(status: string, endNs: string | undefined): string {
  if (endNs === undefined) return 'No answer yet.'
  return status === 'ERROR' ? 'The call failed before an answer came.' : 'No answer was recorded.'
}

function UsageSection({ usage, hue }: { readonly usage: Usage; readonly hue: string }) {
  const { input = 0, output = 0, cached = 0, reasoning } = usage
  const label = `${formatTokens(input)} input tokens of which ${formatTokens(cached)} cached, ${formatTokens(output)} output`
  return (
    <section className="section">
      <h3>
        <span className="grow">Usage</span>
      </h3>
      <div className={`tokens ${hue}`} role="img" aria-label={label}>
        <i style={{ flexGrow: cached, '--k': '22%' }} />
        <i style={{ flexGrow: Math.max(0, input - cached), '--k': '50%' }} />
        <i style={{ flexGrow: output, '--k': '100%' }} />
      </div>
      <dl className="pairs">
        <Pair name="Input" value={formatTokens(usage.input)} />
        <Pair name="Output" value={formatTokens(usage.output)} />
        {usage.cached === undefined ? null : <Pair name="of which cached" value={formatTokens(usage.cached)} />}
        {reasoning === undefined ? null : <Pair name="of which reasoning" value={formatTokens(reasoning)} />}
      </dl>
    </section>
  )
}

function Parameters({ span }: Pick<ChatTabProps, 'span'>) {
  const parameters = readParameters(span.contents.inputs?.value)
  if (parameters.length === 0) return null
  return (
    <section className="section">
      <h3>
        <span className="grow">Parameters</span>
      </h3>
      <dl className="pairs">
        {parameters.map(([name, value]) => (
          <Pair key={name} name={name} value={value} isCode />
        ))}
      </dl>
    </section>
  )
}

function Tools({ span }: Pick<ChatTabProps, 'span'>) {
  const tools = readTools(span.payload, span.contents.inputs?.value)
  if (tools.length === 0) return null
  return (
    <section className="section">
      <h3>
        <span className="grow">
          Tools offered <small className="faint">{tools.length}</small>
        </span>
      </h3>
      <dl className="offered">
        {tools.map(({ name, description }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two tools may share a name, and their order never changes.
          <div key={index}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd className="cut" title={description}>
              {description}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function Pair({
  name,
  value,
  isCode = false,
}: {
  readonly name: string
  readonly value: string
  readonly isCode?: boolean
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className={isCode ? 'mono cut' : undefined} title={isCode ? value : undefined}>
        {value}
      </dd>
    </div>
  )
}
