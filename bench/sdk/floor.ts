import { AsyncLocalStorage } from 'node:async_hooks'
import { randomFillSync } from 'node:crypto'
import { Agent, request } from 'node:http'
import type { Step } from '../content.ts'
import type { Tracer } from './tracer.ts'

/**
 * The mark to aim at: a tracer written by hand for this benchmark alone. A plain object, ids from a pool, the
 * monotonic clock, AsyncLocalStorage, and protobuf written straight into one buffer. No limits, no processors, no
 * statuses, no links, no retries, no safety.
 */
interface FloorSpan {
  readonly traceId: Buffer
  readonly spanId: Buffer
  readonly parentId: Buffer | undefined
  readonly name: string
  readonly start: bigint
  end: bigint
  readonly attributes: (string | number)[]
}

export function floor(destination: string): Tracer {
  const storage = new AsyncLocalStorage<FloorSpan>()
  const ended: FloorSpan[] = []
  const agent = new Agent({ keepAlive: true })
  const offset = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()

  function record(step: Step): void {
    const parent = storage.getStore()
    const attributes: (string | number)[] = ['mlflow.spanType', step.type]
    for (const key in step.attributes) attributes.push(key, step.attributes[key]!)
    const span: FloorSpan = {
      traceId: parent?.traceId ?? randomBytes(16),
      spanId: randomBytes(8),
      parentId: parent?.spanId,
      name: step.name,
      start: process.hrtime.bigint() + offset,
      end: 0n,
      attributes,
    }
    attributes.push('mlflow.spanInputs', JSON.stringify(step.inputs))
    storage.run(span, () => {
      for (const child of step.children) record(child)
    })
    attributes.push('mlflow.spanOutputs', JSON.stringify(step.outputs))
    span.end = process.hrtime.bigint() + offset
    ended.push(span)
  }

  async function flush(): Promise<void> {
    while (ended.length > 0) {
      await post(agent, destination, encode(ended.splice(0, 512)))
    }
  }

  return { name: 'by hand', record, flush, close: async () => agent.destroy() }
}

const pool = Buffer.allocUnsafe(16_384)
let used = pool.length
function randomBytes(size: number): Buffer {
  if (used + size > pool.length) {
    randomFillSync(pool)
    used = 0
  }
  const bytes = Buffer.from(pool.subarray(used, used + size))
  used += size
  return bytes
}

const buffer = Buffer.allocUnsafe(4 << 20)
let at = 0

function encode(spans: readonly FloorSpan[]): Buffer {
  at = 0
  message(1, () => {
    message(2, () => {
      for (const span of spans) message(2, () => writeSpan(span))
    })
  })
  return buffer.subarray(0, at)
}

function writeSpan(span: FloorSpan): void {
  bytes(1, span.traceId)
  bytes(2, span.spanId)
  if (span.parentId) bytes(4, span.parentId)
  text(5, span.name)
  buffer[at++] = (7 << 3) | 1
  at = buffer.writeBigUInt64LE(span.start, at)
  buffer[at++] = (8 << 3) | 1
  at = buffer.writeBigUInt64LE(span.end, at)
  for (let i = 0; i < span.attributes.length; i += 2) {
    message(9, () => {
      text(1, span.attributes[i] as string)
      const value = span.attributes[i + 1]!
      message(2, () => {
        if (typeof value === 'string') return text(1, value)
        buffer[at++] = (4 << 3) | 1
        at = buffer.writeDoubleLE(value, at)
      })
    })
  }
}

/** Five bytes are kept for the length, whatever it turns out to be: legal, and nothing is moved. */
function message(field: number, body: () => void): void {
  buffer[at++] = (field << 3) | 2
  const lengthAt = at
  at += 5
  body()
  let length = at - lengthAt - 5
  for (let i = 0; i < 4; i++) {
    buffer[lengthAt + i] = (length & 0x7f) | 0x80
    length >>>= 7
  }
  buffer[lengthAt + 4] = length
}

function bytes(field: number, value: Buffer): void {
  buffer[at++] = (field << 3) | 2
  buffer[at++] = value.length
  at += value.copy(buffer, at)
}

function text(field: number, value: string): void {
  message(field, () => {
    if (at + value.length * 3 > buffer.length) throw new RangeError('the floor writes small batches only')
    at += buffer.write(value, at)
  })
}

function post(agent: Agent, destination: string, body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length }
    const sent = request(`${destination}/v1/traces`, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', resolve)
    })
    sent.on('error', reject).end(body)
  })
}
