import type { TraceStore } from '@clew/model'
import { ClewError } from '@clew/model'
import { readExport } from './read-export.ts'

/**
 * The way spans take into a store. A store with its own writer thread offers one that reads the request there; any
 * other store is served by {@link inlineIngest}.
 */
export interface SpanIngest {
  /**
   * Resolves when the spans are durable. Rejects with a `ClewError`: `BAD_REQUEST` or `REQUEST_TOO_LARGE` for a body
   * that cannot be read, `REQUEST_LIMIT_EXCEEDED` when too many requests wait, and whatever `writeSpans` rejects with.
   * The body belongs to the ingest from the call on.
   */
  submit(request: ExportRequest): Promise<ExportOutcome>
}

/** One OTLP export as it came over the wire. */
export interface ExportRequest {
  readonly body: Uint8Array
  /** The media type alone, lower case: `application/x-protobuf` or `application/json`. */
  readonly contentType: string
  /** Lower case; `undefined` and `identity` mean the body is as it is. */
  readonly contentEncoding: string | undefined
  /** For traces the store does not know yet. */
  readonly experimentId: string
  readonly runId: string | undefined
}

export interface ExportOutcome {
  readonly accepted: number
  /** Spans refused one by one; the rest of the request was stored. */
  readonly rejected: number
  /** Why the first of them was refused. */
  readonly reason: string | undefined
}

/** Requests read and not yet stored, beyond which an ingest refuses more. */
export const MAX_WAITING_EXPORTS = 256

/** Reads exports on the calling thread. For stores whose writes are cheap, such as the memory store. */
export function inlineIngest(
  store: Pick<TraceStore, 'writeSpans'>,
  { maxWaiting = MAX_WAITING_EXPORTS }: { maxWaiting?: number } = {},
): SpanIngest {
  let waiting = 0
  return {
    async submit(request) {
      if (waiting >= maxWaiting) throw queueIsFull()
      waiting++
      try {
        const { rejected, reason, ...batch } = readExport(request)
        if (batch.spans.length > 0) await store.writeSpans(batch)
        return { accepted: batch.spans.length, rejected, reason }
      } finally {
        waiting--
      }
    },
  }
}

/** What every ingest answers when it has no room: status 429, which OTLP exporters and MLflow's client retry. */
export function queueIsFull(): ClewError {
  return new ClewError('REQUEST_LIMIT_EXCEEDED', 'The server has too many exports waiting to be stored.')
}
