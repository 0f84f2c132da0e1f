import { type Attributes, defaultEncodeLimits, ExceptionEvent, encodeJson, jsonString } from '@clew/model'

/** How far a chain of causes is followed; it may be a cycle. */
const MAX_CAUSES = 8
const MAX_TYPE_LENGTH = 200
const MAX_MESSAGE_LENGTH = 10_000
const MAX_STACK_LENGTH = 50_000

/** What a trace keeps of something that was thrown. */
export interface ExceptionSummary {
  /** The error's name, or its class where nobody set a name. */
  readonly type: string
  readonly message: string
  /** The stack, and below it the stacks of its causes. Without a stack, `<type>: <message>`. */
  readonly stacktrace: string
}

/** Describes anything that can be thrown. Never throws: every getter of a foreign error may. */
export function summarizeException(thrown: unknown): ExceptionSummary {
  const type = typeOf(thrown).slice(0, MAX_TYPE_LENGTH)
  const message = messageOf(thrown).slice(0, MAX_MESSAGE_LENGTH)
  return { type, message, stacktrace: stackOf(thrown).slice(0, MAX_STACK_LENGTH) }
}

/** The attributes of an `exception` event (OpenTelemetry semantic conventions for exceptions, as MLflow writes them). */
export function exceptionAttributes(summary: ExceptionSummary): Attributes {
  return new Map([
    [ExceptionEvent.message, jsonString(summary.message)],
    [ExceptionEvent.type, jsonString(summary.type)],
    [ExceptionEvent.stacktrace, jsonString(summary.stacktrace)],
  ])
}

function typeOf(thrown: unknown): string {
  if (typeof thrown === 'string') return 'Error'
  if (typeof thrown !== 'object' || thrown === null) return typeof thrown
  const name = readText(thrown, 'name')
  // Most classes of errors never set `name`, and would all be called "Error".
  if (name !== undefined && name !== '' && name !== 'Error') return name
  return className(thrown) ?? name ?? 'Object'
}

function className(thrown: object): string | undefined {
  try {
    const name: unknown = thrown.constructor?.name
    return typeof name === 'string' && name !== '' ? name : undefined
  } catch {
    return undefined
  }
}

function messageOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return textOf(thrown)
  return readText(thrown, 'message') ?? textOf(thrown)
}

function stackOf(thrown: unknown): string {
  let text = ownStack(thrown)
  const seen = new Set<unknown>([thrown])
  let cause = causeOf(thrown)
  while (cause !== undefined && !seen.has(cause) && seen.size <= MAX_CAUSES) {
    text += `\nCaused by: ${ownStack(cause)}`
    seen.add(cause)
    cause = causeOf(cause)
  }
  return text
}

function ownStack(thrown: unknown): string {
  const stack = typeof thrown === 'object' && thrown !== null ? readText(thrown, 'stack') : undefined
  return (stack ?? `${typeOf(thrown)}: ${messageOf(thrown)}`).slice(0, MAX_STACK_LENGTH)
}

function causeOf(thrown: unknown): unknown {
  try {
    return typeof thrown === 'object' && thrown !== null && 'cause' in thrown ? thrown.cause : undefined
  } catch {
    return undefined
  }
}

function readText(thrown: object, key: 'name' | 'message' | 'stack'): string | undefined {
  try {
    const value: unknown = Reflect.get(thrown, key)
    return typeof value === 'string' ? value : undefined
  } catch {
    return undefined
  }
}

const messageLimits = { ...defaultEncodeLimits, maxLength: MAX_MESSAGE_LENGTH }

function textOf(value: unknown): string {
  const isData = typeof value === 'object' || typeof value === 'function'
  return isData ? encodeJson(value, messageLimits) : String(value)
}
