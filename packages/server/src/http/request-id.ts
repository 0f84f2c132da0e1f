import { randomUUID } from 'node:crypto'
import type { MiddlewareHandler } from 'hono'
import type { Log } from './log.ts'

/** Gives every request an id, tells it in `X-Request-Id`, and logs the request under it. */
export function requestId(log: Log): MiddlewareHandler {
  return async (context, next) => {
    const id = randomUUID()
    context.set('requestId', id)
    const startedAt = performance.now()
    await next()
    context.header('x-request-id', id)
    const { method, path } = context.req
    const durationMs = Math.round(performance.now() - startedAt)
    log({ event: 'request', requestId: id, method, path, status: context.res.status, durationMs })
  }
}
