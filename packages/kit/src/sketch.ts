import { attributeText, type Span, SpanKey } from '@clew/model'

/**
 * Draws spans as a tree of names, types and, where they are not `OK`, statuses: the reverse of {@link draw}, less
 * times and attributes, for tests that compare structure.
 *
 * ```
 * agent AGENT
 *   llm CHAT_MODEL
 *   tool TOOL ERROR
 * ```
 */
export function sketch(spans: readonly Span[]): string {
  const byId = new Map(spans.map((span) => [span.spanId, span]))
  const children = Map.groupBy(spans, (span) =>
    span.parentSpanId !== undefined && byId.has(span.parentSpanId) ? span.parentSpanId : '',
  )
  const lines: string[] = []
  const waiting = (children.get('') ?? [])
    .toSorted(byStart)
    .reverse()
    .map((span) => ({ span, depth: 0 }))
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { span, depth } = next
    lines.push(`${'  '.repeat(depth)}${describe(span, depth)}`)
    const below = (children.get(span.spanId) ?? []).toSorted(byStart).reverse()
    waiting.push(...below.map((child) => ({ span: child, depth: depth + 1 })))
  }
  return lines.join('\n')
}

function describe(span: Span, depth: number): string {
  const type = span.attributes.get(SpanKey.type)
  const words = [
    span.parentSpanId !== undefined && depth === 0 ? '~' : '',
    /[\s"=]/.test(span.name) ? JSON.stringify(span.name) : span.name,
    type === undefined ? '' : attributeText(type),
    span.status.code === 'OK' ? '' : span.status.code,
  ]
  return words.filter((word) => word !== '').join(' ')
}

function byStart(a: Span, b: Span): number {
  if (a.startTimeNs !== b.startTimeNs) return a.startTimeNs < b.startTimeNs ? -1 : 1
  return a.spanId < b.spanId ? -1 : 1
}
