import { type MessagePort, parentPort, workerData } from 'node:worker_threads'
import { openReadConnection } from './connection.ts'
import { createReader } from './read/reader.ts'
import { type Call, invoke, type Reply } from './thread/call.ts'
import { packError } from './thread/crossing.ts'

/** What the reader thread is started with. */
export interface ReaderData {
  readonly file: string
}

if (parentPort !== null) serve(parentPort, workerData)

/** Answers calls in the order they come. */
function serve(port: MessagePort, { file }: ReaderData): void {
  const database = openReadConnection(file)
  const methods = createReader(database)

  port.on('message', (call: Call) => {
    if (call.method === 'close') {
      database.close()
      port.close()
      return
    }
    const answer = answerOf(call)
    port.postMessage(answer, buffersOf(answer))
  })

  function answerOf(call: Call): Reply {
    try {
      return { type: 'done', id: call.id, value: invoke(methods, call) }
    } catch (error) {
      return { type: 'failed', id: call.id, error: packError(error) }
    }
  }

  port.postMessage({ type: 'ready' } satisfies Reply)
}

/** Bytes are handed over, not copied. */
function buffersOf(answer: Reply): ArrayBuffer[] {
  if (answer.type !== 'done' || !(answer.value instanceof Uint8Array)) return []
  const { buffer } = answer.value
  return buffer instanceof ArrayBuffer ? [buffer] : []
}
