/**
 * The text of one JSON value: what MLflow keeps for every span attribute (a string `hi` is the four
 * characters `"hi"` with quotes, the number 3 is `3`, a float that happens to be whole is `3.0`).
 *
 * Attributes stay text from the moment a value is encoded to the moment somebody looks at it, for three reasons:
 * integers beyond 2^53 and the difference between `1` and `1.0` survive, a server can store and forward a payload
 * without building objects from hostile input, and nothing is parsed that nobody reads.
 */
export type JsonText = string & { readonly [jsonText]: true }
declare const jsonText: unique symbol

/** A parsed JSON value. Integers outside ±2^53 arrive as bigint; objects have a null prototype. */
export type JsonValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }
