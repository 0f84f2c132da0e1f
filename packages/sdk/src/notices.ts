import { summarizeException } from './exception.ts'

/** Where the SDK says what went wrong. */
export interface Logger {
  warn(message: string): void
}

/** Different things that are said in one process; a bound for keys that carry names. */
const MAX_NOTICES = 200

const said = new Set<string>()
let logger: Logger | undefined

/** Says a thing once per process; what happens again is only counted, in the statistics. Never throws. */
export function sayOnce(key: string, message: string): void {
  if (said.has(key) || said.size >= MAX_NOTICES) return
  said.add(key)
  try {
    // Looked up late, so that a program that replaces console.warn is heard.
    if (logger === undefined) console.warn(`[clew] ${message}`)
    else logger.warn(`[clew] ${message}`)
  } catch {
    // A logger that throws has nowhere left to complain to.
  }
}

/**
 * Says once that something failed, and what was thrown: anything, not least by the application's own getters and
 * proxies, so it is described with the care that takes.
 */
export function sayFailure(key: string, message: string, thrown: unknown): void {
  if (said.has(key)) return
  const { type, message: reason } = summarizeException(thrown)
  sayOnce(key, `${message}: ${type}: ${reason}`)
}

/** Sends notices elsewhere, and lets each be said again; `undefined` is the console. */
export function setLogger(next: Logger | undefined): void {
  logger = next
  said.clear()
}
