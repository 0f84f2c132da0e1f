import { PREVIEW_LENGTH, TraceMetadataKey } from '@clew/model'
import { activeSpan } from './context.ts'
import { sayFailure, sayOnce } from './notices.ts'
import { runtime } from './runtime.ts'
import type { LiveSpan } from './span.ts'
import { isRecordingSpan } from './start-span.ts'
import { addLabels, type TraceLabels, toText } from './trace-fields.ts'
import type { TraceRecord } from './trace-record.ts'

/** What `updateCurrentTrace` sets; what is absent stays as it is. */
export interface TraceUpdate extends TraceLabels {
  /** Your own id of the request. */
  readonly clientRequestId?: string | undefined
  /** In place of the one made from the root's inputs. */
  readonly requestPreview?: string | undefined
  /** In place of the one made from the root's outputs. */
  readonly responsePreview?: string | undefined
  /** In place of the root's status. */
  readonly state?: 'OK' | 'ERROR' | undefined
  /** Metadata `mlflow.modelId`. */
  readonly modelId?: string | undefined
}

/** The current span; `undefined` outside of spans, where nothing is recorded, and once the span has ended. */
export function getCurrentActiveSpan(): LiveSpan | undefined {
  const span = activeSpan()
  return span?.isRecording === true ? span : undefined
}

/** The id of the trace whose root ended last in this process; it may still be on its way to the server. */
export function getLastActiveTraceId(): string | undefined {
  return runtime.lastTraceId
}

/**
 * Says more about the trace of the current span; it is sent soon after the root has ended. Never throws: without a current span,
 * and for values that cannot be used, it says so once and does nothing.
 */
export function updateCurrentTrace(update: TraceUpdate): void {
  const span = activeSpan()
  if (!isRecordingSpan(span)) {
    if (span === undefined && runtime.isEnabled) {
      sayOnce('no trace', 'updateCurrentTrace() was called outside of any span and did nothing.')
    }
    return
  }
  if (span.trace.origin !== undefined) {
    sayOnce('remote trace', 'updateCurrentTrace() does nothing where another process began the trace: call it there.')
    return
  }
  if (span.trace.isTold) {
    sayOnce('told', 'updateCurrentTrace() did nothing: the trace has been sent. Call it before the root span ends.')
    return
  }
  try {
    apply(span.trace, update)
  } catch (error) {
    sayFailure('update', 'updateCurrentTrace() could not use what it was given', error)
  }
}

function apply(trace: TraceRecord, update: TraceUpdate): void {
  addLabels(trace, update)
  const { modelId, clientRequestId, requestPreview, responsePreview, state } = update
  if (modelId !== undefined) trace.metadata.set(TraceMetadataKey.modelId, toText(modelId))
  if (clientRequestId !== undefined) trace.clientRequestId = toText(clientRequestId)
  if (requestPreview !== undefined) trace.requestPreview = cutPreview(toText(requestPreview))
  if (responsePreview !== undefined) trace.responsePreview = cutPreview(toText(responsePreview))
  if (state === 'OK' || state === 'ERROR') trace.state = state
  else if (state !== undefined) sayOnce('state', `A trace state must be OK or ERROR, not ${String(state)}.`)
}

function cutPreview(text: string): string {
  return text.length <= PREVIEW_LENGTH ? text : `${text.slice(0, PREVIEW_LENGTH - 3)}...`
}
