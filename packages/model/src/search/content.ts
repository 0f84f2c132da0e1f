import { SpanKey } from '../keys.ts'
import type { Attributes, Span } from '../span.ts'

/**
 * The text in which `span.content` and `text` are searched: the span's name and status message, then its attributes and
 * events as JSON, each on a line of its own. Values stand there as they came, so quotes inside a string are escaped once
 * (in MLflow twice).
 */
export function spanContent(span: Span): string {
  const lines = [span.name, span.status.message, printAttributes(span.attributes)]
  for (const event of span.events) lines.push(event.name, printAttributes(event.attributes))
  return lines.join('\n')
}

/** The type of a span as text; `UNKNOWN`, as in MLflow, when it says nothing. */
export function spanTypeOf(span: Span): string {
  const json = span.attributes.get(SpanKey.type)
  return json?.startsWith('"') ? attributeText(json) : 'UNKNOWN'
}

/** What a comparison with an attribute sees: of a JSON string its text, of anything else the JSON text. */
export function attributeText(json: string): string {
  if (!json.startsWith('"')) return json
  try {
    return String(JSON.parse(json))
  } catch {
    return json
  }
}

function printAttributes(attributes: Attributes): string {
  const entries: string[] = []
  for (const [key, json] of attributes) entries.push(`${JSON.stringify(key)}:${json}`)
  return `{${entries.join(',')}}`
}
