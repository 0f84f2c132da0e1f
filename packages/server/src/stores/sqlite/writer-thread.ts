import { type MessagePort, parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads'
import { openWriteConnection } from './connection.ts'
import type { Call, Reply } from './thread/call.ts'
import { groupCommit } from './thread/group-commit.ts'
import { createWriter } from './write/writer.ts'

/** What the writer thread is started with. */
export interface WriterData {
  readonly file: string
  readonly maxBytes: number | undefined
}

/** Calls and bytes one transaction takes; what waits beyond goes into the next, so no acknowledgement waits long. */
const MAX_GROUP_CALLS = 512
const MAX_GROUP_BYTES = 8 * 1024 * 1024

if (parentPort !== null) serve(parentPort, workerData)

function serve(port: MessagePort, { file, maxBytes }: WriterData): void {
  const database = openWriteConnection(file, maxBytes)
  const { methods, memory } = createWriter(database)
  const { commit } = groupCommit(database, methods, memory)

  port.on('message', (first: Call) => {
    const group = drain(port, first)
    const calls = group.filter((call) => call.method !== 'close')
    if (calls.length > 0) for (const reply of commit(calls)) answer(reply)
    if (calls.length < group.length) close()
  })

  function answer(reply: Reply): void {
    port.postMessage(reply)
  }

  /** Calls sent before `close` came before it, so nothing accepted is left. */
  function close(): void {
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    database.close()
    port.close()
  }

  answer({ type: 'ready' })
}

/** Takes what waits already: the writes of one fsync. */
function drain(port: MessagePort, first: Call): Call[] {
  const group = [first]
  let bytes = first.bytes
  while (group.length < MAX_GROUP_CALLS && bytes < MAX_GROUP_BYTES) {
    const next: { message: Call } | undefined = receiveMessageOnPort(port)
    if (next === undefined) break
    group.push(next.message)
    bytes += next.message.bytes
  }
  return group
}
