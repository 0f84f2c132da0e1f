import { createHash } from 'node:crypto'
import { type JsonValue, writeJson } from '@clew/model'

/**
 * A 200 with a JSON text, or the UTF-8 of one, made elsewhere: trace infos and spans carry integers no JavaScript number
 * holds.
 */
export function jsonText(text: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', ...headers } })
}

/**
 * A 200 with a text that is made piece by piece while it is sent. All spans of a large trace in one string would pass
 * what a string can hold (512 MB). The pieces must not fail: the status is already on its way.
 */
export function streamedText(pieces: Iterable<string>, headers: Record<string, string>): Response {
  const iterator = pieces[Symbol.iterator]()
  const encoder = new TextEncoder()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      let text = ''
      while (text.length < PIECE_LENGTH) {
        const next = iterator.next()
        if (next.done === true) {
          if (text !== '') controller.enqueue(encoder.encode(text))
          controller.close()
          return
        }
        text += next.value
      }
      controller.enqueue(encoder.encode(text))
    },
  })
  return new Response(body, { headers })
}

/** Characters sent at a time. */
const PIECE_LENGTH = 256 * 1024

export function jsonAnswer(value: JsonValue, headers: Record<string, string> = {}): Response {
  return jsonText(writeJson(value), headers)
}

/** MLflow's answer to a change that has nothing to say. */
export function empty(): Response {
  return jsonText('{}')
}

/** A text that a browser should ask about again, and download again only when it changed. */
export function revalidated(request: Request, text: string | Uint8Array<ArrayBuffer>): Response {
  const etag = `W/"${createHash('sha1').update(text).digest('base64url')}"`
  const headers = { etag, 'cache-control': 'private, no-cache' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return jsonText(text, headers)
}
