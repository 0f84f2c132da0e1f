import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { LogEntry } from '../http/log.ts'
import { type RunningServer, type StartOptions, startServer } from '../start.ts'

/** The stores every test of the server's answers runs over. */
export const stores = ['memory', 'sqlite'] as const

/** What a test asks a server by. */
export interface ServerUnderTest {
  /** For `beforeAll`. */
  start(): Promise<void>
  /** For `afterAll`. */
  stop(): Promise<void>
  /** A request as `fetch` makes it; a path is relative to the server. */
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** A request with a JSON body; the answer read as JSON. */
  send(method: string, path: string, body?: unknown): Promise<{ status: number; body: Tree }>
  /** A new experiment with a name of its own. */
  newExperiment(): Promise<string>
  readonly url: string
  readonly log: readonly LogEntry[]
}

/** JSON as a test walks it: every step may lead nowhere, and then the test fails on the value it expects. */
export interface Tree {
  readonly [key: string]: Tree | undefined
}

/** The items of a JSON list. */
export function list(tree: Tree | undefined): readonly Tree[] {
  if (!Array.isArray(tree)) throw new Error(`Expected a list, found ${JSON.stringify(tree)}`)
  return tree
}

/** A real server on a free port with a folder of its own, once it is started. */
export function serverFor(store: (typeof stores)[number], options: StartOptions = {}): ServerUnderTest {
  const log: LogEntry[] = []
  let server: RunningServer | undefined
  let dataDirectory = ''
  const url = () => server?.url ?? 'http://not-started'
  const request = (path: string, init?: RequestInit) => fetch(`${url()}${path}`, init)
  const send: ServerUnderTest['send'] = async (method, path, body) => {
    const json =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    const response = await request(path, { method, ...json })
    return { status: response.status, body: (await response.json()) as Tree }
  }
  return {
    async start() {
      dataDirectory = await mkdtemp(join(tmpdir(), 'clew-server-'))
      server = await startServer({ store, port: 0, dataDirectory, log: (entry) => log.push(entry), ...options })
    },
    async stop() {
      await server?.close()
      await rm(dataDirectory, { recursive: true, force: true })
    },
    fetch: request,
    send,
    async newExperiment() {
      const name = `experiment ${crypto.randomUUID()}`
      const { body } = await send('POST', '/api/2.0/mlflow/experiments/create', { name })
      return String(body.experiment_id)
    },
    get url() {
      return url()
    },
    log,
  }
}
