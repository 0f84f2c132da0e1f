import { parseJson } from '@clew/model'
import { type Request, Sender } from '../send.ts'
import type { Settings } from '../settings.ts'
import { Counters } from '../statistics.ts'
import { errorOf, invalidAnswer, MlflowApiError } from './api-error.ts'
import { isJsonObject, type JsonObject } from './json-fields.ts'

/** Values of a repeated field are repeated in the query. */
export type Query = Readonly<Record<string, string | readonly string[]>>

export interface Question {
  readonly method: Request['method']
  /** Below the tracking URI; variable parts are escaped with {@link segment}. */
  readonly path: string
  readonly query?: Query
  /** JSON text. */
  readonly body?: string
}

/** Asks a server's REST API, through the SDK's own sender: the same authentication, retries and patience. */
export class Api {
  readonly settings: Settings
  readonly #sender: Sender
  readonly #maxAnswerBytes: number

  constructor(settings: Settings, maxAnswerBytes: number) {
    this.settings = settings
    this.#sender = new Sender(settings, new Counters())
    this.#maxAnswerBytes = maxAnswerBytes
  }

  /**
   * @param read what the answer says; whatever it throws means that the answer is not MLflow's
   * @throws MlflowApiError
   */
  async ask<T>({ method, path, query, body }: Question, read: (answer: JsonObject) => T): Promise<T> {
    const content = body === undefined ? {} : { body, headers: { 'content-type': 'application/json' } }
    const bytes = await this.send({ method, path: path + queryText(query), ...content })
    try {
      const answer = parseJson(new TextDecoder().decode(bytes))
      if (isJsonObject(answer)) return read(answer)
    } catch (error) {
      throw invalidAnswer(error instanceof Error ? error.message : String(error), error)
    }
    throw invalidAnswer('it is no JSON object')
  }

  /** The body of a successful answer. @throws MlflowApiError */
  async send(request: Request): Promise<Uint8Array> {
    const answer = await holdingProcess(this.#sender.send({ ...request, maxReplyBytes: this.#maxAnswerBytes }))
    if (answer.kind !== 'success') throw errorOf(answer, this.settings.trackingUri)
    if (!answer.isCut) return answer.body
    throw new MlflowApiError(`the answer is longer than ${this.#maxAnswerBytes} bytes`, {
      code: 'INVALID_ANSWER',
      help: 'Ask for less at a time, or raise maxAnswerBytes.',
    })
  }
}

/**
 * An id as one segment of a path, whatever it holds.
 *
 * @throws TypeError for what no path can carry: nothing, and the dots that stand for a folder however they are escaped
 */
export function segment(id: string): string {
  if (typeof id !== 'string' || /^\.{0,2}$/.test(id)) throw new TypeError(`${JSON.stringify(id)} is no id`)
  return encodeURIComponent(id)
}

/** Ignores what an answer holds. */
export function nothing(): void {}

function queryText(query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => [name, one] as [string, string]),
  )
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`
}

/** The sender's timers and sockets let the process end, as suits work in the background; here somebody waits. */
async function holdingProcess<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 60_000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}
