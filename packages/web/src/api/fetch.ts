import { UI_API } from '@clew/model'
import { Check } from './check.ts'
import { ApiFailure } from './failure.ts'

/** A server that says nothing for so long is not going to. */
const TIMEOUT_MS = 30_000

export interface Ask<T> {
  readonly check: (answer: Check) => T
  readonly signal?: AbortSignal
  readonly method?: 'GET' | 'POST'
}

/**
 * The only `fetch` of the screens.
 *
 * @param path below {@link UI_API}, with its query
 * @throws ApiFailure for no answer, an error answer, and an answer that is not of the shape asked for
 */
export async function ask<T>(path: string, { check, signal, method = 'GET' }: Ask<T>): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS)
  const response = await send(`${UI_API}${path}`, method, signal ? AbortSignal.any([signal, timeout]) : timeout)
  const text = await response.text()
  if (!response.ok) throw readFailure(response, text)
  try {
    return check(new Check(JSON.parse(text)))
  } catch (error) {
    throw new ApiFailure('The server’s answer could not be read.', {
      status: response.status,
      help: `${error instanceof Error ? error.message : error}. Reload the page: the server may have been updated.`,
    })
  }
}

async function send(url: string, method: string, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { method, signal, headers: { accept: 'application/json' } })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    const isTimeout = error instanceof DOMException && error.name === 'TimeoutError'
    const message = isTimeout ? 'The server has not answered for 30 s.' : 'The server cannot be reached.'
    throw new ApiFailure(message, { help: 'Check that it is running.' })
  }
}

function readFailure(response: Response, text: string): ApiFailure {
  const status = response.status
  try {
    const body = new Check(JSON.parse(text))
    const position = body.at('position')
    const requestId = body.at('request_id').optionalText()
    return new ApiFailure(body.at('message').text(), {
      status,
      help: body.at('help').optionalText() ?? '',
      ...(requestId === undefined ? {} : { requestId }),
      ...(position.isAbsent
        ? {}
        : { position: { start: position.at('start').number(), end: position.at('end').number() } }),
    })
  } catch {
    // A proxy in between answers in HTML; its status is all there is to tell.
    return new ApiFailure(`The server answered ${status} ${response.statusText}.`, { status })
  }
}
