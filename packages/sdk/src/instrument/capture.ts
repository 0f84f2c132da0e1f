import { SpanKey } from '@clew/model'
import { summarizeException } from '../exception.ts'
import type { LiveSpan } from '../span.ts'
import type { CaptureOptions, FieldEntries, RequestFields, ResponseFields } from './integration.ts'
import { isObject } from './read.ts'

/** An integration may copy a request's parameters to attributes; a request may have any number of them. */
const MAX_FIELDS = 128

const NOT_CAPTURED = '[not captured]'

/**
 * The only place where what an integration found reaches a span, and so the only one where it is decided whether
 * content may. Content is never written and removed again: with capture off it does not reach the span at all.
 */
export function writeRequest(span: LiveSpan, fields: RequestFields, capture: CaptureOptions): void {
  writeAttributes(span, fields.attributes)
  if (capture.captureInputs === false) return
  writeAttributes(span, fields.contentAttributes)
  span.setInputs(fields.inputs)
}

/** @param echoes see `TracedMethod` */
export function writeResponse(
  span: LiveSpan,
  fields: ResponseFields,
  { capture, echoes = [] }: { capture: CaptureOptions; echoes?: readonly string[] | undefined },
): void {
  writeAttributes(span, fields.attributes)
  if (fields.failure !== undefined) span.setStatus('ERROR', isFull(capture) ? fields.failure : NOT_CAPTURED)
  if (capture.captureOutputs === false) return
  writeAttributes(span, fields.contentAttributes)
  span.setOutputs(capture.captureInputs === false ? without(fields.outputs, echoes) : fields.outputs)
}

/**
 * Marks the span as failed. Messages of providers quote the request, those of parsers the response, so unless both may
 * be captured only the type and the places in the stack are kept.
 */
export function writeError(span: LiveSpan, thrown: unknown, capture: CaptureOptions): void {
  if (isFull(capture)) {
    span.recordException(thrown)
    return
  }
  const { type, message, stacktrace } = summarizeException(thrown)
  span.recordException({
    name: type,
    message: NOT_CAPTURED,
    stack: `${type}: ${NOT_CAPTURED}${framesBelow(message, stacktrace)}`,
  })
}

/** The lines of the error's own stack that name places in code, cut behind the message they may follow. */
function framesBelow(message: string, stacktrace: string): string {
  const position = stacktrace.indexOf(message)
  if (position === -1) return ''
  const own = stacktrace.slice(position + message.length).split('\nCaused by: ', 1)[0] ?? ''
  const frames = own.split('\n').filter((line) => /^ {4}at .+:\d+:\d+\)?$/.test(line))
  return frames.map((frame) => `\n${frame}`).join('')
}

function writeAttributes(span: LiveSpan, entries: FieldEntries | undefined): void {
  let count = 0
  for (const [key, value] of entries ?? []) {
    if (count++ >= MAX_FIELDS) return
    if (key !== SpanKey.inputs && key !== SpanKey.outputs) span.setAttribute(key, value)
  }
}

function without(outputs: unknown, names: readonly string[]): unknown {
  if (!isObject(outputs) || names.length === 0) return outputs
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !names.includes(name)))
}

/** True where nothing need be hidden: what mixes request and response may be shown then only. */
export function isFull(capture: CaptureOptions): boolean {
  return capture.captureInputs !== false && capture.captureOutputs !== false
}
