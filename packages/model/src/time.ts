/** Nanoseconds in a millisecond. */
export const NS_PER_MS = 1_000_000n

/** The largest time that can be kept: int64 nanoseconds, in the year 2262. */
export const MAX_TIME_NS = 9_223_372_036_854_775_807n

/** Whole milliseconds, rounded towards the past. */
export function nsToMs(ns: bigint): number {
  const ms = ns / NS_PER_MS
  return Number(ns < 0n && ms * NS_PER_MS !== ns ? ms - 1n : ms)
}

const TIMESTAMP = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d\d):(\d\d))$/

/**
 * Reads an RFC 3339 timestamp, as protobuf's JSON form of `Timestamp` writes it: up to nine fraction digits, `Z` or an
 * offset. Nanoseconds since the Unix epoch; `undefined` for any other text, for a date that does not exist and for
 * what int64 nanoseconds cannot hold.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const match = TIMESTAMP.exec(text)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined
  if (hour > 23 || minute > 59 || second > 59) return undefined
  const offset = offsetMinutes(match)
  if (offset === undefined) return undefined
  const seconds = date.getTime() / 1000 + hour * 3600 + (minute - offset) * 60 + second
  const ns = BigInt(seconds) * 1_000_000_000n + fractionNs(match[7])
  return ns > MAX_TIME_NS || ns < -MAX_TIME_NS ? undefined : ns
}

function offsetMinutes(match: RegExpExecArray): number | undefined {
  if (match[8] === undefined) return 0
  const [hours, minutes] = [Number(match[9]), Number(match[10])]
  if (hours > 23 || minutes > 59) return undefined
  return (hours * 60 + minutes) * (match[8] === '-' ? -1 : 1)
}

/**
 * Writes milliseconds as protobuf writes a `Timestamp` in JSON: UTC, no fraction for a whole second, else three digits.
 *
 * @param ms milliseconds since the Unix epoch, whole
 */
export function formatTimestamp(ms: number): string {
  const iso = new Date(ms).toISOString()
  return ms % 1000 === 0 ? iso.replace('.000Z', 'Z') : iso
}

const DURATION = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/

/** Reads the JSON form of protobuf's `Duration`, such as `1.234s`. Nanoseconds; `undefined` for any other text. */
export function parseDuration(text: string): bigint | undefined {
  const match = DURATION.exec(text)
  if (match === null) return undefined
  const ns = BigInt(match[2]!) * 1_000_000_000n + fractionNs(match[3])
  return match[1] === '-' ? -ns : ns
}

/**
 * Writes milliseconds as protobuf writes a `Duration` in JSON: `0s`, `0.005s`, `1.234s`.
 *
 * @param ms milliseconds, whole
 */
export function formatDuration(ms: number): string {
  const magnitude = BigInt(Math.abs(Math.trunc(ms)))
  const sign = ms < 0 && magnitude > 0n ? '-' : ''
  return `${sign}${magnitude / 1000n}${fractionText((magnitude % 1000n) * NS_PER_MS)}s`
}

/** @param digits one to nine fraction digits of a second */
function fractionNs(digits: string | undefined): bigint {
  return digits === undefined ? 0n : BigInt(digits.padEnd(9, '0'))
}

function fractionText(ns: bigint): string {
  if (ns === 0n) return ''
  const digits = String(ns).padStart(9, '0')
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`
  return digits.endsWith('000') ? `.${digits.slice(0, 6)}` : `.${digits}`
}
