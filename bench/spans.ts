import { randomBytes } from 'node:crypto'
import { type Attributes, encodeJson, type JsonText, type Span, SpanKey } from '@clew/model'
import { agentRun, prose, type Step } from './content.ts'

const START_NS = 1_790_000_000_000_000_000n
const MS = 1_000_000n

/** Finished spans of `traces` runs, eight each, children before their parents as clients send them. */
export function finishedSpans(traces: number): Span[] {
  return Array.from({ length: traces }, (_, index) =>
    spansOf(agentRun(), START_NS + BigInt(index) * 1_000n * MS),
  ).flat()
}

/** One trace of `count` spans: an agent's turns, each with a few calls below it. Contents are short. */
export function longTrace(count: number): Span[] {
  const traceId = newTraceId()
  const content = new Map<string, JsonText>([[SpanKey.inputs, encodeJson({ question: prose(200) })]])
  const spans: Span[] = [
    spanOf({ traceId, name: 'long-agent', type: 'AGENT', startNs: START_NS, durationMs: count, content }),
  ]
  let turn = spans[0]!
  for (let i = 1; i < count; i++) {
    const isTurn = i % 12 === 1
    const parent = isTurn ? spans[0]! : turn
    const kind = isTurn ? 'CHAIN' : i % 3 === 0 ? 'TOOL' : 'CHAT_MODEL'
    const startNs = START_NS + BigInt(i) * MS
    const span = spanOf({
      traceId,
      parentSpanId: parent.spanId,
      name: `${kind.toLowerCase()}-${i % 40}`,
      type: kind,
      startNs,
      durationMs: isTurn ? 11 : 1,
      content,
    })
    spans.push(span)
    if (isTurn) turn = span
  }
  return spans
}

function spansOf(step: Step, startNs: bigint, traceId = newTraceId(), parentSpanId?: string): Span[] {
  const content = new Map<string, JsonText>([
    [SpanKey.inputs, encodeJson(step.inputs)],
    [SpanKey.outputs, encodeJson(step.outputs)],
  ])
  for (const [key, value] of Object.entries(step.attributes)) content.set(key, encodeJson(value))
  if (step.type === 'CHAT_MODEL')
    content.set(SpanKey.chatUsage, encodeJson({ input_tokens: 412, output_tokens: 58, total_tokens: 470 }))
  const own = spanOf({ traceId, parentSpanId, name: step.name, type: step.type, startNs, durationMs: 800, content })
  const below = step.children.flatMap((child, i) =>
    spansOf(child, startNs + BigInt(i + 1) * 50n * MS, traceId, own.spanId),
  )
  return [...below, own]
}

interface Sketch {
  readonly traceId: string
  readonly parentSpanId?: string | undefined
  readonly name: string
  readonly type: string
  readonly startNs: bigint
  readonly durationMs: number
  readonly content: Attributes
}

function spanOf({ traceId, parentSpanId, name, type, startNs, durationMs, content }: Sketch): Span {
  return {
    traceId,
    spanId: randomBytes(8).toString('hex'),
    parentSpanId,
    name,
    startTimeNs: startNs,
    endTimeNs: startNs + BigInt(durationMs) * MS,
    status: { code: 'OK', message: '' },
    attributes: new Map([[SpanKey.traceRequestId, encodeJson(traceId)], [SpanKey.type, encodeJson(type)], ...content]),
    events: [],
    links: [],
  }
}

function newTraceId(): string {
  return `tr-${randomBytes(16).toString('hex')}`
}
