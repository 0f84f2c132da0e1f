/** Why something that was recorded did not reach the server. */
export type DropReason =
  /** The queue had reached `maxQueueSpans` or `maxQueueBytes`. */
  | 'queueFull'
  /** The server answered that it will never take this (a 4xx), or took part of a batch only. */
  | 'refused'
  /** The server could not be reached, or was busy, until the retries were used up. */
  | 'retriesExhausted'
  /** The process ended, or `shutdown` ran out of time. */
  | 'exit'
  /** The settings in the environment cannot be used. */
  | 'notConfigured'
  /** A fault of this SDK. */
  | 'failed'

/** What became of spans, or of trace infos, since the process started. */
export interface DeliveryCounts {
  /** Acknowledged by the server. */
  readonly sent: number
  /** Waiting, or under way. */
  readonly queued: number
  readonly dropped: Readonly<Record<DropReason, number>>
}

/** `sent`, `queued` and `dropped` count spans. */
export interface Statistics extends DeliveryCounts {
  /** Requests that were sent again. */
  readonly retried: number
  /** The same counts for trace infos: one is sent when the root of a trace ends. */
  readonly traces: DeliveryCounts
}

/** The counters behind {@link Statistics}. */
export class Counters {
  retried = 0
  readonly spans = new Counter()
  readonly traces = new Counter()

  read(): Statistics {
    return { ...this.spans.read(), retried: this.retried, traces: this.traces.read() }
  }
}

export class Counter {
  sent = 0
  queued = 0
  readonly dropped: Record<DropReason, number> = {
    queueFull: 0,
    refused: 0,
    retriesExhausted: 0,
    exit: 0,
    notConfigured: 0,
    failed: 0,
  }

  read(): DeliveryCounts {
    return { sent: this.sent, queued: this.queued, dropped: { ...this.dropped } }
  }

  /** What was waiting has arrived. */
  succeed(count: number): void {
    this.sent += this.#settle(count)
  }

  /** What was waiting is given up. */
  giveUp(count: number, reason: DropReason): void {
    this.dropped[reason] += this.#settle(count)
  }

  /** A process that ends now sends again what was under way, of which a part may be counted already. */
  #settle(count: number): number {
    const counted = Math.min(count, this.queued)
    this.queued -= counted
    return counted
  }
}
