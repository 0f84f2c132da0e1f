import { isNode } from './node-transport.ts'
import { MAX_REPLY_BYTES, type Outgoing, type Reply } from './transport.ts'

/** One exchange over HTTP during which the process stands still. `undefined` when the time is over. Throws when it fails. */
export type SyncTransport = (outgoing: Omit<Outgoing, 'signal'>, timeoutMs: number) => Reply | undefined

/**
 * For the end of a process that does not wait for promises any more: a thread of its own does the exchange, and this
 * one sleeps until it is done. `undefined` where there are no such threads.
 */
export function syncTransport(): SyncTransport | undefined {
  const threads = isNode() ? process.getBuiltinModule?.('node:worker_threads') : undefined
  if (threads === undefined) return undefined
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const { port1, port2 } = new threads.MessageChannel()
  const worker = new threads.Worker(source, {
    eval: true,
    workerData: { signal, port: port2, maxReplyBytes: MAX_REPLY_BYTES },
    transferList: [port2],
    // Not what the program was started with: nothing of it is to run in this thread.
    execArgv: [],
  })
  worker.unref()
  return (outgoing, timeoutMs) => {
    Atomics.store(signal, 0, 0)
    port1.postMessage(outgoing)
    if (Atomics.wait(signal, 0, 0, timeoutMs) === 'timed-out') return undefined
    const answer: Answer | undefined = threads.receiveMessageOnPort(port1)?.message
    if (answer === undefined || 'error' in answer) throw new Error(answer?.error)
    return { ...answer, header: (name) => answer.headers[name] }
  }
}

type Answer =
  | { readonly error: string }
  | {
      readonly status: number
      readonly statusText: string
      readonly isCut: boolean
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
    }

/** Text, because a file of its own would be lost by bundlers. */
const source = `
const { port, signal, maxReplyBytes } = require('node:worker_threads').workerData
port.on('message', ({ url, method, headers, body }) => {
  const answer = (message) => {
    port.postMessage(message)
    Atomics.store(signal, 0, 1)
    Atomics.notify(signal, 0)
  }
  const client = require(url.startsWith('https:') ? 'node:https' : 'node:http')
  const request = client.request(url, { method, headers }, async (response) => {
    const chunks = []
    let length = 0
    let isCut = false
    try {
      for await (const chunk of response) {
        chunks.push(chunk)
        length += chunk.length
        if ((isCut = length > maxReplyBytes)) break
      }
      const { statusCode: status, statusMessage: statusText } = response
      answer({ status, statusText, isCut, headers: { ...response.headers }, body: Buffer.concat(chunks) })
    } catch (error) {
      answer({ error: error.message })
    }
  })
  request.on('error', (error) => answer({ error: error.message || error.code }))
  request.end(body)
})`
