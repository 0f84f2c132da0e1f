import { ExceptionEvent, type PayloadValue, type SpanPayload, type SpanPayloadEvent } from '@clew/model'
import { formatDuration } from '../../logic/format.ts'
import { attributeText } from '../../logic/payload.ts'

/** Events mounted at once; a streamed span has one for each chunk. */
const SHOWN = 200

/** Characters of an attribute on an event's line. */
const VALUE_LENGTH = 300

export function EventsTab({ payload }: { readonly payload: SpanPayload }) {
  return (
    <>
      <p className="faint small">Time since the span began.</p>
      <EventList payload={payload} />
    </>
  )
}

export function EventList({ payload }: { readonly payload: SpanPayload }) {
  const rest = payload.events.length - SHOWN
  return (
    <>
      <ol className="events">
        {payload.events.slice(0, SHOWN).map((event, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no id, and their order never changes.
          <EventItem key={index} event={event} startNs={payload.startNs} />
        ))}
      </ol>
      {rest > 0 ? <p className="faint small">{rest} more events are not drawn.</p> : null}
    </>
  )
}

function EventItem({ event, startNs }: { readonly event: SpanPayloadEvent; readonly startNs: string }) {
  const isException = event.name === ExceptionEvent.name
  const afterMs = Number(BigInt(event.timeNs) - BigInt(startNs)) / 1e6
  const shown = event.attributes.filter(([key]) => key !== ExceptionEvent.stacktrace)
  return (
    <li>
      <span>{afterMs < 0 ? `−${formatDuration(-afterMs)}` : formatDuration(afterMs)}</span>
      <i className={isException ? 'dot bad' : 'dot'} />
      <div>
        <b>{event.name}</b>
        {shown.map(([key, value]) => (
          <EventValue key={key} name={key} value={value} />
        ))}
      </div>
    </li>
  )
}

function EventValue({ name, value }: { readonly name: string; readonly value: PayloadValue }) {
  const text = attributeText(value)
  return (
    <p>
      <span className="faint">{name}</span>{' '}
      <span className="wrap">{text.length > VALUE_LENGTH ? `${text.slice(0, VALUE_LENGTH)}…` : text}</span>
    </p>
  )
}
