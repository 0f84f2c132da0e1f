/** Bytes drawn at once: small, because an id that a program keeps may keep the text of the whole pool alive. */
const POOL_BYTES = 512
const SPAN_ID_DIGITS = 16
const TRACE_ID_DIGITS = 32

const bytes = new Uint8Array(POOL_BYTES)
let pool = ''
let position = 0

/** 32 random hex digits: the id of a trace as it is on the wire. MLflow's form puts `tr-` before it. */
export function newTraceDigits(): string {
  return takeHex(TRACE_ID_DIGITS)
}

/** `tr-` and 32 random hex digits. */
export function newTraceId(): string {
  return `tr-${newTraceDigits()}`
}

/** 16 random hex digits. */
export function newSpanId(): string {
  return takeHex(SPAN_ID_DIGITS)
}

function takeHex(digits: number): string {
  if (position + digits > pool.length) refill()
  const text = pool.slice(position, position + digits)
  position += digits
  // W3C Trace Context forbids the zero id.
  return /[^0]/.test(text) ? text : takeHex(digits)
}

function refill(): void {
  crypto.getRandomValues(bytes)
  pool = toHex(bytes)
  position = 0
}

function toHex(data: Uint8Array): string {
  if (typeof Buffer !== 'undefined') return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex')
  let text = ''
  for (const byte of data) text += byte.toString(16).padStart(2, '0')
  return text
}
