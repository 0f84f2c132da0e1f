import { encodeBase64 } from './base64.ts'
import type { EncodeLimits } from './limits.ts'
import { registeredValue } from './registry.ts'

/** How an object that is not plain data is written. */
export type ObjectShape =
  | { readonly kind: 'note'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | ListShape
  | RecordShape

export interface ListShape {
  readonly kind: 'list'
  readonly size: number
  readonly read: (index: number) => unknown
}

export interface RecordShape {
  readonly kind: 'record'
  /** How many properties there are; `keys` may stop where the limits would. */
  readonly size: number
  readonly keys: readonly string[]
  readonly read: (index: number) => unknown
}

/**
 * Decides how an object is written. Built-in kinds come before `toJSON`, so that a Buffer is not a list of numbers and
 * an invalid Date does not throw; whatever can only be read once is described, never touched.
 * Throws what the object throws.
 */
export function describeObject(value: object, limits: EncodeLimits): ObjectShape {
  const registered = isLiteral(value) ? undefined : registeredValue(value)
  if (registered !== undefined) return { kind: 'value', value: registered }
  return describeBuiltIn(value, limits) ?? describeDuck(value, limits) ?? describeInstance(value)
}

function isLiteral(value: object): boolean {
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === Array.prototype || prototype === null
}

function describeBuiltIn(value: object, limits: EncodeLimits): ObjectShape | undefined {
  if (Array.isArray(value)) return { kind: 'list', size: value.length, read: (index) => value[index] }
  if (value instanceof Date) return scalar(Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString())
  if (value instanceof Error) return describeError(value)
  if (value instanceof Map) return describePairs(Map.prototype.entries.call(value), value.size, limits)
  if (value instanceof Set) {
    const items = take(Set.prototype.values.call(value), limits.maxItems)
    return { kind: 'list', size: value.size, read: (index) => items[index] }
  }
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteOffset, byteLength } = value
    const length = value instanceof DataView ? byteLength : (value as Uint8Array).length
    return binary(value, length, new Uint8Array(buffer, byteOffset, byteLength), limits)
  }
  if (value instanceof ArrayBuffer || isSharedArrayBuffer(value)) {
    return binary(value, value.byteLength, new Uint8Array(value), limits)
  }
  if (value instanceof RegExp) return scalar(RegExp.prototype.toString.call(value))
  if (value instanceof String || value instanceof Number || value instanceof Boolean) return scalar(value.valueOf())
  return undefined
}

/** Kinds known by what they can do: they come from the platform or from many libraries, and none is read here. */
function describeDuck(value: object, limits: EncodeLimits): ObjectShape | undefined {
  const tag = tagOf(value)
  if (tag === 'Error') return describeError(value as Error)
  if (tag === 'URL' || tag === 'URLSearchParams') return scalar(String(value))
  if (tag === 'Headers' || tag === 'FormData') {
    const pairs = take((value as Map<string, unknown>).entries(), limits.maxItems)
    return describePairs(pairs, pairs.length, limits)
  }
  if (tag === 'Blob' || tag === 'File') {
    const { type, size, name } = value as { type?: unknown; size?: unknown; name?: unknown }
    return record([
      ['type', tag],
      ['name', name],
      ['mimeType', type],
      ['length', size],
    ])
  }
  if (tag === 'WeakMap' || tag === 'WeakSet' || tag === 'WeakRef') return noteOf(tag)
  if (isOneShot(value)) return noteOf(constructorName(value) ?? tag)
  return undefined
}

/** Promises, streams, iterators: reading them would take something from the application. */
function isOneShot(value: object): boolean {
  return (
    method(value, 'then') !== undefined ||
    method(value, Symbol.asyncIterator) !== undefined ||
    method(value, 'getReader') !== undefined ||
    method(value, 'getWriter') !== undefined ||
    method(value, 'pipe') !== undefined ||
    (method(value, 'next') !== undefined && method(value, Symbol.iterator) !== undefined)
  )
}

function describeInstance(value: object): ObjectShape {
  const toJson = method(value, 'toJSON')
  if (toJson !== undefined) {
    const json = Reflect.apply(toJson, value, [''])
    if (json !== value) return { kind: 'value', value: json }
  }
  const keys = Object.keys(value)
  const name = constructorName(value)
  if (keys.length === 0 && name !== undefined && name !== 'Object') return noteOf(name)
  return propertiesOf(value, keys)
}

function describeError(error: Error): ObjectShape {
  const own = Object.keys(error)
  const keys = [...new Set(['name', 'message', 'stack', 'cause', 'errors', ...own])].filter(
    (key) => key !== 'toJSON' && (own.includes(key) || key in error),
  )
  return propertiesOf(error, keys)
}

/** String keys make an object; with any other key, or one twice, only a list of pairs keeps everything. */
function describePairs(
  pairs: Iterable<readonly [unknown, unknown]>,
  size: number,
  { maxItems }: EncodeLimits,
): ListShape | RecordShape {
  const entries = take(pairs, maxItems)
  const keys = entries.map(([key]) => key)
  if (keys.every((key) => typeof key === 'string') && new Set(keys).size === keys.length) {
    return { kind: 'record', size, keys, read: (index) => entries[index]![1] }
  }
  return { kind: 'list', size, read: (index) => entries[index] }
}

function binary(value: object, length: number, bytes: Uint8Array, limits: EncodeLimits): ObjectShape {
  const kept = bytes.subarray(0, limits.maxBytes)
  return record([
    ['type', constructorName(value) ?? 'bytes'],
    ['length', length],
    ['base64', encodeBase64(kept)],
    ['cut', kept.length < bytes.length ? `${bytes.length - kept.length} more bytes` : undefined],
  ])
}

function record(entries: readonly (readonly [string, unknown])[]): RecordShape {
  const keys = entries.map(([key]) => key)
  return { kind: 'record', size: keys.length, keys, read: (index) => entries[index]![1] }
}

function propertiesOf(value: object, keys: readonly string[]): RecordShape {
  return {
    kind: 'record',
    size: keys.length,
    keys,
    read: (index) => (value as Record<string, unknown>)[keys[index]!],
  }
}

/** At most `count` of them: what is beyond the limit would not be written anyway. */
function take<T>(values: Iterable<T>, count: number): T[] {
  const taken: T[] = []
  for (const value of values) {
    if (taken.length >= count) break
    taken.push(value)
  }
  return taken
}

function scalar(value: unknown): ObjectShape {
  return { kind: 'value', value }
}

function noteOf(text: string): ObjectShape {
  return { kind: 'note', text }
}

type Method = (...args: unknown[]) => unknown

/** `undefined` also when looking for it throws: then it is a property like any other, and fails alone. */
function method(value: object, key: PropertyKey): Method | undefined {
  try {
    const member = (value as Record<PropertyKey, unknown>)[key]
    return isFunction(member) ? member : undefined
  } catch {
    return undefined
  }
}

function tagOf(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1)
  } catch {
    return 'Object'
  }
}

function isFunction(value: unknown): value is Method {
  return typeof value === 'function'
}

function isSharedArrayBuffer(value: object): value is SharedArrayBuffer {
  return typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer
}

function constructorName(value: object): string | undefined {
  const made: unknown = Object.getPrototypeOf(value)?.constructor
  return isFunction(made) && typeof made.name === 'string' && made.name !== '' ? made.name.slice(0, 100) : undefined
}
