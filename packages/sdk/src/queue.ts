import type { RecordingSpan } from './recording-span.ts'
import type { Counters } from './statistics.ts'

/** Taken from the queue to be sent. */
export interface Batch {
  readonly spans: RecordingSpan[]
  /** Root spans of traces whose info is due; their own spans are in this batch or were in one before. */
  readonly roots: RecordingSpan[]
}

export interface QueueLimits {
  readonly maxSpans: number
  /** Characters of content. */
  readonly maxBytes: number
}

/** Content of one request beyond which no further span is added, so that encoding stays short. Characters. */
const MAX_BATCH_BYTES = 2_000_000

interface Entry {
  readonly span: RecordingSpan
  readonly isTrace: boolean
}

/**
 * What waits to be sent, oldest first. Bounded by count and by content; what does not fit is not taken. The newest is
 * refused rather than the oldest dropped: the roots of long traces come last, and a prefix of whole traces is worth
 * more than a suffix of torn ones.
 */
export class Queue {
  readonly #limits: QueueLimits
  readonly #counters: Counters
  #entries: Entry[] = []
  /** Index of the oldest entry; those before it are gone. */
  #head = 0
  #bytes = 0
  #spans = 0

  constructor(limits: QueueLimits, counters: Counters) {
    this.#limits = limits
    this.#counters = counters
  }

  get spanCount(): number {
    return this.#spans
  }

  get isEmpty(): boolean {
    return this.#head === this.#entries.length
  }

  /** Returns false when the queue is full. */
  addSpan(span: RecordingSpan): boolean {
    const isFull = this.#spans >= this.#limits.maxSpans || this.#bytes + span.contentSize > this.#limits.maxBytes
    if (isFull) {
      this.#counters.spans.dropped.queueFull += 1
      return false
    }
    this.#entries.push({ span, isTrace: false })
    this.#bytes += span.contentSize
    this.#spans += 1
    this.#counters.spans.queued += 1
    return true
  }

  /** Remembers that the info of the root's trace is to be sent. Returns false when the queue is full. */
  addTrace(root: RecordingSpan): boolean {
    if (this.#entries.length - this.#head >= 2 * this.#limits.maxSpans) {
      this.#counters.traces.dropped.queueFull += 1
      return false
    }
    this.#entries.push({ span: root, isTrace: true })
    this.#counters.traces.queued += 1
    return true
  }

  /** Removes the oldest, up to `maxSpans` spans; empty when nothing waits. */
  take(maxSpans: number): Batch {
    const batch: Batch = { spans: [], roots: [] }
    let bytes = 0
    while (this.#head < this.#entries.length) {
      const entry = this.#entries[this.#head]!
      if (entry.isTrace) {
        batch.roots.push(entry.span)
      } else {
        const isFull = batch.spans.length >= maxSpans || bytes + entry.span.contentSize > MAX_BATCH_BYTES
        if (isFull && batch.spans.length > 0) break
        batch.spans.push(entry.span)
        bytes += entry.span.contentSize
        this.#spans -= 1
      }
      this.#head += 1
    }
    this.#bytes -= bytes
    this.#forgetTaken()
    return batch
  }

  /** Copies what is left once that is no more than what was taken, so each entry is moved a constant number of times. */
  #forgetTaken(): void {
    if (this.#head * 2 < this.#entries.length) return
    this.#entries = this.#entries.slice(this.#head)
    this.#head = 0
  }
}
