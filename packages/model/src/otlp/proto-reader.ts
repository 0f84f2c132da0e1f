import { ClewError } from '../errors.ts'
import { BYTES, FIXED32, FIXED64, VARINT } from './tags.ts'

/**
 * Reads protobuf off one byte array, front to back. Every method takes the `end` of the enclosing message and refuses
 * to pass it, with a ClewError (`BAD_REQUEST`) that says where.
 *
 * `at` is public: the decoders step over a message by setting it to the message's end.
 */
export class ProtoReader {
  readonly bytes: Uint8Array
  readonly #view: DataView
  at = 0

  constructor(bytes: Uint8Array) {
    this.bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** A varint of at most 32 bits: tags, lengths, enums, booleans. Higher bits are cut, as protobuf defines it. */
  uint32(end: number): number {
    const { bytes } = this
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      if (this.at >= end) return this.#pastEnd('A number')
      const byte = bytes[this.at++]!
      if (shift < 32) value |= (byte & 127) << shift
      if (byte < 128) return value >>> 0
    }
    return this.fail('A number is longer than ten bytes')
  }

  /** The decimal digits of an int64. */
  int64Text(end: number): string {
    let low = 0
    let high = 0
    for (let i = 0; i < 10; i++) {
      if (this.at >= end) return this.#pastEnd('A number')
      const byte = this.bytes[this.at++]!
      if (i < 4) low += (byte & 127) * 2 ** (7 * i)
      else if (i < 9) high += (byte & 127) * 2 ** (7 * (i - 4))
      if (byte < 128 || i === 9) {
        if (byte >= 128) return this.fail('A number is longer than ten bytes')
        // 28 bits below, 35 above, and the sign in the tenth byte.
        if (high < 2 ** 24 && i < 9) return String(high * 2 ** 28 + low)
        const top = i === 9 ? BigInt(byte & 1) << 63n : 0n
        return String(BigInt.asIntN(64, top | (BigInt(high) << 28n) | BigInt(low)))
      }
    }
    return this.fail('A number is longer than ten bytes')
  }

  fixed64(end: number): bigint {
    const at = this.#advance(8, end)
    return this.#view.getBigUint64(at, true)
  }

  double(end: number): number {
    const at = this.#advance(8, end)
    return this.#view.getFloat64(at, true)
  }

  /** The end of the length-delimited field that starts here. */
  field(end: number): number {
    const length = this.uint32(end)
    if (length > end - this.at) return this.#pastEnd(`A field of ${length} bytes`)
    return this.at + length
  }

  /** Steps over a field of no interest. */
  skip(wireType: number, end: number): void {
    if (wireType === VARINT) this.uint32(end)
    else if (wireType === BYTES) this.at = this.field(end)
    else if (wireType === FIXED64) this.#advance(8, end)
    else if (wireType === FIXED32) this.#advance(4, end)
    else this.fail(`Wire type ${wireType} does not exist in OTLP`)
  }

  /** A UTF-8 string from here to `end`; invalid bytes become U+FFFD. */
  text(end: number): string {
    const start = this.at
    this.at = end
    const length = end - start
    if (length === 0) return ''
    return length <= MAX_CACHED ? cachedText(this.bytes, start, end) : decode(this.bytes, start, end)
  }

  fail(what: string): never {
    throw new ClewError('BAD_REQUEST', `The protobuf body cannot be read: ${what}, at byte ${this.at}.`)
  }

  #advance(count: number, end: number): number {
    const at = this.at
    if (count > end - at) return this.#pastEnd(`A field of ${count} bytes`)
    this.at = at + count
    return at
  }

  #pastEnd(what: string): never {
    return this.fail(`${what} runs past the end of its message`)
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

function decode(bytes: Uint8Array, start: number, end: number): string {
  return decoder.decode(bytes.subarray(start, end))
}

/**
 * Attribute names and small values repeat in every span. Looking a short ASCII string up by its bytes is several times
 * cheaper than decoding it. The table is of fixed size, and a new string takes the place of another.
 */
const CACHE_SIZE = 1024
const MAX_CACHED = 48
const cache: string[] = new Array(CACHE_SIZE).fill('')

function cachedText(bytes: Uint8Array, start: number, end: number): string {
  const length = end - start
  const middle = start + (length >> 1)
  const hash = bytes[start]! * 31 + bytes[middle]! * 17 + bytes[end - 1]! * 7 + (bytes[end - 2] ?? 0) * 3 + length * 57
  const slot = hash & (CACHE_SIZE - 1)
  const candidate = cache[slot]!
  if (candidate.length === length && isSame(candidate, bytes, start)) return candidate
  const text = decode(bytes, start, end)
  cache[slot] = text
  return text
}

/** A string with a unit beyond ASCII never equals bytes one by one: its bytes are more, or beyond 127 too. */
function isSame(text: string, bytes: Uint8Array, start: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit !== bytes[start + i] || unit > 127) return false
  }
  return true
}
