import { extname } from 'node:path'
import { type Transferable, Worker } from 'node:worker_threads'
import { ClewError } from '@clew/model'
import type { Call, MethodTable, Reply } from './call.ts'
import { unpackError } from './crossing.ts'
import { restartPauseMs, STEADY_MS } from './restart-pause.ts'

export interface WorkerBounds {
  /** Calls sent and not answered; more are refused. */
  readonly maxCalls: number
  /** Bytes of calls sent and not answered; one call is taken whatever its size. */
  readonly maxBytes: number
}

/** A thread that died. */
export interface ThreadEnd {
  /** Its entry, e.g. `writer-thread`. */
  readonly thread: string
  /** Why, with the stack if there is one. */
  readonly error: string
  /** How long from now it is started again. */
  readonly restartInMs: number
}

export interface WorkerOptions {
  /** What the thread is started with. */
  readonly data: unknown
  readonly bounds: WorkerBounds
  /** Told each time the thread dies, but for when it could not start in the first place. */
  readonly onEnd?: ((end: ThreadEnd) => void) | undefined
}

interface Waiting {
  readonly bytes: number
  resolve(value: unknown): void
  reject(error: Error): void
}

/**
 * The calling side of a thread: sends calls by name, bounds what is under way, settles promises as answers come.
 *
 * A thread that dies (out of memory, a bug) is started again, at growing intervals while it keeps dying. The calls it had
 * are rejected with `TEMPORARILY_UNAVAILABLE`, as are those that come before it is back; what it answered before holds. A
 * call that was rejected so may have been done.
 */
export class WorkerClient<Methods extends MethodTable> {
  readonly #entry: string
  readonly #base: string
  readonly #options: WorkerOptions
  readonly #waiting = new Map<number, Waiting>()
  readonly #ready = Promise.withResolvers<void>()
  readonly #exit = Promise.withResolvers<void>()
  /** Absent between its death and its restart. */
  #worker: Worker | undefined
  #restart: NodeJS.Timeout | undefined
  #wasEverReady = false
  #deaths = 0
  #nextId = 1
  #bytes = 0
  /** Why no further call is taken, ever. */
  #ended: Error | undefined

  /**
   * @param entry name of a file in the folder of `base`, without extension: its sources in development, the bundled
   *   file beside the bundle when published
   */
  constructor(entry: string, base: string, options: WorkerOptions) {
    this.#entry = entry
    this.#base = base
    this.#options = options
    this.#start()
    this.#ready.promise.catch(() => {})
  }

  /** Settles once the thread is ready for calls for the first time; rejects if it cannot start. */
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
   * @throws ClewError REQUEST_LIMIT_EXCEEDED when too much is under way, TEMPORARILY_UNAVAILABLE while the thread is
   *   being started again; the buffers are then still the caller's
   */
  async send<Name extends keyof Methods & string>(
    method: Name,
    values: Parameters<Methods[Name]>,
    cost: { readonly bytes: number; readonly transfer: readonly Transferable[] },
  ): Promise<Awaited<ReturnType<Methods[Name]>>> {
    if (this.#ended !== undefined) throw this.#ended
    const worker = this.#worker
    if (worker === undefined) throw new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is being started again.')
    this.#checkRoom(cost.bytes)
    const id = this.#nextId++
    const call: Call = { id, method, values, bytes: cost.bytes }
    worker.postMessage(call, cost.transfer)
    this.#bytes += cost.bytes
    const answer = Promise.withResolvers<unknown>()
    this.#waiting.set(id, { bytes: cost.bytes, resolve: answer.resolve, reject: answer.reject })
    // The method table types both ends of the channel; the thread answers a method with what that method returned.
    return (await answer.promise) as Awaited<ReturnType<Methods[Name]>>
  }

  /** Refuses further calls, waits for the ones under way and for the thread's own end. */
  async close(): Promise<void> {
    this.#ended ??= new ClewError('TEMPORARILY_UNAVAILABLE', 'The store is closed.')
    clearTimeout(this.#restart)
    if (this.#worker === undefined) this.#exit.resolve()
    else this.#worker.postMessage({ id: 0, method: 'close', values: [], bytes: 0 } satisfies Call)
    await this.#exit.promise
  }

  #start(): void {
    const startedMs = performance.now()
    const worker = spawn(this.#entry, this.#base, this.#options.data)
    let failure: Error | undefined
    worker.on('message', (reply: Reply) => this.#settle(reply))
    worker.on('error', (error: unknown) => {
      failure = error instanceof Error ? error : new Error(String(error))
    })
    worker.on('exit', (code) => {
      this.#worker = undefined
      this.#onExit(failure ?? new Error(`it ended with code ${code}`), performance.now() - startedMs)
    })
    this.#worker = worker
  }

  #onExit(failure: Error, livedMs: number): void {
    if (!this.#wasEverReady) this.#ended ??= new Error(`A store thread stopped: ${failure.message}`, { cause: failure })
    if (this.#ended !== undefined) {
      this.#ready.reject(this.#ended)
      this.#rejectAll(this.#ended)
      this.#exit.resolve()
      return
    }
    const message = 'The store broke down over this or another request, and is being started again.'
    this.#rejectAll(new ClewError('TEMPORARILY_UNAVAILABLE', message, { cause: failure }))
    this.#startAgain(failure, livedMs)
  }

  #startAgain(failure: Error, livedMs: number): void {
    this.#deaths = livedMs >= STEADY_MS ? 1 : this.#deaths + 1
    const restartInMs = restartPauseMs(this.#deaths)
    this.#restart = setTimeout(() => {
      try {
        this.#start()
      } catch (error) {
        this.#startAgain(error instanceof Error ? error : new Error(String(error)), 0)
      }
    }, restartInMs)
    this.#options.onEnd?.({ thread: this.#entry, error: failure.stack ?? failure.message, restartInMs })
  }

  #checkRoom(bytes: number): void {
    const { bounds } = this.#options
    const full = this.#waiting.size >= bounds.maxCalls || (this.#bytes > 0 && this.#bytes + bytes > bounds.maxBytes)
    if (!full) return
    const message = `The store is busy with ${this.#waiting.size} requests (${this.#bytes} bytes); this one was not taken.`
    throw new ClewError('REQUEST_LIMIT_EXCEEDED', message)
  }

  #settle(reply: Reply): void {
    if (reply.type === 'ready') {
      this.#wasEverReady = true
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

  #rejectAll(error: Error): void {
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
