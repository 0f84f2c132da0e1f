/**
 * Every error a Clew server answers with: MLflow's `error_code`, the HTTP status it travels under (MLflow's own
 * mapping, `mlflow.exceptions.ERROR_CODE_TO_HTTP_STATUS`), and what the caller can do about it.
 *
 * The stock Python client retries 408, 429, 500, 502, 503 and 504, so bad input must never be one of these.
 */
export const errorTable = {
  INVALID_PARAMETER_VALUE: { status: 400, help: 'Correct the named parameter and send the request again.' },
  BAD_REQUEST: {
    status: 400,
    help: 'The request could not be read; compare it with the OpenAPI document at /openapi.json.',
  },
  RESOURCE_ALREADY_EXISTS: { status: 400, help: 'Choose another name, or use the one that exists.' },
  UNAUTHENTICATED: { status: 401, help: 'Send an API key.' },
  PERMISSION_DENIED: { status: 403, help: 'Ask for access, or send the request from an allowed origin.' },
  RESOURCE_DOES_NOT_EXIST: { status: 404, help: 'Check the id; it may have been deleted.' },
  NOT_FOUND: { status: 404, help: 'Check the path.' },
  ENDPOINT_NOT_FOUND: { status: 404, help: 'The list of routes is at /openapi.json.' },
  REQUEST_TOO_LARGE: { status: 413, help: 'Send smaller batches.' },
  REQUEST_LIMIT_EXCEEDED: { status: 429, help: 'Wait as long as Retry-After says, then send the same request again.' },
  INTERNAL_ERROR: { status: 500, help: 'This is a fault of the server; its log has the details under the request id.' },
  NOT_IMPLEMENTED: { status: 501, help: 'This server does not offer that.' },
  TEMPORARILY_UNAVAILABLE: { status: 503, help: 'Try again shortly.' },
} as const

export type ErrorCode = keyof typeof errorTable

/** An error with a row in {@link errorTable}; the only kind of error that crosses the HTTP edge with its message. */
export class ClewError extends Error {
  override readonly name = 'ClewError'
  readonly code: ErrorCode

  /**
   * @param code a row of {@link errorTable}
   * @param message one sentence: what was wrong, with the offending value. Never SQL, never a path of the server.
   */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
  }

  get status(): number {
    return errorTable[this.code].status
  }

  get help(): string {
    return errorTable[this.code].help
  }
}
