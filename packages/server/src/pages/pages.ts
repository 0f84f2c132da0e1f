import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import type { Context } from 'hono'
import { compressed } from '../http/compress.ts'

/** Addresses of the web app that are pages: the browser gets `index.html`, and the app draws what the address names. */
const PAGE = /^\/(?:index\.html|experiments(?:\/.*)?|traces(?:\/.*)?)?$/

/** Vite puts a hash of the content into these names, so a name never changes its content. */
const HASHED = /^\/assets\//

/**
 * Nothing but the server's own scripts runs and nothing foreign is asked. Styles may be inline (positions of virtual
 * rows), images may be data (pictures inside messages).
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self' 'unsafe-inline'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ')

/** Serves the built web app; answers `undefined` for what is no page and no file of it. */
export function pages(directory: string | undefined): (context: Context) => Promise<Response | undefined> {
  return async (context) => {
    const { method, path } = context.req
    if (method !== 'GET' && method !== 'HEAD') return undefined
    const isPage = PAGE.test(path)
    const file = await readInside(directory, isPage ? '/index.html' : path)
    if (file === undefined && !isPage && wantsPage(context)) return unknownPage(directory)
    if (file === undefined) return isPage ? notBuilt() : undefined
    const response = new Response(file, { headers: headersOf(isPage ? '/index.html' : path) })
    return isCompressible(path) ? compressed(context, response) : response
  }
}

/** Whether a person follows a link. A program gets the plain page of an unknown route, which MLflow's client knows. */
function wantsPage({ req }: Context): boolean {
  return req.header('sec-fetch-dest') === 'document'
}

/** The web app says in its own words that there is no such page. */
async function unknownPage(directory: string | undefined): Promise<Response | undefined> {
  const file = await readInside(directory, '/index.html')
  return file && new Response(file, { status: 404, headers: headersOf('/index.html') })
}

async function readInside(directory: string | undefined, path: string): Promise<Buffer<ArrayBuffer> | undefined> {
  const type = mediaTypes.get(extname(path))
  if (directory === undefined || type === undefined || normalize(path) !== path || path.includes('\0')) return undefined
  try {
    return await readFile(join(directory, path))
  } catch {
    // Not there, or a folder: for the caller the same as an unknown route.
    return undefined
  }
}

function headersOf(path: string): Record<string, string> {
  const type = mediaTypes.get(extname(path)) ?? 'application/octet-stream'
  if (HASHED.test(path)) return { 'content-type': type, 'cache-control': 'public, max-age=31536000, immutable' }
  const page = extname(path) === '.html' ? { 'content-security-policy': CONTENT_SECURITY_POLICY } : {}
  return { 'content-type': type, 'cache-control': 'no-cache', ...page }
}

const mediaTypes = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
  ['.png', 'image/png'],
  ['.ico', 'image/x-icon'],
  ['.woff2', 'font/woff2'],
  ['.json', 'application/json'],
  ['.txt', 'text/plain; charset=utf-8'],
  ['.map', 'application/json'],
])

function isCompressible(path: string): boolean {
  return !['.png', '.ico', '.woff2'].includes(extname(path))
}

function notBuilt(): Response {
  const html = `<!doctype html>
<html lang=en>
<title>Clew</title>
<h1>The web app has not been built</h1>
<p>The server runs and takes traces. Start it with <code>npm start</code>, which builds the web app first.</p>
`
  return new Response(html, { status: 404, headers: { 'content-type': 'text/html; charset=utf-8' } })
}
