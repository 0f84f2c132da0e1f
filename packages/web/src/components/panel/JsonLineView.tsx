import type { JsonLine, JsonScalar } from '../../logic/json-lines.ts'
import { STRING_FOLD } from '../../logic/json-lines.ts'
import { Icon } from '../Icon.tsx'
import type { JsonActions } from './JsonView.tsx'

export interface JsonLineViewProps {
  readonly line: JsonLine
  readonly number: number
  readonly actions: JsonActions
  /** Where a virtual line lies, and how it tells its height. */
  readonly place?: { readonly index: number; readonly top: number; readonly measure: (element: Element | null) => void }
}

export function JsonLineView({ line, number, actions, place }: JsonLineViewProps) {
  const isFold = line.type === 'open' || line.type === 'folded'
  return (
    <div
      ref={place?.measure}
      data-index={place?.index}
      data-line={number}
      style={
        place === undefined
          ? undefined
          : { position: 'absolute', top: 0, left: 0, right: 0, transform: `translateY(${place.top}px)` }
      }
    >
      {isFold ? (
        <button
          type="button"
          className="twist"
          aria-expanded={line.type === 'open'}
          aria-label={`${line.type === 'open' ? 'Close' : 'Open'} ${line.name ?? 'item'}`}
          onClick={() => actions.onToggle(line.path)}
        >
          <Icon name={line.type === 'open' ? 'chevron-down' : 'chevron-right'} size="xs" />
        </button>
      ) : (
        <span className="twist" />
      )}
      <code style={{ '--l': line.level }}>
        {line.name === undefined ? null : (
          <>
            <span className="k">{JSON.stringify(line.name)}</span>
            <Punctuation text=": " />
          </>
        )}
        <Content line={line} actions={actions} />
        {line.hasComma ? <Punctuation text="," /> : null}
      </code>
    </div>
  )
}

function Content({ line, actions }: Pick<JsonLineViewProps, 'line' | 'actions'>) {
  switch (line.type) {
    case 'scalar':
      return <Scalar value={line.value} isFolded={line.isFolded} onOpen={() => actions.onToggle(line.path)} />
    case 'inline':
      return <Inline items={line.items} />
    case 'open':
      return (
        <>
          <Punctuation text={line.bracket} />
          {line.bracket === '[' && line.count > 3 ? (
            <span className="count"> {line.count.toLocaleString('en-US')} items</span>
          ) : null}
        </>
      )
    case 'close':
      return <Punctuation text={line.bracket} />
    case 'folded':
      return (
        <>
          <Punctuation text={line.bracket} /> {line.summary} <span className="count">{line.count}</span>{' '}
          <Punctuation text={line.bracket === '{' ? '}' : ']'} />
        </>
      )
    case 'more':
      return (
        <button type="button" className="more" onClick={() => actions.onMore(line.listPath)}>
          {line.hidden.toLocaleString('en-US')} more items
        </button>
      )
  }
}

interface ScalarProps {
  readonly value: JsonScalar
  readonly isFolded?: boolean
  readonly onOpen?: () => void
}

function Scalar({ value, isFolded = false, onOpen }: ScalarProps) {
  if (typeof value !== 'string')
    return (
      <span className={typeof value === 'object' || typeof value === 'boolean' ? 'v-w' : 'v-n'}>{String(value)}</span>
    )
  if (!isFolded) return <span className="v-s">{JSON.stringify(value)}</span>
  return (
    <>
      <span className="v-s">{JSON.stringify(value.slice(0, STRING_FOLD)).slice(0, -1)}…"</span>
      <button type="button" className="more" onClick={onOpen}>
        {(value.length - STRING_FOLD).toLocaleString('en-US')} more characters
      </button>
    </>
  )
}

function Inline({ items }: { readonly items: readonly JsonScalar[] }) {
  return (
    <>
      <Punctuation text="[" />
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the items of one list, which never change.
        <span key={index}>
          {index === 0 ? null : <Punctuation text=", " />}
          <Scalar value={item} />
        </span>
      ))}
      <Punctuation text="]" />
    </>
  )
}

function Punctuation({ text }: { readonly text: string }) {
  return <span className="v-p">{text}</span>
}
