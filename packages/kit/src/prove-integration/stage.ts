import { existsSync } from 'node:fs'
import type { Span } from '@clew/model'
import { type AutologOptions, type Integration, sweepUnreadCalls } from '@clew/tracing/instrument'
import { type Collector, startCollector } from './collector.ts'
import { type Fixture, isStreamed, readFixtures } from './fixture.ts'
import { type Mode, startWireServer, type WireServer } from './wire-server.ts'

export interface ProofOptions {
  /** The folder of the fixtures. */
  readonly fixtures: URL
  /** Copies of the library to prove the integration with: versions, and both kinds of module. */
  readonly copies: readonly LibraryCopy[]
  /** A client of that copy that sends to `baseUrl`, without retries. */
  connect(library: object, baseUrl: string): object
  /** How to make the call of a fixture that is not just a function of the client and a request. By fixture name. */
  readonly calls?: Readonly<Record<string, (client: object, request: unknown) => Promise<unknown>>> | undefined
}

export interface LibraryCopy {
  /** For the names of the tests: `openai 7, CommonJS`. */
  readonly name: string
  load(): Promise<object> | object
  /** Where `<case>.<variant>.spans.json` exists, it holds for this copy in place of `<case>.spans.json`. */
  readonly variant?: string | undefined
}

/** What came of a call, as its caller sees it. */
export type Outcome =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'chunks'; readonly chunks: readonly unknown[] }
  | { readonly kind: 'error'; readonly error: unknown; readonly chunks: readonly unknown[] }

/** One copy of the library, with a provider that answers and a collector that listens. */
export class Stage {
  readonly integration: Integration
  readonly options: ProofOptions
  readonly library: object
  readonly copy: LibraryCopy
  readonly server: WireServer
  readonly collector: Collector
  readonly fixtures: readonly Fixture[]
  readonly #plain = new Map<string, Promise<Outcome>>()

  private constructor(parts: Pick<Stage, 'integration' | 'options' | 'library' | 'copy' | 'server' | 'collector'>) {
    this.integration = parts.integration
    this.options = parts.options
    this.library = parts.library
    this.copy = parts.copy
    this.server = parts.server
    this.collector = parts.collector
    this.fixtures = readFixtures(parts.options.fixtures)
  }

  static async open(integration: Integration, options: ProofOptions, copy: LibraryCopy): Promise<Stage> {
    const library = await copy.load()
    const collector = await startCollector()
    return new Stage({ integration, options, library, copy, server: await startWireServer(), collector })
  }

  async close(): Promise<void> {
    this.integration.disable()
    await this.server.close()
    await this.collector.close()
  }

  /** Runs `body` with the integration switched on for this copy. */
  async withTracing<T>(body: () => Promise<T>, options: AutologOptions = {}): Promise<T> {
    this.integration.autolog({ ...options, module: this.library })
    try {
      return await body()
    } finally {
      this.integration.disable()
    }
  }

  connect(fixture: Fixture, mode?: Mode): object {
    return this.options.connect(this.library, this.server.urlFor(fixture, mode))
  }

  /** Starts the call of a fixture: what the library returns, neither awaited nor read. */
  start(fixture: Fixture, client: object, request: unknown = structuredClone(fixture.request)): unknown {
    const own = this.options.calls?.[fixture.name]
    if (own) return own(client, request)
    for (const path of fixture.call) {
      const method = findMethod(client, path)
      if (method) return method(request)
    }
    throw new Error(`fixture ${fixture.name}: none of [${fixture.call}] is a function of the client`)
  }

  /** Makes the call of a fixture and reads all of its result. */
  async run(fixture: Fixture, mode?: Mode): Promise<Outcome> {
    const client = this.connect(fixture, mode)
    const chunks: unknown[] = []
    try {
      const value: unknown = await this.start(fixture, client)
      if (!isAsyncIterable(value)) return { kind: 'value', value }
      for await (const chunk of value) chunks.push(structuredClone(chunk))
      return { kind: 'chunks', chunks }
    } catch (error) {
      return { kind: 'error', error: describeError(error), chunks }
    }
  }

  /** What comes of the call of a fixture without tracing, found out once. Only to be asked while tracing is off. */
  runPlain(fixture: Fixture): Promise<Outcome> {
    const outcome = this.#plain.get(fixture.name) ?? this.run(fixture)
    this.#plain.set(fixture.name, outcome)
    return outcome
  }

  /** Spans of the integration that have ended since the last time. */
  async takeSpans(): Promise<Span[]> {
    return this.collector.take()
  }

  /** Ends what nobody reads, then takes the spans. */
  async sweepAndTakeSpans(): Promise<Span[]> {
    sweepUnreadCalls(0)
    return this.takeSpans()
  }

  /** Where the spans of a case are written down. */
  goldenFile(fixture: Fixture): URL {
    const { fixtures } = this.options
    const own = new URL(`${fixture.name}.${this.copy.variant}.spans.json`, fixtures)
    return existsSync(own) ? own : new URL(`${fixture.name}.spans.json`, fixtures)
  }

  /** Fixtures whose call returns a stream as it is. */
  get streams(): readonly Fixture[] {
    return this.fixtures.filter((fixture) => isStreamed(fixture) && this.isDirect(fixture))
  }

  /** Fixtures whose call is just a function of the client. */
  isDirect(fixture: Fixture): boolean {
    return this.options.calls?.[fixture.name] === undefined
  }
}

export function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> & object {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value
}

export function describeError(error: unknown): unknown {
  if (!(error instanceof Error)) return { thrown: error }
  const { stack: _stack, headers: _headers, ...own } = { ...error } as Record<string, unknown>
  return { class: error.constructor.name, name: error.name, message: error.message, ...own }
}

/** The function at the end of a dotted path, with what it is called on. */
function findMethod(client: object, path: string): ((argument: unknown) => unknown) | undefined {
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  let self: unknown = client
  for (const key of keys) self = typeof self === 'object' && self !== null ? Reflect.get(self, key) : undefined
  if (typeof self !== 'object' || self === null) return undefined
  const method: unknown = Reflect.get(self, last)
  return typeof method === 'function' ? (argument) => Reflect.apply(method, self, [argument]) : undefined
}
