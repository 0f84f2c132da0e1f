import { ClewError, errorTable, type JsonValue, writeJson } from '@clew/model'
import type { Context } from 'hono'
import type { Log } from './log.ts'

/**
 * The one place where an error becomes an answer. A `ClewError` is answered from its row of the error table; anything
 * else is a fault of the server: it is logged with the request's id, and the caller learns nothing but that id.
 */
export function answerError(error: unknown, context: Context, log: Log): Response {
  const requestId: string = context.get('requestId')
  if (error instanceof ClewError) return errorAnswer(error, requestId)
  log({ event: 'fault', requestId, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  return errorAnswer(new ClewError('INTERNAL_ERROR', 'The server failed to answer this request.'), requestId)
}

/** MLflow's error object, with a hint, the request's id and whatever the route has to add. */
export function errorAnswer(error: ClewError, requestId: string, more: Record<string, JsonValue> = {}): Response {
  const body = {
    error_code: error.code,
    message: error.message,
    help: error.help,
    request_id: requestId,
    ...positionOf(error),
    ...more,
  }
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (error.code === 'REQUEST_LIMIT_EXCEEDED' || error.code === 'TEMPORARILY_UNAVAILABLE') headers['retry-after'] = '1'
  return new Response(writeJson(body), { status: errorTable[error.code].status, headers })
}

/** Errors of the search language say where in the text they are. */
function positionOf(error: ClewError): { position?: { start: number; end: number } } {
  if (!('position' in error)) return {}
  const { position } = error as { position: { start: number; end: number } | undefined }
  return position === undefined ? {} : { position: { start: position.start, end: position.end } }
}

/**
 * Unknown route. It must be HTML: MLflow's client takes a non-JSON 404 for "this server is older" and falls back to an
 * earlier version of the API, and a JSON one for an error of the resource.
 */
export function notFoundPage(): Response {
  return page(404, 'Not Found', 'The requested URL was not found on the server.')
}

export function methodNotAllowedPage(allow: readonly string[]): Response {
  const response = page(405, 'Method Not Allowed', 'The method is not allowed for the requested URL.')
  response.headers.set('allow', allow.join(', '))
  return response
}

function page(status: number, title: string, sentence: string): Response {
  const html = `<!doctype html>\n<html lang=en>\n<title>${status} ${title}</title>\n<h1>${title}</h1>\n<p>${sentence}</p>\n`
  return new Response(html, { status, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
