import { SpanType } from '@clew/model'
import { currentOffset } from './clock.ts'
import { currentFrame, type Frame, isSilent } from './context.ts'
import { readTimeNs } from './explicit-time.ts'
import { sayFailure } from './notices.ts'
import { newSpanId, newTraceDigits, newTraceId } from './random-ids.ts'
import { RecordingSpan } from './recording-span.ts'
import { runtime } from './runtime.ts'
import { isInSample, readRatio } from './sampling.ts'
import { type LiveSpan, NO_OP_SPAN, type SpanOptions } from './span.ts'
import { isStandIn, standInFor } from './stand-in.ts'
import { TraceRecord } from './trace-record.ts'

/**
 * Starts a span and leaves ending it to you. It does not become the current span: hand it on as `parent`, or use
 * `withSpan`. Without `parent` it is a child of the current span, or the root of a new trace.
 *
 * Never throws: when tracing is disabled, the trace is not sampled or the span cannot start, a span that records nothing is
 * returned.
 */
export function startSpan(options: SpanOptions = {}): LiveSpan {
  try {
    const frame = currentFrame()
    if (!runtime.isEnabled || isSilent(frame)) return NO_OP_SPAN
    const parent = options.parent === undefined ? frame?.span : options.parent
    if (parent === undefined || parent === null) return startRoot(options, frame)
    return isRecordingSpan(parent) ? start(options, parent.trace, parent) : startInPlaceOf(options, parent)
  } catch (error) {
    sayFailure('start', 'A span could not be started', error)
    return NO_OP_SPAN
  }
}

/** Spans of another copy of this module count too, so the class cannot be asked. */
export function isRecordingSpan(span: LiveSpan | undefined): span is RecordingSpan {
  return span !== undefined && 'trace' in span && typeof span.trace === 'object'
}

function startRoot(options: SpanOptions, frame: Frame | undefined): LiveSpan {
  const scope = frame?.scope
  const traceDigits = newTraceDigits()
  const ratio = readRatio(options.samplingRatio) ?? scope?.samplingRatio ?? runtime.samplingRatio
  if (!isInSample(traceDigits, ratio)) {
    // A parent id is needed on the way to other processes, though nobody will look it up: any digits will do.
    return standInFor({ traceDigits, spanId: traceDigits.slice(16), isSampled: false, tracestate: undefined })
  }
  const trace = new TraceRecord(`tr-${traceDigits}`, currentOffset())
  if (scope !== undefined) {
    for (const [key, value] of scope.tags) trace.tags.set(key, value)
    for (const [key, value] of scope.metadata) trace.metadata.set(key, value)
  }
  return start(options, trace, undefined)
}

/** Below a span that is not recorded here. All spans of a trace that is not sampled are one. */
function startInPlaceOf(options: SpanOptions, parent: LiveSpan): LiveSpan {
  if (!isStandIn(parent)) return NO_OP_SPAN
  const { context } = parent
  return context.isSampled
    ? start(options, new TraceRecord(`tr-${context.traceDigits}`, currentOffset(), context), undefined)
    : parent
}

function start(options: SpanOptions, trace: TraceRecord, parent: RecordingSpan | undefined): RecordingSpan {
  const { name, spanType, inputs, attributes, startTimeNs } = options
  const span = new RecordingSpan({
    trace,
    sink: runtime,
    spanId: newSpanId(),
    parent,
    name: typeof name === 'string' && name !== '' ? name : 'span',
    spanType: typeof spanType === 'string' ? spanType : SpanType.UNKNOWN,
    startTimeNs: readTimeNs(startTimeNs),
  })
  if (inputs !== undefined) span.setInputs(inputs)
  if (attributes !== undefined) span.setAttributes(attributes)
  return span
}

/**
 * Kept for their shape alone. Where no span is left, as between two batches of a quiet program, a full garbage collection
 * forgets the hidden classes of spans and with them all code optimised for them; the next spans then cost more than
 * twice as much.
 */
export const exemplars: readonly unknown[] = makeExemplars()

function makeExemplars(): unknown[] {
  const sink = { ending: () => undefined, ended: () => undefined }
  const trace = new TraceRecord(newTraceId(), currentOffset())
  const common = { trace, sink, name: 'exemplar', spanType: SpanType.UNKNOWN, startTimeNs: undefined }
  const parent = new RecordingSpan({ ...common, spanId: newSpanId(), parent: undefined })
  const span = new RecordingSpan({ ...common, spanId: newSpanId(), parent })
  span.setInputs({ a: 1 })
  span.setAttribute('a', 1)
  span.addEvent({ name: 'exemplar' })
  span.end({ outputs: '' })
  return [parent, span, span.toSpan()]
}
