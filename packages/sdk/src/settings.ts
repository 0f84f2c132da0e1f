import { readVariable } from './environment.ts'
import type { Logger } from './notices.ts'
import type { SpanProcessor } from './processors.ts'

/** Options of `init`. Each falls back to its environment variable, then to its default. */
export interface InitOptions {
  /** Address of the server, http or https. `MLFLOW_TRACKING_URI`; default `http://127.0.0.1:5000`. */
  readonly trackingUri?: string | undefined
  /** A decimal integer as text. `MLFLOW_EXPERIMENT_ID`; default `0`, the experiment `Default`. */
  readonly experimentId?: string | undefined
  /** Looked up, and created if there is none, when the first spans are sent. `MLFLOW_EXPERIMENT_NAME`. */
  readonly experimentName?: string | undefined
  /** For basic authentication, which wins over a token. `MLFLOW_TRACKING_USERNAME`. */
  readonly trackingServerUsername?: string | undefined
  /** `MLFLOW_TRACKING_PASSWORD`. */
  readonly trackingServerPassword?: string | undefined
  /** Bearer token, an API key for instance. `MLFLOW_TRACKING_TOKEN`. */
  readonly trackingServerToken?: string | undefined
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  /** How long one request may take, ms. `MLFLOW_HTTP_REQUEST_TIMEOUT` (in seconds, as in Python); default 10 s. */
  readonly requestTimeoutMs?: number | undefined
  /** Attempts after the first. `MLFLOW_HTTP_REQUEST_MAX_RETRIES`; default 7. */
  readonly maxRetries?: number | undefined
  /** After this no further attempt starts, ms. `MLFLOW_ASYNC_TRACE_LOGGING_RETRY_TIMEOUT` (seconds); default 500 s. */
  readonly retryTimeoutMs?: number | undefined
  /**
   * Longest wait of an ended span before it is sent, ms. `MLFLOW_ASYNC_TRACE_LOGGING_MAX_INTERVAL_MILLIS`; default
   * 1000; 0 with `MLFLOW_ENABLE_ASYNC_TRACE_LOGGING=false`.
   */
  readonly batchIntervalMs?: number | undefined
  /** Spans in one request. `MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE`; default 512. */
  readonly maxBatchSpans?: number | undefined
  /** Ended spans that may wait; beyond it new ones are dropped and counted. Default 20 000. */
  readonly maxQueueSpans?: number | undefined
  /** Content that may wait, in bytes (counted as characters). Default 64 MiB. */
  readonly maxQueueBytes?: number | undefined
  /**
   * What the end of the process waits for the server at most, ms, beyond a request already under way; 2 s where it ends
   * by `process.exit()` or by an error nobody caught. Default 5 s; 0 does not wait.
   */
  readonly exitTimeoutMs?: number | undefined
  /**
   * The share of traces that is recorded, 0 to 1, decided by trace id. Functions and scopes may say another; a trace that
   * another process began is recorded if that one records it. `MLFLOW_TRACE_SAMPLING_RATIO`; default 1.
   */
  readonly samplingRatio?: number | undefined
  /** Called with every span before it is sent. See {@link SpanProcessor}. */
  readonly spanProcessors?: readonly SpanProcessor[] | undefined
  /** Where notices go; default `console.warn`. */
  readonly logger?: Logger | undefined
}

/** Options, variables and defaults, resolved and checked. */
export interface Settings {
  /** Without a slash at the end. */
  readonly trackingUri: string
  readonly experiment: { readonly id: string } | { readonly name: string }
  readonly headers: ReadonlyMap<string, string>
  readonly requestTimeoutMs: number
  readonly maxRetries: number
  readonly retryTimeoutMs: number
  readonly batchIntervalMs: number
  readonly maxBatchSpans: number
  readonly maxQueueSpans: number
  readonly maxQueueBytes: number
  readonly exitTimeoutMs: number
  readonly samplingRatio: number
  readonly spanProcessors: readonly SpanProcessor[]
  readonly logger: Logger | undefined
}

const MiB = 1_048_576
/** setTimeout fires at once for anything longer. */
const MAX_DELAY_MS = 2_147_483_647

/** What a request gets when neither an option nor a variable says so. */
interface Patience {
  readonly requestTimeoutMs: number
  readonly maxRetries: number
}

const deliveryPatience: Patience = { requestTimeoutMs: 10_000, maxRetries: 7 }

/**
 * @param patience what the sender of these settings gives a request by default
 *
 * Errors: `TypeError` naming the option or the variable that cannot be used.
 */
export function resolveSettings(options: InitOptions, patience: Patience = deliveryPatience): Settings {
  if (typeof options !== 'object' || options === null) throw new TypeError('options must be an object')
  const { uri, credentials } = resolveUri(options)
  return {
    trackingUri: uri,
    experiment: resolveExperiment(options),
    headers: resolveHeaders(options, credentials),
    requestTimeoutMs: resolveNumber(options, 'requestTimeoutMs', { min: 1, fallback: patience.requestTimeoutMs }),
    maxRetries: resolveNumber(options, 'maxRetries', { min: 0, fallback: patience.maxRetries }),
    retryTimeoutMs: resolveNumber(options, 'retryTimeoutMs', { min: 0, fallback: 500_000 }),
    batchIntervalMs: resolveNumber(options, 'batchIntervalMs', { min: 0, fallback: isAsyncDisabled() ? 0 : 1_000 }),
    maxBatchSpans: resolveNumber(options, 'maxBatchSpans', { min: 1, fallback: 512 }),
    maxQueueSpans: resolveNumber(options, 'maxQueueSpans', { min: 1, fallback: 20_000 }),
    maxQueueBytes: resolveNumber(options, 'maxQueueBytes', { min: 1, fallback: 64 * MiB }),
    exitTimeoutMs: resolveNumber(options, 'exitTimeoutMs', { min: 0, fallback: 5_000 }),
    samplingRatio: resolveNumber(options, 'samplingRatio', { min: 0, max: 1, fallback: 1 }),
    spanProcessors: resolveProcessors(options.spanProcessors),
    logger: resolveLogger(options.logger),
  }
}

/** Options that are text, and the variables that stand in for them. */
const textVariables = {
  trackingUri: 'MLFLOW_TRACKING_URI',
  experimentId: 'MLFLOW_EXPERIMENT_ID',
  experimentName: 'MLFLOW_EXPERIMENT_NAME',
  trackingServerUsername: 'MLFLOW_TRACKING_USERNAME',
  trackingServerPassword: 'MLFLOW_TRACKING_PASSWORD',
  trackingServerToken: 'MLFLOW_TRACKING_TOKEN',
} as const

/** Options that are numbers, the variables that stand in for them, and how many of our unit one of theirs is. */
const numberVariables = {
  requestTimeoutMs: { variable: 'MLFLOW_HTTP_REQUEST_TIMEOUT', factor: 1_000 },
  maxRetries: { variable: 'MLFLOW_HTTP_REQUEST_MAX_RETRIES', factor: 1 },
  retryTimeoutMs: { variable: 'MLFLOW_ASYNC_TRACE_LOGGING_RETRY_TIMEOUT', factor: 1_000 },
  batchIntervalMs: { variable: 'MLFLOW_ASYNC_TRACE_LOGGING_MAX_INTERVAL_MILLIS', factor: 1 },
  maxBatchSpans: { variable: 'MLFLOW_ASYNC_TRACE_LOGGING_MAX_SPAN_BATCH_SIZE', factor: 1 },
  maxQueueSpans: undefined,
  maxQueueBytes: undefined,
  exitTimeoutMs: undefined,
  samplingRatio: { variable: 'MLFLOW_TRACE_SAMPLING_RATIO', factor: 1 },
} as const

interface Text {
  readonly value: string
  /** How to call it in an error. */
  readonly source: string
}

function resolveText(options: InitOptions, name: keyof typeof textVariables): Text | undefined {
  const given: unknown = options[name]
  if (given !== undefined && typeof given !== 'string') {
    throw new TypeError(`option "${name}" must be a string, not ${describe(given)}`)
  }
  if (given !== undefined) return { value: given, source: `option "${name}"` }
  const variable = textVariables[name]
  const value = readVariable(variable)
  return value === undefined ? undefined : { value, source: `environment variable ${variable}` }
}

function resolveNumber(
  options: InitOptions,
  name: keyof typeof numberVariables,
  { fallback, ...range }: Range & { fallback: number },
): number {
  const given: unknown = options[name]
  if (given !== undefined) return checkNumber(given, range, `option "${name}"`)
  const source = numberVariables[name]
  const text = source === undefined ? undefined : readVariable(source.variable)
  if (source === undefined || text === undefined) return fallback
  const { variable, factor } = source
  const number = Number.isNaN(Number(text)) ? text : Number(text)
  const value = checkNumber(number, { ...range, min: range.min / factor }, `environment variable ${variable}`)
  return Math.min(value * factor, MAX_DELAY_MS)
}

interface Range {
  readonly min: number
  readonly max?: number
}

function checkNumber(value: unknown, { min, max }: Range, source: string): number {
  if (typeof value !== 'number' || !(value >= min) || (max !== undefined && value > max)) {
    const range = max === undefined ? `${min} or more` : `from ${min} to ${max}`
    throw new TypeError(`${source} must be a number, ${range}, not ${describe(value)}`)
  }
  return Math.min(value, MAX_DELAY_MS)
}

function resolveUri(options: InitOptions): { uri: string; credentials: string | undefined } {
  const { value, source } = resolveText(options, 'trackingUri') ?? { value: 'http://127.0.0.1:5000', source: '' }
  try {
    const url = new URL(value)
    if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new TypeError('not of the web')
    // fetch refuses addresses with credentials in them.
    const hasCredentials = url.username !== '' || url.password !== ''
    const credentials = hasCredentials ? decodeURIComponent(`${url.username}:${url.password}`) : undefined
    return { uri: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, credentials }
  } catch {
    const shown = value.replace(/\/\/[^/]*@/, '//…@')
    throw new TypeError(`${source} must be an http or https address such as http://127.0.0.1:5000, not "${shown}"`)
  }
}

function resolveExperiment(options: InitOptions): Settings['experiment'] {
  if (options.experimentId !== undefined && options.experimentName !== undefined) {
    throw new TypeError('give option "experimentId" or "experimentName", not both')
  }
  const id = options.experimentName === undefined ? resolveText(options, 'experimentId') : undefined
  if (id !== undefined) {
    if (!/^\d{1,30}$/.test(id.value)) {
      throw new TypeError(`${id.source} must be a decimal integer as text, such as "1", not "${id.value}"`)
    }
    return { id: id.value }
  }
  const name = resolveText(options, 'experimentName')
  if (name === undefined) return { id: '0' }
  if (name.value === '') throw new TypeError(`${name.source} must not be empty`)
  return { name: name.value }
}

function resolveHeaders(options: InitOptions, credentials: string | undefined): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  const username = resolveText(options, 'trackingServerUsername')?.value
  const password = resolveText(options, 'trackingServerPassword')?.value
  const token = resolveText(options, 'trackingServerToken')?.value
  const basic = username === undefined && password === undefined ? credentials : `${username ?? ''}:${password ?? ''}`
  if (basic !== undefined) headers.set('authorization', `Basic ${toBase64(basic)}`)
  else if (token !== undefined) headers.set('authorization', `Bearer ${token}`)
  for (const [name, value] of Object.entries(checkHeaders(options.headers))) headers.set(name.toLowerCase(), value)
  return headers
}

function checkHeaders(headers: unknown): Record<string, string> {
  if (headers === undefined) return {}
  try {
    // Headers knows which names and values HTTP allows.
    return Object.fromEntries(new Headers(headers as Record<string, string>))
  } catch (error) {
    throw new TypeError('option "headers" must be an object of header names and values', { cause: error })
  }
}

function resolveProcessors(processors: unknown): readonly SpanProcessor[] {
  if (processors === undefined) return []
  if (!Array.isArray(processors) || processors.some((processor) => typeof processor !== 'function')) {
    throw new TypeError('option "spanProcessors" must be an array of functions')
  }
  return [...processors]
}

function resolveLogger(logger: unknown): Logger | undefined {
  if (logger === undefined) return undefined
  if (typeof logger !== 'object' || logger === null || typeof Reflect.get(logger, 'warn') !== 'function') {
    throw new TypeError('option "logger" must be an object with a method "warn"')
  }
  return logger as Logger
}

/** JavaScript cannot wait, so switching MLflow's asynchronous logging off means: send at once. */
function isAsyncDisabled(): boolean {
  return /^(false|0)$/i.test(readVariable('MLFLOW_ENABLE_ASYNC_TRACE_LOGGING') ?? '')
}

function toBase64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)))
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `"${value}"` : typeof value === 'number' ? String(value) : typeof value
}
