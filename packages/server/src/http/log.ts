/** One thing worth telling the operator. */
export type LogEntry =
  | { readonly event: 'fault'; readonly requestId: string; readonly error: string }
  | {
      readonly event: 'request'
      readonly requestId: string
      readonly method: string
      readonly path: string
      readonly status: number
      readonly durationMs: number
    }
  | {
      /** A thread of the store died, and is started again. */
      readonly event: 'thread-end'
      readonly thread: string
      readonly error: string
      readonly restartInMs: number
    }

export type Log = (entry: LogEntry) => void

/** Writes JSON lines to standard error: requests when asked for, everything else always. */
export function lineLog({ requests }: { requests: boolean }): Log {
  return (entry) => {
    if (entry.event === 'request' && !requests) return
    process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...entry })}\n`)
  }
}
