/** What stands where a value is unknown. Unknown is never 0. */
export const UNKNOWN = '–'

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** `90 ms`, `1.5 s`, `2 m 04 s`, `3 h 05 m`: whole milliseconds below 1 s, one decimal below 1 min. */
export function formatDuration(ms: number | undefined): string {
  if (ms === undefined || Number.isNaN(ms)) return UNKNOWN
  if (ms > 0 && ms < 0.5) return '< 1 ms'
  if (Math.round(ms) < SECOND) return `${Math.round(ms)} ms`
  const tenths = Math.round(ms / 100)
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`
  const seconds = Math.round(ms / SECOND)
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${pad(seconds % 60)} s`
  const minutes = Math.round(ms / MINUTE)
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} m`
}

/** The same figure to the microsecond, for the title on hover. */
export function exactDuration(ms: number | undefined): string | undefined {
  if (ms === undefined || Number.isNaN(ms)) return undefined
  return `${groupDigits(ms, 3)} ms`
}

/** `1,204` to 9,999, then `12.4k`, `19.6M`. */
export function formatTokens(count: number | undefined): string {
  if (count === undefined) return UNKNOWN
  if (count < 10_000) return groupDigits(count, 0)
  if (Math.round(count / 100) < 10_000) return `${(count / 1_000).toFixed(1)}k`
  return `${(count / 1_000_000).toFixed(1)}M`
}

/** US dollars: four decimals below $1, two above. */
export function formatCost(dollars: number | undefined): string {
  if (dollars === undefined) return UNKNOWN
  if (dollars === 0) return '$0'
  if (dollars < 0.000_05) return '< $0.0001'
  if (dollars < 0.999_95) return `$${dollars.toFixed(4)}`
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}

/** `214 B`, `41.3 kB`, `1.2 MB`. */
export function formatSize(bytes: number): string {
  if (bytes < 1_000) return `${bytes} B`
  if (bytes < 999_950) return `${(bytes / 1_000).toFixed(1)} kB`
  return `${(bytes / 1_000_000).toFixed(1)} MB`
}

/** Exact, with thin grouping: `131,402`. */
export function formatCount(count: number): string {
  return groupDigits(count, 0)
}

/** `2.3 %`; an error share that is not nought never reads as nought. */
export function formatShare(part: number, whole: number): string {
  if (whole === 0) return UNKNOWN
  const percent = (part / whole) * 100
  if (percent === 0 || percent === 100) return `${percent} %`
  return percent < 0.1 ? '< 0.1 %' : `${Math.min(percent, 99.9).toFixed(1)} %`
}

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** Local time in a list: `14:02:11` today, `Sun 14:02` this week, `12 Nov` before that, with the year if another. */
export function formatTime(timeMs: number, nowMs: number): string {
  const time = new Date(timeMs)
  const now = new Date(nowMs)
  const minutes = `${pad(time.getHours())}:${pad(time.getMinutes())}`
  if (time.toDateString() === now.toDateString()) return `${minutes}:${pad(time.getSeconds())}`
  const age = nowMs - timeMs
  if (age >= 0 && age < 6 * DAY) return `${WEEKDAYS[time.getDay()]} ${minutes}`
  const day = `${time.getDate()} ${MONTHS[time.getMonth()]}`
  return time.getFullYear() === now.getFullYear() ? day : `${day} ${time.getFullYear()}`
}

/** `2026-11-23 14:03:22.148 UTC+1`, for the title on hover. */
export function exactTime(timeMs: number): string {
  const time = new Date(timeMs)
  const date = `${time.getFullYear()}-${pad(time.getMonth() + 1)}-${pad(time.getDate())}`
  const clock = `${pad(time.getHours())}:${pad(time.getMinutes())}:${pad(time.getSeconds())}`
  return `${date} ${clock}.${String(time.getMilliseconds()).padStart(3, '0')} ${formatZone(-time.getTimezoneOffset())}`
}

/** `just now`, `15 s ago`, `3 min ago`, `12 h ago`, `6 days ago`. A clock that runs ahead reads as now. */
export function formatAge(timeMs: number, nowMs: number): string {
  const age = Math.max(0, nowMs - timeMs)
  if (age < 2 * SECOND) return 'just now'
  if (age < MINUTE) return `${Math.floor(age / SECOND)} s ago`
  if (age < HOUR) return `${Math.floor(age / MINUTE)} min ago`
  if (age < DAY) return `${Math.floor(age / HOUR)} h ago`
  const days = Math.floor(age / DAY)
  return days === 1 ? '1 day ago' : `${groupDigits(days, 0)} days ago`
}

/** `tr-9f2c71d0`: ids short, the whole on hover and in the copy. */
export function shortTraceId(traceId: string): string {
  return traceId.length > 14 ? traceId.slice(0, 11) : traceId
}

/** Characters of a name in a tab's title; a browser shows fewer. */
const MAX_TITLE = 80

/** `refund agent · Clew`. */
export function tabTitle(name: string): string {
  return `${name.length > MAX_TITLE ? `${name.slice(0, MAX_TITLE)}…` : name} · Clew`
}

/** `1 span`, `36 spans`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

function formatZone(minutesEast: number): string {
  if (minutesEast === 0) return 'UTC'
  const sign = minutesEast > 0 ? '+' : '−'
  const rest = Math.abs(minutesEast) % 60
  return `UTC${sign}${Math.floor(Math.abs(minutesEast) / 60)}${rest === 0 ? '' : `:${pad(rest)}`}`
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}

function groupDigits(value: number, decimals: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: decimals })
}
