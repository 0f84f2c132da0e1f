import { parseJson, type Span } from '@clew/model'
import { flush, init } from '../control.ts'
import type { InitOptions } from '../settings.ts'
import { type LoopbackServer, startLoopbackServer, type TraceInfoJson } from './loopback-server.ts'

/** What a piece of traced code left on a real server. */
export interface Recorded {
  readonly spans: readonly Span[]
  readonly infos: readonly TraceInfoJson[]
  readonly server: LoopbackServer
  /** The one span of that name. */
  span(name: string): Span
  /** An attribute of the one span of that name, parsed. */
  attribute(name: string, key: string): unknown
}

/** Runs `body` against a fresh server, and returns what arrived there. */
export async function record(body: () => unknown, options: InitOptions = {}): Promise<Recorded> {
  const server = await startLoopbackServer()
  await using _ = server
  init({ trackingUri: server.url, batchIntervalMs: 60_000, ...options })
  await body()
  await flush({ timeoutMs: 5_000 })
  const span = (name: string): Span => {
    const found = server.spans.filter((candidate) => candidate.name === name)
    if (found.length !== 1) throw new Error(`${found.length} spans "${name}" arrived, not one`)
    return found[0]!
  }
  return {
    spans: server.spans,
    infos: [...server.infos.values()],
    server,
    span,
    attribute: (name, key) => {
      const text = span(name).attributes.get(key)
      // Through plain JSON, so that objects compare equal to literals.
      return text === undefined ? undefined : JSON.parse(JSON.stringify(parseJson(text)))
    },
  }
}
