/**
 * Writes protobuf into one growing buffer. The length of a message stands before it and is not known until the message
 * is written: `begin` leaves room for a length of the expected width, `end` fills it in and moves the message if
 * the guess was wrong. A good guess costs nothing; a wrong one a copy within the buffer.
 */
export class ProtoWriter {
  #bytes: Uint8Array
  #view: DataView
  #at = 0

  constructor(capacity = 4096) {
    this.#bytes = new Uint8Array(capacity)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** Starts anew, in the same buffer unless that has become large. */
  reset(): void {
    this.#at = 0
    if (this.#bytes.length <= KEPT) return
    this.#bytes = new Uint8Array(KEPT)
    this.#view = new DataView(this.#bytes.buffer)
  }

  /** What was written; a copy of its own length. */
  finish(): Uint8Array {
    return this.#bytes.slice(0, this.#at)
  }

  varint(value: number): void {
    this.#ensure(10)
    let rest = value
    while (rest > 127) {
      this.#bytes[this.#at++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#at++] = rest
  }

  int64(value: bigint): void {
    this.#ensure(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 127n) {
      this.#bytes[this.#at++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.#bytes[this.#at++] = Number(rest)
  }

  /** @param tag of a field number below 16 */
  fixed64(tag: number, value: bigint): void {
    this.#ensure(9)
    this.#bytes[this.#at++] = tag
    this.#view.setBigUint64(this.#at, value, true)
    this.#at += 8
  }

  /** @param tag of a field number below 16 */
  double(tag: number, value: number): void {
    this.#ensure(9)
    this.#bytes[this.#at++] = tag
    this.#view.setFloat64(this.#at, value, true)
    this.#at += 8
  }

  /**
   * A bytes field given as hex digits.
   *
   * @param tag of a field number below 16
   * @param start where the digits begin in `text`
   */
  hex(tag: number, text: string, start: number): void {
    const count = (text.length - start) >> 1
    this.#ensure(count + 2)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at++] = tag
    bytes[at++] = count
    for (let i = start; i < text.length; i += 2) {
      bytes[at++] = (DIGITS[text.charCodeAt(i)]! << 4) | DIGITS[text.charCodeAt(i + 1)]!
    }
    this.#at = at
  }

  /** @param tag of a field number below 16 */
  string(tag: number, text: string): void {
    const { length } = text
    this.#ensure(length * 3 + 6)
    this.#bytes[this.#at++] = tag
    if (length < SHORT && this.#ascii(text)) return
    const width = widthOf(length)
    const start = this.#at + width
    const { written } = encoder.encodeInto(text, this.#bytes.subarray(start))
    this.#close(start, width, written)
  }

  /**
   * @param tag of a field number below 16
   * @param width bytes its length will probably take
   * @returns what `end` wants
   */
  begin(tag: number, width: number): number {
    this.#ensure(width + 1)
    this.#bytes[this.#at++] = tag
    this.#at += width
    return this.#at
  }

  end(start: number, width: number): void {
    this.#close(start, width, this.#at - start)
  }

  /** Puts the length before what begins at `start`, where `width` bytes were left for it. */
  #close(start: number, width: number, length: number): void {
    const needed = widthOf(length)
    this.#at = start - width
    if (needed !== width) {
      this.#ensure(width + length + 5)
      this.#bytes.copyWithin(this.#at + needed, start, start + length)
    }
    this.varint(length)
    this.#at += length
  }

  /** One byte of length and one byte a character; false, and nothing written, beyond ASCII. */
  #ascii(text: string): boolean {
    const bytes = this.#bytes
    const start = this.#at + 1
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 127) return false
      bytes[start + i] = unit
    }
    bytes[this.#at] = text.length
    this.#at = start + text.length
    return true
  }

  #ensure(count: number): void {
    const needed = this.#at + count
    if (needed <= this.#bytes.length) return
    const bytes = new Uint8Array(Math.max(needed, this.#bytes.length * 2))
    bytes.set(this.#bytes)
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer)
  }
}

/** Bytes of buffer that are kept for the next message. */
const KEPT = 2_097_152

/** Below this, a loop beats the call of the platform's encoder. */
const SHORT = 56

const encoder = new TextEncoder()

/** Bytes a varint takes. */
export function widthOf(value: number): number {
  if (value < 128) return 1
  if (value < 16_384) return 2
  if (value < 2_097_152) return 3
  return value < 268_435_456 ? 4 : 5
}

/** Values of lower-case hex digits by character code. */
const DIGITS = new Uint8Array(128)
for (let digit = 0; digit < 16; digit++) DIGITS[digit.toString(16).charCodeAt(0)] = digit
