import type { MiddlewareHandler } from 'hono'

/**
 * Keeps web pages of others away from a server that trusts its network (as MLflow's security middleware does, in the
 * same words, and a hint): the Host header must name this machine or a private address, so that a DNS name rebound to
 * 127.0.0.1 is refused; and a request that changes something must not come from a foreign origin. MLflow leaves
 * `/v1/traces` out of the second rule; here it is in, since a page could otherwise write into the store.
 */
export function security({ allowedHosts }: { allowedHosts: readonly string[] }): MiddlewareHandler {
  const allowed = new Set(allowedHosts.map((host) => host.toLowerCase()))
  return async (context, next) => {
    const { method, path } = context.req
    const host = context.req.header('host')
    if (!EXEMPT_FROM_HOST_CHECK.has(path) && !isAllowedHost(host, allowed)) {
      return refuse(`Invalid Host header - possible DNS rebinding attack detected. ${HINT}`)
    }
    const origin = context.req.header('origin')
    const trusted = origin !== undefined && isTrustedOrigin(origin, host, allowed)
    if (method === 'OPTIONS' && trusted) return preflight(origin)
    if (origin !== undefined && !trusted && !SAFE_METHODS.has(method)) return refuse('Cross-origin request blocked')
    await next()
    context.header('x-content-type-options', 'nosniff')
    context.header('x-frame-options', 'SAMEORIGIN')
    context.header('referrer-policy', 'same-origin')
    if (trusted) context.header('access-control-allow-origin', origin)
    if (origin !== undefined) context.header('vary', 'Origin', { append: true })
    return undefined
  }
}

const HINT = 'To serve under this name, start the server with --allowed-hosts or CLEW_ALLOWED_HOSTS.'

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Asked by load balancers and clients under whatever name; they tell nothing. */
const EXEMPT_FROM_HOST_CHECK = new Set(['/health', '/version'])

const LOOPBACK = /^(localhost|[\w-]+\.localhost|127(\.\d{1,3}){3}|\[::1\]|0\.0\.0\.0)$/
const PRIVATE = /^(10(\.\d{1,3}){3}|192\.168(\.\d{1,3}){2}|172\.(1[6-9]|2\d|3[01])(\.\d{1,3}){2}|\[f[cd][0-9a-f:]+\])$/

function isAllowedHost(host: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (host === undefined) return false
  const name = hostName(host)
  return LOOPBACK.test(name) || PRIVATE.test(name) || allowed.has(name) || allowed.has('*')
}

function isTrustedOrigin(origin: string, host: string | undefined, allowed: ReadonlySet<string>): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  return url.host === host || LOOPBACK.test(url.hostname) || allowed.has(url.hostname)
}

function hostName(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, '')
}

function refuse(message: string): Response {
  return new Response(message, { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } })
}

function preflight(origin: string): Response {
  return new Response('OK', {
    headers: {
      'access-control-allow-origin': origin,
      'access-control-allow-methods': 'GET, POST, PUT, DELETE, OPTIONS, PATCH',
      'access-control-allow-headers': 'content-type, content-encoding, x-mlflow-experiment-id, x-mlflow-run-id',
      'access-control-max-age': '600',
      vary: 'Origin',
    },
  })
}
