/** How much of one value is written. What goes beyond is replaced by a text that says how much was cut. */
export interface EncodeLimits {
  /** Objects and arrays inside each other. */
  readonly maxDepth: number
  /** Properties and items in the whole value. */
  readonly maxItems: number
  /** UTF-16 units of one string. */
  readonly maxStringLength: number
  /** UTF-16 units of all strings and property names together. */
  readonly maxLength: number
  /** Bytes of a Buffer, typed array or ArrayBuffer that are kept, as base64. */
  readonly maxBytes: number
}

/** Roomy for prompts and retrieved documents; tight enough that a stray reference to a server object stays harmless. */
export const defaultEncodeLimits: EncodeLimits = {
  maxDepth: 64,
  maxItems: 100_000,
  maxStringLength: 1_000_000,
  maxLength: 4_000_000,
  maxBytes: 1024,
}
