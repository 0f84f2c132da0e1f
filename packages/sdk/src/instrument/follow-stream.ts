import { ChunkEvent, ClewSpanKey, encodeJson } from '@clew/model'
import { isFull } from './capture.ts'
import type { StreamFold } from './integration.ts'
import type { OpenCall } from './open-call.ts'
import { attempt } from './steps.ts'
import { type StreamObserver, watchStream } from './stream.ts'
import { watchCollection } from './sweep.ts'

/**
 * MLflow's Python client records every chunk as an event, however many. The outputs hold what the chunks add up to, so
 * events beyond these bounds repeat what is there already and are left out; `clew.stream.chunks` has the full count.
 */
export const MAX_CHUNK_EVENTS = 256
export const MAX_CHUNK_CHARACTERS = 65_536

/**
 * Follows a stream that is the result of `open`: folds its chunks, and ends the call when the stream ends.
 *
 * @returns false if the stream cannot be followed
 */
export function followStream(open: OpenCall, stream: object, fold: StreamFold): boolean {
  let count = 0
  open.reading(() => {
    const fields = fold.done()
    return { ...fields, attributes: [...(fields.attributes ?? []), [ClewSpanKey.streamChunks, count]] }
  })
  let characters = 0
  const writeChunk = (chunk: unknown): void => {
    // Chunks may repeat the request, and what they add up to is in the outputs anyway.
    if (!isFull(open.capture) || count > MAX_CHUNK_EVENTS || characters > MAX_CHUNK_CHARACTERS) return
    const text = encodeJson(chunk)
    characters += text.length
    if (characters > MAX_CHUNK_CHARACTERS) return
    open.span.addEvent({ name: `${ChunkEvent.prefix}${count - 1}`, attributes: { [ChunkEvent.value]: text } })
  }
  const observer: StreamObserver = {
    opened: (iterator) => watchCollection(open, iterator),
    readStart: () => open.readStart(),
    readEnd: () => open.readEnd(),
    chunk(chunk) {
      if (open.isEnded) return
      count++
      attempt('stream.chunk', () => {
        fold.step(chunk)
        writeChunk(chunk)
      })
    },
    ended: (outcome) => open.streamEnded(outcome),
    failed: (error) => open.fail(error),
  }
  if (!watchStream(stream, observer)) return false
  watchCollection(open, stream)
  return true
}
