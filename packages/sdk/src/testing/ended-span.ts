import { currentOffset } from '../clock.ts'
import { newSpanId, newTraceId } from '../random-ids.ts'
import { RecordingSpan } from '../recording-span.ts'
import { TraceRecord } from '../trace-record.ts'

const noSink = { ending: () => undefined, ended: () => undefined }

/** The root span of a trace of its own, ended, with `inputs`; it goes nowhere by itself. */
export function endedSpan(inputs: unknown = 'hello'): RecordingSpan {
  const trace = new TraceRecord(newTraceId(), currentOffset())
  const span = new RecordingSpan({
    trace,
    sink: noSink,
    spanId: newSpanId(),
    parent: undefined,
    name: 'step',
    spanType: 'TOOL',
    startTimeNs: undefined,
  })
  span.setInputs(inputs)
  span.end()
  trace.addSize(span.contentSize)
  return span
}
