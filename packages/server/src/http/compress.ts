import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { Context } from 'hono'

/** Shorter answers gain nothing. */
const MIN_BYTES = 1024

const brotliAsync = promisify(brotliCompress)
const gzipAsync = promisify(gzip)

/** The same answer, compressed with what the caller takes: brotli, else gzip, else not at all. */
export async function compressed(context: Context, response: Response): Promise<Response> {
  if (response.body === null) return response
  const headers = new Headers(response.headers)
  headers.append('vary', 'Accept-Encoding')
  const plain = Buffer.from(await response.arrayBuffer())
  const encoding = plain.length < MIN_BYTES ? undefined : preferred(context.req.header('accept-encoding'))
  if (encoding !== undefined) headers.set('content-encoding', encoding)
  const { status } = response
  if (encoding === 'br') return new Response(await brotli(plain), { status, headers })
  if (encoding === 'gzip') return new Response(await gzipAsync(plain), { status, headers })
  return new Response(plain, { status, headers })
}

function preferred(accepted = ''): 'br' | 'gzip' | undefined {
  if (/\bbr\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted)) return 'br'
  return /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(accepted) ? 'gzip' : undefined
}

/** Quality 4: about as fast as gzip and a fifth smaller; the default 11 takes seconds for a large skeleton. */
function brotli(plain: Buffer): Promise<Buffer<ArrayBuffer>> {
  return brotliAsync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } })
}
