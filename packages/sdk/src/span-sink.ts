import type { RecordingSpan } from './recording-span.ts'

/** Takes spans as they end. */
export interface SpanSink {
  /** The span is about to end: the last moment at which it can be changed. */
  ending(span: RecordingSpan): void
  /** The span has ended and will not change any more. */
  ended(span: RecordingSpan): void
}
