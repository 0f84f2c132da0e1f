import { extname } from 'node:path'
import { type Transferable, Worker } from 'node:worker_threads'
import { ClewError } from '@clew/model'
import type { Call, MethodTable, Reply } from './call.ts'
import { unpackError } from './crossing.ts'

export interface WorkerBounds {
  /** Calls sent and not answered; more are refused. */
  readonly maxCalls: number
  /** Bytes of calls sent and not answered; one call is taken whatever its size. */
  readonly maxBytes: number
}

interface Waiting {
  readonly bytes: number
  resolve(value: unknown): void
  reject(error: Error): void
}

/** The calling side of a thread: sends calls by name, bounds what is under way, settles promises as answers come. */
export class WorkerClient<Methods extends MethodTable> {
  readonly #worker: Worker
  readonly #bounds: WorkerBounds
  readonly #waiting = new Map<number, Waiting>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #exit = Promise.withResolvers<void>()
  #nextId = 1
  #bytes = 0
  /** Why no further call is taken. */
  #ended: Error | undefined

  /**
   * @param entry name of a file in the folder of `base`, without extension: its sources in development, the bundled
   *   file beside the bundle when published
   */
  constructor(entry: string, base: string, options: { data: unknown; bounds: WorkerBounds }) {
    this.#bounds = options.bounds
    this.#worker = spawn(entry, base, options.data)
    this.#worker.on('message', (reply: Reply) => this.#settle(reply))
    this.#worker.on('error', (error) =>
      this.#end(new Error(`A store thread stopped: ${error.message}`, { cause: error })),
    )
    this.#worker.on('exit', () => {
      this.#end(new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is closed.'))
      this.#exit.resolve()
    })
    this.#ready.promise.catch(() => {})
  }

  /** Settles once the thread is ready for calls. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Calls sent and not answered yet. */
  get underWay(): number {
    return this.#waiting.size
  }

  call<Name extends keyof Methods & string>(
    method: Name,
    ...values: Parameters<Methods[Name]>
  ): Promise<Awaited<ReturnType<Methods[Name]>>> {
    return this.send(method, values, { bytes: 0, transfer: [] })
  }

  /**
   * @param cost how many bytes the call holds until answered, and the buffers to hand over, which the caller loses
   * @throws ClewError REQUEST_LIMIT_EXCEEDED when too much is under way; the buffers are then still the caller's
   */
  async send<Name extends keyof Methods & string>(
    method: Name,
    values: Parameters<Methods[Name]>,
    cost: { readonly bytes: number; readonly transfer: readonly Transferable[] },
  ): Promise<Awaited<ReturnType<Methods[Name]>>> {
    if (this.#ended !== undefined) throw this.#ended
    this.#checkRoom(cost.bytes)
    const id = this.#nextId++
    const call: Call = { id, method, values, bytes: cost.bytes }
    this.#worker.postMessage(call, cost.transfer)
    this.#bytes += cost.bytes
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { bytes: cost.bytes, resolve: answer.resolve, reject: answer.reject })
    // The method table types both ends of the channel; the thread answers a method with what that method returned.
    return (await answer.promise) as Awaited<ReturnType<Methods[Name]>>
  }

  /** Refuses further calls, waits for the ones under way and for the thread's own end. */
  async close(): Promise<void> {
    this.#ended ??= new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is closed.')
    this.#worker.postMessage({ id: 0, method: 'close', values: [], bytes: 0 } satisfies Call)
    await this.#exit.promise
  }

  #checkRoom(bytes: number): void {
    const full =
      this.#waiting.size >= this.#bounds.maxCalls || (this.#bytes > 0 && this.#bytes + bytes > this.#bounds.maxBytes)
    if (!full) return
    const message = `The store is busy with ${this.#waiting.size} requests (${this.#bytes} bytes); this one was not taken.`
    throw new ClewError('REQUEST_LIMIT_EXCEEDED', message)
  }

  #settle(reply: Reply): void {
    if (reply.type === 'ready') {
      this.#ready.resolve()
      return
    }
    const waiting = this.#waiting.get(reply.id)
    if (waiting === undefined) return
    this.#waiting.delete(reply.id)
    this.#bytes -= waiting.bytes
    if (reply.type === 'failed') waiting.reject(unpackError(reply.error))
    else waiting.resolve(reply.value)
  }

  #end(error: Error): void {
    this.#ended ??= error
    this.#ready.reject(error)
    for (const waiting of this.#waiting.values()) waiting.reject(error)
    this.#waiting.clear()
    this.#bytes = 0
  }
}

function spawn(entry: string, base: string, data: unknown): Worker {
  const extension = extname(new URL(base).pathname)
  const conditions = extension === '.ts' ? ['--conditions=@clew/source'] : []
  return new Worker(new URL(`./${entry}${extension}`, base), {
    workerData: data,
    execArgv: [...conditions, '--disable-warning=ExperimentalWarning'],
  })
}
