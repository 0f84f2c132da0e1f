import type { Failure } from '../reply-verdict.ts'

/** What an {@link MlflowApiError} knows besides its message. */
export interface MlflowApiErrorDetails {
  readonly code: string
  readonly status?: number | undefined
  readonly help?: string | undefined
  readonly requestId?: string | undefined
  readonly cause?: unknown
}

/** The server refused a request, could not be reached, or answered something that cannot be read. */
export class MlflowApiError extends Error {
  override readonly name = 'MlflowApiError'
  /**
   * MLflow's error code, `RESOURCE_DOES_NOT_EXIST` for instance; `UNREACHABLE` when no answer came, and
   * `INVALID_ANSWER` for one that is not MLflow's.
   */
  readonly code: string
  /** Of the answer, over HTTP; absent when none came. */
  readonly status: number | undefined
  /** What to do next, if the server says so (Clew's do). */
  readonly help: string | undefined
  /** Under which the server's log has the request, if the server says so (Clew's do). */
  readonly requestId: string | undefined

  /** @param message one sentence, the server's own if it has one */
  constructor(message: string, { code, status, help, requestId, cause }: MlflowApiErrorDetails) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.status = status
    this.help = help
    this.requestId = requestId
  }
}

/** Codes for answers without one: of a proxy, of a login in front of the server, or of a route the server does not have. */
const codesOfStatus = new Map([
  [400, 'BAD_REQUEST'],
  [401, 'UNAUTHENTICATED'],
  [403, 'PERMISSION_DENIED'],
  // As MLflow's Python client reads a 404 that is not JSON.
  [404, 'ENDPOINT_NOT_FOUND'],
  [405, 'ENDPOINT_NOT_FOUND'],
  [413, 'REQUEST_TOO_LARGE'],
  [429, 'REQUEST_LIMIT_EXCEEDED'],
  [501, 'NOT_IMPLEMENTED'],
  [503, 'TEMPORARILY_UNAVAILABLE'],
])

/** What a request that failed is to its caller. */
export function errorOf(failure: Failure, trackingUri: string): MlflowApiError {
  const refusal = failure.kind === 'refused' ? failure : failure.refusal
  if (refusal === undefined) {
    const help = 'Check that the server runs, and the tracking URI.'
    return new MlflowApiError(`${trackingUri} cannot be reached: ${failure.sentence}`, { code: 'UNREACHABLE', help })
  }
  const { status, code, sentence, help, requestId } = refusal
  const message = isPage(sentence) ? `${trackingUri} answered ${status} with a web page` : sentence
  const known = code || codesOfStatus.get(status) || (status < 500 ? 'INVALID_ANSWER' : 'INTERNAL_ERROR')
  return new MlflowApiError(message, { code: known, status, help, requestId })
}

/** An answer that came, but says nothing this client understands. */
export function invalidAnswer(problem: string, cause?: unknown): MlflowApiError {
  return new MlflowApiError(`the answer cannot be read: ${problem}`, { code: 'INVALID_ANSWER', cause })
}

function isPage(sentence: string): boolean {
  return /^\s*<(!doctype|html)/i.test(sentence)
}
