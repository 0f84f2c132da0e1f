import type { Answer } from './reply-verdict.ts'
import type { Request } from './send.ts'

/**
 * What is said to the server, whatever way it travels: yields requests that may be under way at a time, and is told
 * their answers in the same order. One description serves a program that runs on and a process that ends now.
 */
export type Dialogue<Result> = Generator<readonly Request[], Result, readonly Answer[]>

/** Sends one request. For use inside a dialogue, with `yield*`. */
export function* ask(request: Request): Dialogue<Answer> {
  const [answer] = yield [request]
  return answer!
}

/** Leads a dialogue to its end. Rejects if the dialogue throws. */
export async function converse<Result>(
  dialogue: Dialogue<Result>,
  send: (request: Request) => Promise<Answer>,
): Promise<Result> {
  let step = dialogue.next()
  while (step.done !== true) step = dialogue.next(await Promise.all(step.value.map(send)))
  return step.value
}

/** Leads a dialogue to its end while the process stands still. Throws if the dialogue throws. */
export function converseNow<Result>(dialogue: Dialogue<Result>, send: (request: Request) => Answer): Result {
  let step = dialogue.next()
  while (step.done !== true) step = dialogue.next(step.value.map(send))
  return step.value
}
