import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join, resolve } from 'node:path'
import type { TraceStore } from '@clew/model'
import type { Hono } from 'hono'
import { artifactFolder } from './artifacts/folder.ts'
import { prepareDataDirectory } from './data-directory.ts'
import { collectionsIn } from './documents/collections.ts'
import { memoryRows } from './documents/memory.ts'
import type { Rows } from './documents/rows.ts'
import { createServer, type ServerOptions } from './http/app.ts'
import { type Log, lineLog } from './http/log.ts'
import { nodeServer, stopServing } from './http/node-server.ts'
import { inlineIngest, type SpanIngest } from './ingest/ingest.ts'
import type { ThreadEnd } from './stores/sqlite/index.ts'
import { CLEW_VERSION } from './version.ts'

export interface StartOptions {
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Default 5000; 0 takes any free port. */
  readonly port?: number
  /** Where everything is kept; made if it is not there. Default `./data`. */
  readonly dataDirectory?: string
  /** `memory` forgets everything at the end, but for artifacts. Default `sqlite`. */
  readonly store?: 'sqlite' | 'memory'
  /** The built web app. */
  readonly webDirectory?: string
  /** Host names under which the server may be asked, besides this machine's and private addresses. */
  readonly allowedHosts?: readonly string[]
  /** The experiment of spans that name none. Absent: they are refused, as MLflow does. */
  readonly defaultExperimentId?: string
  readonly log?: Log
}

export interface RunningServer {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /**
   * Stops taking connections, answers requests under way for at most {@link CLOSE_WITHIN_MS}, then closes the store,
   * which waits for accepted writes. Calling it again waits for the same end.
   */
  close(): Promise<void>
}

/** How long requests under way may take once the server is asked to stop. */
export const CLOSE_WITHIN_MS = 5000

/**
 * Resolves when the server answers. Rejects with Node's error (`EADDRINUSE`, `EACCES`, …) when it cannot listen, which is
 * found out before the data folder is touched, and with the store's error when that cannot be opened.
 */
export async function startServer(options: StartOptions = {}): Promise<RunningServer> {
  const { host = '127.0.0.1', port = 5000, dataDirectory = 'data' } = options
  const { promise: ready, resolve: isReady } = Promise.withResolvers<Hono>()
  const server = nodeServer(async (request, bindings) => (await ready).fetch(request, bindings))
  await listen(server, host, port)
  const log = options.log ?? lineLog({ requests: false })
  const stores = await openStores(options.store ?? 'sqlite', resolve(dataDirectory), log).catch((error: unknown) => {
    server.close()
    server.closeAllConnections()
    throw error
  })
  isReady(createServer(serverOptions({ ...options, log }, stores, resolve(dataDirectory))))
  const address = server.address() as AddressInfo
  let closing: Promise<void> | undefined
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () => {
      closing ??= stop(server, stores)
      return closing
    },
  }
}

function serverOptions(
  options: StartOptions & { log: Log },
  { store, ingest, documents }: Stores,
  directory: string,
): ServerOptions {
  return {
    store,
    ingest,
    ...collectionsIn(documents),
    artifacts: artifactFolder(join(directory, 'artifacts')),
    version: CLEW_VERSION,
    defaultExperimentId: options.defaultExperimentId,
    webDirectory: options.webDirectory,
    allowedHosts: options.allowedHosts ?? [],
    log: options.log,
  }
}

interface Stores {
  readonly store: TraceStore
  readonly ingest: SpanIngest
  readonly documents: Rows
}

async function openStores(kind: 'sqlite' | 'memory', directory: string, log: Log): Promise<Stores> {
  if (kind === 'memory') {
    const { MemoryStore } = await import('./stores/memory.ts')
    const store = new MemoryStore()
    return { store, ingest: inlineIngest(store), documents: memoryRows() }
  }
  await prepareDataDirectory(directory)
  const { openSqliteStore } = await import('./stores/sqlite/index.ts')
  const onThreadEnd = (end: ThreadEnd) => log({ event: 'thread-end', ...end })
  const store = await openSqliteStore(directory, { onThreadEnd })
  const { sqliteRows } = await import('./documents/sqlite.ts')
  try {
    return { store, ingest: store.ingest, documents: sqliteRows(directory) }
  } catch (error) {
    await store.close()
    throw error
  }
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  // Rejects when `error` comes first.
  await once(server, 'listening')
}

async function stop(server: Server, { store, documents }: Stores): Promise<void> {
  await stopServing(server, CLOSE_WITHIN_MS)
  documents.close()
  await store.close()
}
