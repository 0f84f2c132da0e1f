import { useMemo, useState } from 'react'
import type { SpanException } from '../../logic/payload.ts'
import { type Frame, type FrameGroup, readStack } from '../../logic/stack.ts'
import { CopyButton } from '../CopyButton.tsx'
import { Icon } from '../Icon.tsx'
import { EventList } from './EventsTab.tsx'
import type { OpenSpan } from './SpanTabs.tsx'

export function ErrorTab({ span: { payload, contents } }: { readonly span: OpenSpan }) {
  const { exceptions } = contents
  return (
    <>
      {exceptions.map((exception) => (
        <ExceptionCard key={`${exception.timeNs} ${exception.type} ${exception.message}`} exception={exception} />
      ))}
      {exceptions.length === 0 ? <StatusOnly message={payload.statusMessage} /> : null}
      {payload.events.length > exceptions.length ? (
        <section className="section">
          <h3>
            <span className="grow">Events</span>
            <small className="faint">time since the span began</small>
          </h3>
          <EventList payload={payload} />
        </section>
      ) : null}
    </>
  )
}

function StatusOnly({ message }: { readonly message: string }) {
  return (
    <section className="exception" aria-label="Error">
      <header>
        <h3>
          <Icon name="circle-x" />
          Error
        </h3>
        <p>{message === '' ? 'The span ended with an error and says no more.' : message}</p>
      </header>
    </section>
  )
}

function ExceptionCard({ exception }: { readonly exception: SpanException }) {
  const { type, message, stack } = exception
  const groups = useMemo(() => readStack(stack), [stack])
  const [isRaw, setIsRaw] = useState(groups.length === 0)
  return (
    <section className="exception" aria-label={`Exception ${type}`}>
      <header>
        <h3>
          <Icon name="circle-x" />
          {type}
        </h3>
        <p>{message}</p>
      </header>
      {stack === '' ? null : isRaw ? (
        <pre className="raw stack">{stack}</pre>
      ) : (
        <ol className="frames">
          {groups.map((group, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a recursion repeats its frames, and their order never changes.
            <FrameItem key={index} group={group} />
          ))}
        </ol>
      )}
      {stack === '' ? null : (
        <footer>
          <span className="grow" />
          {groups.length === 0 ? null : (
            <button type="button" className="btn quiet" aria-pressed={isRaw} onClick={() => setIsRaw(!isRaw)}>
              Raw
            </button>
          )}
          <CopyButton text={stack} label="Copy stack" />
        </footer>
      )}
    </section>
  )
}

function FrameItem({ group }: { readonly group: FrameGroup }) {
  const [isOpen, setIsOpen] = useState(false)
  if (group.type === 'own') {
    return (
      <li>
        <FrameLine frame={group.frame} />
      </li>
    )
  }
  const { frames, libraries } = group
  return (
    <li>
      <button type="button" className="lib" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
        <Icon name={isOpen ? 'chevron-down' : 'chevron-right'} size="xs" />
        <span>
          {frames.length} {frames.length === 1 ? 'frame' : 'frames'} in{' '}
          {libraries.map((library, index) => (
            <span key={library}>
              {index === 0 ? '' : ', '}
              <code>{library}</code>
            </span>
          ))}
        </span>
      </button>
      {isOpen
        ? frames.map((frame, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: as above.
            <FrameLine key={index} frame={frame} isLibrary />
          ))
        : null}
    </li>
  )
}

function FrameLine({ frame, isLibrary = false }: { readonly frame: Frame; readonly isLibrary?: boolean }) {
  return (
    <>
      {isLibrary ? (
        <span className="dim cut">{frame.call || '(anonymous)'}</span>
      ) : (
        <b className="cut">{frame.call || '(anonymous)'}</b>
      )}
      <span className="at" title={frame.place}>
        {frame.place}
      </span>
      {frame.source === undefined ? null : <code className="source">{frame.source}</code>}
    </>
  )
}
