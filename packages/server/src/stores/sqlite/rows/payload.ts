import type { Attributes, JsonText, Span, SpanEvent, SpanLink } from '@clew/model'

/** The contents of a span as its row in `payloads` holds them. */
export interface Payload {
  /** The text of a JSON object; values stand in it as they came, to the digit. */
  readonly attributes: string
  /** Where to cut `attributes`: for each one, the length of its key as JSON text and the length of its value. */
  readonly cuts: string
  readonly statusMessage: string | null
  readonly events: string | null
  readonly links: string | null
}

export function packPayload(span: Span): Payload {
  let attributes = '{'
  let cuts = ''
  for (const [key, value] of span.attributes) {
    const name = keyText(key)
    attributes += cuts === '' ? `${name}:${value}` : `,${name}:${value}`
    cuts += cuts === '' ? `${name.length} ${value.length}` : ` ${name.length} ${value.length}`
  }
  return {
    attributes: `${attributes}}`,
    cuts,
    statusMessage: span.status.message === '' ? null : span.status.message,
    events: span.events.length === 0 ? null : JSON.stringify(span.events.map(packEvent)),
    links: span.links.length === 0 ? null : JSON.stringify(span.links.map(packLink)),
  }
}

/**
 * Cuts the attributes apart again without reading them: what a value was before is what it is now (`1.0`, 2^63, text
 * that only claimed to be JSON).
 */
export function unpackAttributes(attributes: string, cuts: string): Map<string, JsonText> {
  const map = new Map<string, JsonText>()
  if (cuts === '') return map
  const lengths = cuts.split(' ')
  let at = 1
  for (let i = 0; i + 1 < lengths.length; i += 2) {
    const keyEnd = at + Number(lengths[i])
    const valueEnd = keyEnd + 1 + Number(lengths[i + 1])
    // What stands there was a JsonText when it was written.
    map.set(JSON.parse(attributes.slice(at, keyEnd)), attributes.slice(keyEnd + 1, valueEnd) as JsonText)
    at = valueEnd + 1
  }
  return map
}

/** The text `span.content` is searched in, from the columns of a payload: what `spanContent` of the model makes of a span. */
export function spanContentOf(name: string, message: string, attributes: string, events: string): string {
  if (events === '') return `${name}\n${message}\n${attributes}`
  const lines = [name, message, attributes]
  const packed: PackedEvent[] = JSON.parse(events)
  for (const [eventName, , entries] of packed) lines.push(eventName, printEntries(entries))
  return lines.join('\n')
}

export function unpackEvents(text: string | undefined): SpanEvent[] {
  if (text === undefined) return []
  const events: PackedEvent[] = JSON.parse(text)
  return events.map(([name, timeNs, attributes]) => ({ name, timeNs: BigInt(timeNs), attributes: new Map(attributes) }))
}

export function unpackLinks(text: string | undefined): SpanLink[] {
  if (text === undefined) return []
  const links: PackedLink[] = JSON.parse(text)
  return links.map(([traceId, spanId, attributes]) => ({ traceId, spanId, attributes: new Map(attributes) }))
}

type Entries = [key: string, value: JsonText][]
type PackedEvent = [name: string, timeNs: string, attributes: Entries]
type PackedLink = [traceId: string, spanId: string, attributes: Entries]

function packEvent(event: SpanEvent): PackedEvent {
  return [event.name, String(event.timeNs), entriesOf(event.attributes)]
}

function packLink(link: SpanLink): PackedLink {
  return [link.traceId, link.spanId, entriesOf(link.attributes)]
}

function printEntries(entries: Entries): string {
  return `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${value}`).join(',')}}`
}

function entriesOf(attributes: Attributes): Entries {
  return [...attributes]
}

/** Keys of attributes repeat: a few hundred distinct ones are most of a store. */
const keyTexts = new Map<string, string>()
const MAX_KEPT_KEYS = 4096
const MAX_KEPT_KEY_LENGTH = 200

function keyText(key: string): string {
  const known = keyTexts.get(key)
  if (known !== undefined) return known
  const text = JSON.stringify(key)
  if (keyTexts.size < MAX_KEPT_KEYS && key.length <= MAX_KEPT_KEY_LENGTH) keyTexts.set(key, text)
  return text
}
