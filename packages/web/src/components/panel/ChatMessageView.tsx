import { useState } from 'react'
import type { ChatMessage, ChatPart, ChatRole } from '../../logic/chat/message.ts'
import { formatCount } from '../../logic/format.ts'
import { Icon, type IconProps } from '../Icon.tsx'
import type { ChatTabProps } from './ChatTab.tsx'
import { JsonView } from './JsonView.tsx'
import { Markdown } from './Markdown.tsx'
import { ToolCallCard } from './ToolCallCard.tsx'
import { ToolResultCard } from './ToolResultCard.tsx'

/** Characters of one text before it is cut. */
const TEXT_SHOWN = 6_000

const SPEAKERS: Readonly<Record<ChatRole, readonly [string, IconProps['name']]>> = {
  system: ['System', 'settings-2'],
  user: ['User', 'user'],
  assistant: ['Assistant', 'sparkles'],
  tool: ['Tool', 'wrench'],
}

export interface ChatMessageViewProps extends ChatTabProps {
  readonly message: ChatMessage
  readonly hue: string
}

/** One column, a mark for the speaker, no boxes. */
export function ChatMessageView({ message, hue, span, onSelectRow }: ChatMessageViewProps) {
  const [speaker, icon] = SPEAKERS[message.role]
  const isModel = message.role === 'assistant'
  return (
    <article className="msg" aria-label={speaker}>
      <span className={isModel ? `who model ${hue}` : 'who'}>
        <Icon name={icon} size="xs" />
      </span>
      <div className="said">
        {message.role === 'system' ? (
          <Folded title={speaker} parts={message.parts} />
        ) : (
          <>
            <header>
              {speaker} {message.name === undefined ? null : <small>{message.name}</small>}
            </header>
            {message.parts.map((part, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one message, which never change.
              <Part key={index} part={part} isFormatted={isModel} span={span} onSelectRow={onSelectRow} />
            ))}
          </>
        )}
      </div>
    </article>
  )
}

/** A system prompt is read once and stands in every call: one line until it is asked for. */
function Folded({ title, parts }: { readonly title: string; readonly parts: readonly ChatPart[] }) {
  const [isOpen, setIsOpen] = useState(false)
  const text = parts.map((part) => ('text' in part ? part.text : '')).join('\n\n')
  return (
    <>
      <button type="button" className="folded-text" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <b>{title}</b>
        <span className="cut">{isOpen ? '' : text}</span>
        <small>{formatCount(text.length)} chars</small>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size="xs" />
      </button>
      {isOpen ? <Text text={text} isFormatted={false} /> : null}
    </>
  )
}

interface PartProps extends ChatTabProps {
  readonly part: ChatPart
  readonly isFormatted: boolean
}

function Part({ part, isFormatted, span, onSelectRow }: PartProps) {
  switch (part.type) {
    case 'text':
      return <Text text={part.text} isFormatted={isFormatted} />
    case 'refusal':
      return <p className="text is-error">Refused: {part.text}</p>
    case 'reasoning':
      return <Folded title="Reasoning" parts={[{ type: 'text', text: part.text }]} />
    case 'tool-call':
      return <ToolCallCard call={part} span={span} onSelectRow={onSelectRow} />
    case 'tool-result':
      return <ToolResultCard result={part} />
    case 'media':
      return <Media kind={part.kind} url={part.url} />
    case 'other':
      return <JsonView value={part.value} />
  }
}

function Text({ text, isFormatted }: { readonly text: string; readonly isFormatted: boolean }) {
  const [isWhole, setIsWhole] = useState(false)
  const isCut = text.length > TEXT_SHOWN && !isWhole
  const shown = isCut ? text.slice(0, TEXT_SHOWN) : text
  return (
    <>
      {isFormatted ? <Markdown text={shown} /> : <p className="text as-is">{shown}</p>}
      {isCut ? (
        <button type="button" className="more" onClick={() => setIsWhole(true)}>
          {formatCount(text.length - TEXT_SHOWN)} more characters
        </button>
      ) : null}
    </>
  )
}

/** An image in the payload is shown; one elsewhere is named, never fetched: looking at a trace tells nobody. */
function Media({ kind, url }: { readonly kind: string; readonly url: string | undefined }) {
  if (url !== undefined && /^data:image\/(?:png|jpeg|gif|webp);/.test(url)) {
    return <img className="inline-image" src={url} alt={`In the message: ${kind}`} />
  }
  return (
    <p className="badge">
      {kind}
      {url === undefined || url.startsWith('data:') ? '' : `, not loaded: ${url.slice(0, 120)}`}
    </p>
  )
}
