import type { ApiError } from '@clew/model'

/** What a person can be told when the server did not answer as asked. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure'
  /** HTTP status; 0 when there was no answer. */
  readonly status: number
  readonly help: string
  readonly requestId: string | undefined
  readonly position: ApiError['position']

  constructor(message: string, more: Partial<Pick<ApiFailure, 'status' | 'help' | 'requestId' | 'position'>> = {}) {
    super(message)
    this.status = more.status ?? 0
    this.help = more.help ?? ''
    this.requestId = more.requestId
    this.position = more.position
  }

  get isMissing(): boolean {
    return this.status === 404
  }
}

/** Any error as one that can be shown. */
export function asFailure(error: unknown): ApiFailure {
  if (error instanceof ApiFailure) return error
  return new ApiFailure(error instanceof Error ? error.message : String(error))
}
