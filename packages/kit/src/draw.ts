import {
  type JsonText,
  jsonString,
  type Span,
  type SpanEvent,
  SpanKey,
  type SpanStatusCode,
  SpanType,
} from '@clew/model'

export interface DrawOptions {
  /** `tr-` and 32 hex digits. */
  readonly traceId?: string
  /** When the sketch's time 0 is, nanoseconds since the epoch. */
  readonly originNs?: bigint
}

/** When drawn traces happen unless told otherwise: 2025-10-09T08:53:20Z, and 7 ns, which no float keeps. */
export const DRAWN_ORIGIN_NS = 1_760_000_000_000_000_007n

/**
 * Makes the spans of a trace from a drawing of it, so that a test shows what it is about:
 *
 * ```
 * agent AGENT 0-100 inputs="what is it?"
 *   llm CHAT_MODEL 10-40 tokens=5/7 cost=0.25 model=gpt-5
 *   tool TOOL 50-90 ERROR error="no such tool"
 *   "still running" 95-
 * ~ orphan 20-30
 * ```
 *
 * A line is a span, two blanks deeper than its parent; `~` has a parent that is not drawn. First its name; then in any
 * order its type, its time in milliseconds from the origin (without an end it runs), its status (`OK` unless said), and
 * `key=value` attributes, where a value is JSON or else a string. `tokens`, `cost`, `model`, `inputs`, `outputs` stand for
 * MLflow's keys; `error` is the message of the status, with an exception event. Span ids count up from the first line.
 *
 * @throws SyntaxError naming the line it cannot read
 */
export function draw(sketch: string, options: DrawOptions = {}): Span[] {
  const lines = sketch.split('\n').filter((line) => line.trim() !== '')
  const margin = Math.min(...lines.map((line) => line.length - line.trimStart().length))
  const ancestors: string[] = []
  return lines.map((line, index) => {
    const text = line.slice(margin)
    const depth = (text.length - text.trimStart().length) / 2
    if (!Number.isInteger(depth) || depth > ancestors.length) throw new SyntaxError(`Misplaced line: ${line}`)
    ancestors.length = depth
    const spanId = drawnSpanId(index)
    const span = readLine(text.trim(), { spanId, parentSpanId: ancestors.at(-1), ...options })
    ancestors.push(spanId)
    return span
  })
}

/** The span id of the line with this index. */
export function drawnSpanId(index: number): string {
  return (index + 1).toString(16).padStart(16, '0')
}

/** A trace id that looks like one, the same for the same number. */
export function drawnTraceId(number: number): string {
  return `tr-${(number + 1).toString(16).padStart(32, '0')}`
}

const NOT_DRAWN = 'ffffffffffffffff'
const NS_PER_MS = 1_000_000
const WORD = /[^\s="]+="(?:[^"\\]|\\.)*"|[^\s=]+=\S+|"(?:[^"\\]|\\.)*"|\S+/g
const TIME = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)?$/
const STATUS: ReadonlyMap<string, SpanStatusCode> = new Map([
  ['OK', 'OK'],
  ['ERROR', 'ERROR'],
  ['UNSET', 'UNSET'],
])

interface Place extends DrawOptions {
  readonly spanId: string
  readonly parentSpanId: string | undefined
}

function readLine(line: string, place: Place): Span {
  const isOrphan = line.startsWith('~')
  const [nameWord = '', ...words] = (isOrphan ? line.slice(1) : line).match(WORD) ?? []
  const origin = place.originNs ?? DRAWN_ORIGIN_NS
  const attributes = new Map<string, JsonText>()
  let startTimeNs: bigint | undefined
  let endTimeNs: bigint | undefined
  let code: SpanStatusCode = 'OK'
  for (const word of words) {
    const time = TIME.exec(word)
    if (time !== null) {
      startTimeNs = origin + nanoseconds(time[1] ?? '')
      endTimeNs = time[2] === undefined ? undefined : origin + nanoseconds(time[2])
    } else if (STATUS.has(word)) code = STATUS.get(word) ?? code
    else if (Object.hasOwn(SpanType, word)) attributes.set(SpanKey.type, jsonString(word))
    else if (word.includes('=')) setAttribute(attributes, word)
    else throw new SyntaxError(`Neither a type, a time, a status nor an attribute: ${word} in: ${line}`)
  }
  if (startTimeNs === undefined) throw new SyntaxError(`A span without a time: ${line}`)
  const message = takeMessage(attributes)
  return {
    traceId: place.traceId ?? drawnTraceId(0),
    spanId: place.spanId,
    parentSpanId: isOrphan ? NOT_DRAWN : place.parentSpanId,
    name: nameWord.startsWith('"') ? JSON.parse(nameWord) : nameWord,
    startTimeNs,
    endTimeNs,
    status: { code: message === undefined ? code : 'ERROR', message: message ?? '' },
    attributes,
    events: message === undefined ? [] : [exceptionOf(message, endTimeNs ?? startTimeNs)],
    links: [],
  }
}

function setAttribute(attributes: Map<string, JsonText>, word: string): void {
  const at = word.indexOf('=')
  const name = word.slice(0, at)
  const value = word.slice(at + 1)
  const [left = '', right = ''] = value.split('/')
  if (name === 'tokens')
    attributes.set(SpanKey.chatUsage, json({ input_tokens: Number(left), output_tokens: Number(right) }))
  else if (name === 'cost') attributes.set(SpanKey.cost, json({ total_cost: Number(value) }))
  else attributes.set(SHORT_NAMES.get(name) ?? name, jsonOf(value))
}

const SHORT_NAMES: ReadonlyMap<string, string> = new Map([
  ['model', SpanKey.model],
  ['inputs', SpanKey.inputs],
  ['outputs', SpanKey.outputs],
])

function takeMessage(attributes: Map<string, JsonText>): string | undefined {
  const text = attributes.get('error')
  attributes.delete('error')
  return text === undefined ? undefined : String(JSON.parse(text))
}

function exceptionOf(message: string, timeNs: bigint): SpanEvent {
  const attributes = new Map([
    ['exception.type', jsonString('Error')],
    ['exception.message', jsonString(message)],
  ])
  return { name: 'exception', timeNs, attributes }
}

function nanoseconds(ms: string): bigint {
  return BigInt(Math.round(Number(ms) * NS_PER_MS))
}

/** What is JSON stands as it is written, so that `1.0` stays `1.0`. */
function jsonOf(value: string): JsonText {
  try {
    JSON.parse(value)
  } catch {
    return jsonString(value)
  }
  return value as JsonText
}

function json(value: unknown): JsonText {
  return JSON.stringify(value) as JsonText
}
