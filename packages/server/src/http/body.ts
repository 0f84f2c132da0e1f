import { ClewError, type JsonValue, parseJson } from '@clew/model'
import type { Context } from 'hono'
import { z } from 'zod'
import { inflate, MAX_INFLATED_BYTES } from '../ingest/inflate.ts'
import { utf8Text } from '../ingest/utf8.ts'
import { type BodyRoom, bodyRoom } from './body-room.ts'
import { isJsonObject, type JsonObject } from './fields.ts'
import type { Method } from './route.ts'

/** Bytes of a request's body as it comes over the wire. */
export const MAX_BODY_BYTES = MAX_INFLATED_BYTES

/** Bytes of a JSON request. The largest legitimate ones are lists of ids and trace infos. */
export const MAX_JSON_BYTES = 16 * 1024 * 1024

/**
 * The whole body, at most `maxBytes` of it. Throws `REQUEST_TOO_LARGE` as soon as more is announced or arrives, and
 * `REQUEST_LIMIT_EXCEEDED` while too many others are being read. What
 * follows is read away for a moment (by `@hono/node-server`), so that a client still sending gets to see the answer.
 */
export async function readBody(context: Context, maxBytes = MAX_BODY_BYTES): Promise<Uint8Array> {
  const announced = context.req.header('content-length')
  if (Number(announced) > maxBytes) throw tooLarge(maxBytes)
  const room = bodyRoom()
  try {
    // Node's parser delivers no more than was announced, so an announced body needs no counting.
    if (announced !== undefined) {
      room.take(Number(announced))
      return new Uint8Array(await context.req.arrayBuffer())
    }
    const stream = context.req.raw.body
    return stream === null ? new Uint8Array() : await readCounting(stream, maxBytes, room)
  } catch (error) {
    if (error instanceof ClewError) throw error
    throw new ClewError('BAD_REQUEST', 'The connection ended before the body was complete.', { cause: error })
  } finally {
    room.release()
  }
}

/** The fields of a request, from where the method has them. */
export async function rawFields(context: Context, method: Method, schema: z.ZodObject): Promise<JsonObject> {
  if (method === 'GET') return queryFields(context, schema)
  if (method !== 'DELETE' && method !== 'PATCH') requireJson(context.req.header('content-type'))
  const encoding = context.req.header('content-encoding')?.toLowerCase()
  const bytes = inflate(await readBody(context, MAX_JSON_BYTES), encoding, MAX_JSON_BYTES)
  const fields = objectOf(bytes)
  return method === 'DELETE' ? Object.assign(queryFields(context, schema), fields) : fields
}

/** Repeating a key makes a list, as in MLflow; a field that is no list takes the last one. */
function queryFields(context: Context, schema: z.ZodObject): JsonObject {
  const fields: Record<string, JsonValue> = Object.create(null)
  const query = new URL(context.req.url).searchParams
  for (const [name, type] of Object.entries(schema.shape)) {
    const values = query.getAll(name)
    if (values.length === 0) continue
    fields[name] = isList(type) ? values : (values.at(-1) ?? '')
  }
  return fields
}

function isList(type: unknown): boolean {
  return type instanceof z.ZodOptional ? isList(type.unwrap()) : type instanceof z.ZodArray
}

/** MLflow's two sentences; the Python client's tests know them. */
function requireJson(contentType: string | undefined): void {
  if (contentType === undefined) {
    throw new ClewError('INVALID_PARAMETER_VALUE', 'Bad Request. Content-Type header is missing.')
  }
  if (contentType.split(';', 1)[0]?.trim().toLowerCase() !== 'application/json') {
    throw new ClewError('INVALID_PARAMETER_VALUE', "Bad Request. Content-Type must be one of ['application/json'].")
  }
}

/** An empty body is an object without fields; a JSON string that holds JSON is read twice, as old clients need. */
function objectOf(bytes: Uint8Array): JsonObject {
  const text = utf8Text(bytes)
  if (text.trim() === '') return Object.create(null)
  let value = parse(text)
  if (typeof value === 'string') value = parse(value)
  if (value === null) return Object.create(null)
  if (!isJsonObject(value)) throw new ClewError('BAD_REQUEST', 'The body must be a JSON object.')
  return value
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ClewError('BAD_REQUEST', `The body is not valid JSON: ${reason}`, { cause: error })
  }
}

async function readCounting(stream: ReadableStream<Uint8Array>, maxBytes: number, room: BodyRoom): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > maxBytes) throw tooLarge(maxBytes)
    room.take(chunk.length)
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks)
}

function tooLarge(maxBytes: number): ClewError {
  return new ClewError('REQUEST_TOO_LARGE', `The request is larger than ${maxBytes} bytes.`)
}
