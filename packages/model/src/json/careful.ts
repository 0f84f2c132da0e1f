import { describeObject, type ListShape, type RecordShape } from './describe.ts'
import type { EncodeLimits } from './limits.ts'
import type { Budget } from './plain.ts'

/** The JSON text of a value that is not plain data, or not within the limits. See {@link encodeJson}. */
export function writeAny(value: unknown, limits: EncodeLimits): string {
  const writer: Writer = { limits, budget: { items: limits.maxItems, length: limits.maxLength }, ancestors: [] }
  return write(value, writer) ?? 'null'
}

interface Writer {
  readonly limits: EncodeLimits
  readonly budget: Budget
  /** The objects being written, outermost first; one of them met again is a cycle. */
  readonly ancestors: object[]
}

/** `undefined` for what JSON leaves out of objects. */
function write(value: unknown, writer: Writer): string | undefined {
  switch (typeof value) {
    case 'string':
      return writeString(value, writer)
    case 'number':
      return writeNumber(value)
    case 'bigint':
      return writeBigint(value, writer)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'undefined':
      return undefined
    case 'symbol':
      return note(String(value).slice(0, MAX_NAME))
    case 'function':
      return note(functionName(value))
    case 'object':
      return value === null ? 'null' : writeObject(value, writer)
  }
}

function writeString(text: string, writer: Writer): string {
  const { limits, budget } = writer
  const room = Math.max(0, Math.min(limits.maxStringLength, budget.length))
  budget.length -= Math.min(text.length, room)
  if (text.length <= room) return JSON.stringify(text)
  // A pair cut in half would leave a lone surrogate that no UTF-8 reader accepts.
  const end = isHighSurrogate(text.charCodeAt(room - 1)) ? room - 1 : room
  return JSON.stringify(`${text.slice(0, end)}… [${text.length - end} more characters cut]`)
}

/** Printing takes time quadratic in the number of digits; this one has 30 000. */
const LONGEST_BIGINT = 1n << 100_000n

function writeBigint(value: bigint, writer: Writer): string {
  if (BigInt.asIntN(64, value) === value) return String(value)
  const isPrintable = value < LONGEST_BIGINT && -value < LONGEST_BIGINT
  return isPrintable ? writeString(String(value), writer) : note('bigint')
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}

function writeNumber(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`
  return Object.is(value, -0) ? '-0.0' : String(value)
}

function writeObject(value: object, writer: Writer): string {
  const { ancestors, limits, budget } = writer
  if (ancestors.includes(value)) return note('Circular')
  if (ancestors.length >= limits.maxDepth) return note(`cut: deeper than ${limits.maxDepth} levels`)
  if (budget.length <= 0) return note(`cut: longer than ${limits.maxLength} characters`)
  ancestors.push(value)
  try {
    const shape = describeObject(value, limits)
    if (shape.kind === 'note') return note(shape.text)
    if (shape.kind === 'value') return shape.value === value ? note('Circular') : (write(shape.value, writer) ?? 'null')
    return shape.kind === 'list' ? writeList(shape, writer) : writeRecord(shape, writer)
  } catch (error) {
    return note(`unreadable: ${reasonOf(error)}`)
  } finally {
    ancestors.pop()
  }
}

function writeList(list: ListShape, writer: Writer): string {
  let text = ''
  for (let index = 0; index < list.size; index++) {
    const separator = index === 0 ? '' : ','
    if (!hasRoom(writer)) {
      text += separator + note(`${list.size - index} more items cut`)
      break
    }
    text += separator + (writeMember(list, index, writer) ?? 'null')
  }
  return `[${text}]`
}

function writeRecord(record: RecordShape, writer: Writer): string {
  let text = ''
  for (let index = 0; index < record.size; index++) {
    const separator = text === '' ? '' : ','
    if (!hasRoom(writer)) {
      text += `${separator}"[cut]":${note(`${record.size - index} more properties`)}`
      break
    }
    const key = writeString(record.keys[index]!, writer)
    const value = writeMember(record, index, writer)
    if (value !== undefined) text += `${separator}${key}:${value}`
  }
  return `{${text}}`
}

/** Reading a member may run the application's code; if that throws, the loss ends here. */
function writeMember(shape: ListShape | RecordShape, index: number, writer: Writer): string | undefined {
  try {
    return write(shape.read(index), writer)
  } catch (error) {
    return note(`unreadable: ${reasonOf(error)}`)
  }
}

function hasRoom({ budget }: Writer): boolean {
  return --budget.items >= 0 && budget.length > 0
}

/** Characters of the name of a function, or of the description of a symbol. */
const MAX_NAME = 100

/** A description in place of a value, told from data by its brackets. */
function note(text: string): string {
  return JSON.stringify(`[${text}]`)
}

function functionName(value: unknown): string {
  try {
    const name = Object.getOwnPropertyDescriptor(Object(value), 'name')?.value
    return typeof name === 'string' && name !== '' ? `Function: ${name.slice(0, MAX_NAME)}` : 'Function'
  } catch {
    return 'Function'
  }
}

function reasonOf(error: unknown): string {
  try {
    return error instanceof Error ? String(error.message).slice(0, 200) : String(error).slice(0, 200)
  } catch {
    return 'it throws'
  }
}
