import { readdirSync, readFileSync } from 'node:fs'

/** A recorded exchange with a provider: `<case>.json`, and `<case>.chunks.jsonl` if it was streamed. */
export interface Fixture {
  readonly name: string
  /**
   * Where the function that is called is found from a client. Several: the first that exists, for a library that moved
   * it. Absent: the test calls it in its own way ({@link ProofOptions.calls}).
   */
  readonly call: readonly string[]
  /** The first argument of the call. */
  readonly request: unknown
  /** Answers to the first, second … request. The last one answers all that follow. */
  readonly replies: readonly Reply[]
}

export interface Reply {
  readonly status: number
  /** A JSON body, or … */
  readonly body?: unknown
  /** … events, each the JSON text of its data. */
  readonly events?: readonly string[]
}

/** Reads every fixture of a folder, in the order of their names. Throws for one that cannot be used. */
export function readFixtures(folder: URL): Fixture[] {
  const names = readdirSync(folder)
    .filter((file) => /^[\w-]+\.json$/.test(file))
    .map((file) => file.slice(0, -'.json'.length))
    .sort()
  return names.map((name) => readFixture(folder, name))
}

export function isStreamed(fixture: Fixture): boolean {
  return fixture.replies.some((reply) => reply.events !== undefined)
}

export function isFailure(fixture: Fixture): boolean {
  return fixture.replies.some((reply) => reply.status >= 400)
}

interface FixtureFile {
  readonly call?: string | readonly string[]
  readonly request: unknown
  readonly replies: readonly { readonly status: number; readonly body?: unknown; readonly chunks?: string }[]
}

function readFixture(folder: URL, name: string): Fixture {
  const file: FixtureFile = JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'))
  const call = file.call === undefined ? [] : [file.call].flat()
  const replies = file.replies.map(({ status, body, chunks }) =>
    chunks === undefined ? { status, body } : { status, events: readLines(new URL(chunks, folder)) },
  )
  if (replies.length === 0) throw new Error(`fixture ${name} has no reply`)
  return { name, call, request: file.request, replies }
}

function readLines(file: URL): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
}
