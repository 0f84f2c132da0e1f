import type { Step } from '../content.ts'

/** One way of tracing, driven by the benchmark: record runs, then send what was recorded. */
export interface Tracer {
  readonly name: string
  /** Records one run, each child inside its parent's context. Sends nothing yet. */
  record(run: Step): void
  /** Encodes and sends everything recorded so far. */
  flush(): Promise<void>
  close(): Promise<void>
}
