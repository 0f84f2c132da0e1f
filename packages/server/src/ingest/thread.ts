import type { ExportOutcome, ExportRequest, SpanIngest } from './ingest.ts'

/** Sends a request, with its body's buffer handed over, to where it is read and stored. */
export type SendExport = (request: ExportRequest, buffer: ArrayBuffer) => Promise<ExportOutcome>

/**
 * An ingest that hands the bytes of a request over to a thread without reading or copying them. A body that shares its
 * buffer with other data (Node's pool of small buffers) is copied first, or the others would lose theirs.
 */
export function threadIngest(send: SendExport): SpanIngest {
  return {
    submit(request) {
      const body = ownBytes(request.body)
      return send({ ...request, body }, body.buffer)
    },
  }
}

function ownBytes(body: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer } = body
  const isWhole = buffer instanceof ArrayBuffer && buffer.byteLength === body.byteLength && !isPooled(body)
  return isWhole ? new Uint8Array(buffer) : Uint8Array.from(body)
}

/** A buffer of the pool cannot be handed over even if one view covers it. */
function isPooled(body: Uint8Array): boolean {
  return body.byteLength <= Buffer.poolSize && body instanceof Buffer
}
