import { createHash } from 'node:crypto'
import { type JsonValue, writeJson } from '@clew/model'

/** A 200 with a JSON text made elsewhere: trace infos and spans carry integers no JavaScript number holds. */
export function jsonText(text: string, headers: Record<string, string> = {}): Response {
  return new Response(text, { headers: { 'content-type': 'application/json', ...headers } })
}

export function jsonAnswer(value: JsonValue, headers: Record<string, string> = {}): Response {
  return jsonText(writeJson(value), headers)
}

/** MLflow's answer to a change that has nothing to say. */
export function empty(): Response {
  return jsonText('{}')
}

/** A text that a browser should ask about again, and download again only when it changed. */
export function revalidated(request: Request, text: string): Response {
  const etag = `W/"${createHash('sha1').update(text).digest('base64url')}"`
  const headers = { etag, 'cache-control': 'private, no-cache' }
  if (request.headers.get('if-none-match') === etag) return new Response(null, { status: 304, headers })
  return jsonText(text, headers)
}
