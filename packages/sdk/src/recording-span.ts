import {
  type Attributes,
  ExceptionEvent,
  encodeJson,
  type JsonText,
  type JsonValue,
  jsonString,
  parseJson,
  type Span,
  type SpanEvent,
  SpanKey,
  type SpanStatus,
  type SpanStatusCode,
  type SpanType,
} from '@clew/model'
import { readCounter } from './clock.ts'
import { exceptionAttributes, summarizeException } from './exception.ts'
import { readTimeNs } from './explicit-time.ts'
import { levelText } from './log-level.ts'
import { sayFailure } from './notices.ts'
import type { LiveSpan, SpanEndOptions, SpanEventOptions } from './span.ts'
import type { SpanSink } from './span-sink.ts'
import type { Spending, TraceRecord } from './trace-record.ts'

/** Beyond this many, further ones are left out: the bounds of one span. */
const MAX_EVENTS = 10_000
const MAX_ATTRIBUTES = 1_000
/** What a span takes on the wire and in memory besides its texts, roughly. */
const SPAN_OVERHEAD = 200
const EVENT_OVERHEAD = 40

const OK: SpanStatus = { code: 'OK', message: '' }
const NONE: readonly never[] = []

export interface RecordingSpanOptions {
  readonly trace: TraceRecord
  readonly sink: SpanSink
  readonly spanId: string
  readonly parent: RecordingSpan | undefined
  readonly name: string
  readonly spanType: SpanType
  readonly startTimeNs: bigint | undefined
}

/**
 * A span that is recorded. Its well-known parts are fields and everything else waits until it is needed, because making
 * and ending one is what every traced call pays; {@link RecordingSpan.toSpan} makes the data of the model from it.
 */
export class RecordingSpan implements LiveSpan {
  readonly trace: TraceRecord
  readonly sink: SpanSink
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  readonly name: string
  readonly startTimeNs: bigint
  /** Let go of when the span ends: a chain of spans must not keep its whole past alive. */
  parent: RecordingSpan | undefined
  spanType: SpanType
  endTimeNs: bigint | undefined
  inputsText: JsonText | undefined
  outputsText: JsonText | undefined
  functionName: string | undefined
  statusCode: SpanStatusCode
  statusMessage: string
  hasException: boolean
  isRecording: boolean
  /** Characters of content. */
  contentSize: number
  attributes: Map<string, JsonText> | undefined
  events: SpanEvent[] | undefined
  /** What the spans below have reported. */
  spentBelow: Spending | undefined

  constructor(options: RecordingSpanOptions) {
    const { trace, parent } = options
    this.trace = trace
    this.sink = options.sink
    this.traceId = trace.traceId
    this.spanId = options.spanId
    this.parentId = parent === undefined ? trace.origin?.spanId : parent.spanId
    this.name = options.name
    this.startTimeNs = options.startTimeNs ?? readCounter() + trace.clockOffset
    this.parent = parent
    this.spanType = options.spanType
    this.endTimeNs = undefined
    this.inputsText = undefined
    this.outputsText = undefined
    this.functionName = undefined
    this.statusCode = 'UNSET'
    this.statusMessage = ''
    this.hasException = false
    this.isRecording = true
    this.contentSize = SPAN_OVERHEAD
    this.attributes = undefined
    this.events = undefined
    this.spentBelow = undefined
  }

  get status(): SpanStatus {
    return this.statusCode === 'OK' ? OK : { code: this.statusCode, message: this.statusMessage }
  }

  get inputs(): JsonValue | undefined {
    return readJson(this.inputsText)
  }

  get outputs(): JsonValue | undefined {
    return readJson(this.outputsText)
  }

  setInputs(inputs: unknown): void {
    if (inputs === undefined || !this.isRecording) return
    const text = encodeJson(inputs)
    this.contentSize += text.length - (this.inputsText?.length ?? 0)
    this.inputsText = text
  }

  setOutputs(outputs: unknown): void {
    if (outputs === undefined || !this.isRecording) return
    this.setOutputsText(encodeJson(outputs))
  }

  /** Sets outputs that are JSON text already. */
  setOutputsText(text: JsonText): void {
    if (!this.isRecording) return
    this.contentSize += text.length - (this.outputsText?.length ?? 0)
    this.outputsText = text
  }

  setSpanType(spanType: SpanType): void {
    if (this.isRecording && typeof spanType === 'string') this.spanType = spanType
  }

  setAttribute(key: string, value: unknown): void {
    if (value === undefined || typeof key !== 'string' || !this.isRecording) return
    if (key === SpanKey.inputs) this.setInputs(value)
    else if (key === SpanKey.outputs) this.setOutputs(value)
    else if (key === SpanKey.type) this.setSpanType(value as SpanType)
    else if (key !== SpanKey.traceRequestId) this.setText(key, encodeJson(value))
  }

  setAttributes(attributes: Readonly<Record<string, unknown>>): void {
    if (typeof attributes !== 'object' || attributes === null || !this.isRecording) return
    try {
      for (const key of Object.keys(attributes)) this.setAttribute(key, attributes[key])
    } catch {
      // A hostile getter or proxy: what was read before it is kept.
    }
  }

  getAttribute(key: string): JsonValue | undefined {
    if (key === SpanKey.inputs) return this.inputs
    if (key === SpanKey.outputs) return this.outputs
    if (key === SpanKey.type) return this.spanType
    return readJson(this.attributes?.get(key))
  }

  setStatus(code: SpanStatusCode, description = ''): void {
    if (!this.isRecording || (code !== 'OK' && code !== 'ERROR' && code !== 'UNSET')) return
    this.statusCode = code
    this.statusMessage = code === 'ERROR' && typeof description === 'string' ? description : ''
  }

  addEvent(event: SpanEventOptions): void {
    if (!this.isRecording) return
    try {
      const { name, timeNs, attributes } = event
      if (typeof name === 'string') this.pushEvent(name, timeNs, encodeAttributes(attributes))
    } catch (error) {
      sayFailure('event', 'An event could not be recorded', error)
    }
  }

  recordException(thrown: unknown): void {
    if (!this.isRecording) return
    const summary = summarizeException(thrown)
    this.pushEvent(ExceptionEvent.name, undefined, exceptionAttributes(summary))
    this.hasException = true
    this.statusCode = 'ERROR'
    this.statusMessage = `${summary.type}: ${summary.message}`
  }

  end(options?: SpanEndOptions): void {
    if (!this.isRecording || this.endTimeNs !== undefined) return
    this.#endAt(readCounter() + this.trace.clockOffset)
    if (options !== undefined) this.#apply(options)
    this.sink.ending(this)
    if (this.statusCode === 'UNSET') this.statusCode = 'OK'
    this.contentSize += this.name.length + this.statusMessage.length
    this.isRecording = false
    this.sink.ended(this)
    this.parent = undefined
  }

  [Symbol.dispose](): void {
    this.end()
  }

  #endAt(timeNs: bigint): void {
    this.endTimeNs = timeNs > this.startTimeNs ? timeNs : this.startTimeNs
  }

  #apply(options: SpanEndOptions): void {
    try {
      const { outputs, attributes, status, endTimeNs } = options
      const givenNs = readTimeNs(endTimeNs)
      if (givenNs !== undefined) this.#endAt(givenNs)
      this.setOutputs(outputs)
      if (attributes !== undefined) this.setAttributes(attributes)
      if (status !== undefined) this.setStatus(status, this.statusMessage)
    } catch (error) {
      sayFailure('end', 'The options of end() could not be read', error)
    }
  }

  /** Sets an attribute whose value is JSON text already. */
  setText(key: string, text: JsonText): void {
    this.attributes ??= new Map()
    const before = this.attributes.get(key)
    if (before === undefined && this.attributes.size >= MAX_ATTRIBUTES) return
    this.attributes.set(key, text)
    this.contentSize += before === undefined ? key.length + text.length : text.length - before.length
  }

  /**
   * The data of the span, with every attribute MLflow's Python client writes. Once it has ended, when nothing changes any
   * more: the map of attributes becomes that of the data.
   */
  toSpan(): Span {
    this.attributes ??= new Map()
    const { attributes } = this
    attributes.set(SpanKey.traceRequestId, this.trace.idText)
    attributes.set(SpanKey.type, typeText(this.spanType))
    if (this.functionName !== undefined) attributes.set(SpanKey.functionName, jsonString(this.functionName))
    if (this.inputsText !== undefined) attributes.set(SpanKey.inputs, this.inputsText)
    if (this.outputsText !== undefined) attributes.set(SpanKey.outputs, this.outputsText)
    attributes.set(SpanKey.logLevel, levelText(this.spanType, this.hasException, attributes.get(SpanKey.logLevel)))
    return {
      traceId: this.traceId,
      spanId: this.spanId,
      parentSpanId: this.parentId,
      name: this.name,
      startTimeNs: this.startTimeNs,
      endTimeNs: this.endTimeNs,
      status: this.status,
      attributes,
      events: this.events ?? NONE,
      links: NONE,
    }
  }

  /** Adds an event whose attributes are encoded already. */
  pushEvent(name: string, timeNs: bigint | undefined, attributes: Attributes): void {
    this.events ??= []
    if (this.events.length >= MAX_EVENTS) return
    this.events.push({ name, timeNs: readTimeNs(timeNs) ?? readCounter() + this.trace.clockOffset, attributes })
    this.contentSize += EVENT_OVERHEAD + name.length
    for (const [key, text] of attributes) this.contentSize += key.length + text.length
  }
}

function encodeAttributes(attributes: Readonly<Record<string, unknown>> | undefined): Attributes {
  const encoded = new Map<string, JsonText>()
  if (typeof attributes !== 'object' || attributes === null) return encoded
  try {
    for (const key of Object.keys(attributes)) {
      const value = attributes[key]
      if (value !== undefined) encoded.set(key, encodeJson(value))
      if (encoded.size >= MAX_ATTRIBUTES) break
    }
  } catch {
    // A hostile getter or proxy: what was read before it is kept.
  }
  return encoded
}

const typeTexts = new Map<SpanType, JsonText>()

/** Types are few, unless a program makes them up; then they are not remembered. */
function typeText(spanType: SpanType): JsonText {
  const known = typeTexts.get(spanType)
  if (known !== undefined) return known
  const text = jsonString(spanType)
  if (typeTexts.size < 100) typeTexts.set(spanType, text)
  return text
}

function readJson(text: JsonText | undefined): JsonValue | undefined {
  if (text === undefined) return undefined
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
