import { ExceptionEvent } from '../keys.ts'
import type { Attributes, Span } from '../span.ts'

/** Characters of the line that says what failed. */
export const FAILURE_LENGTH = 200

/** Of what a span says only this much is looked at: a line needs no more. Characters. */
const READ_LENGTH = 2000

/**
 * What a failed span says of its failure, in one line: `ToolTimeout: refund_order: no answer`. That is the message of its
 * status, led by the type of the exception that says the same; a status without a message leaves it to the last
 * exception. `undefined` for a span that did not fail, or says nothing.
 */
export function failureOf(span: Span): string | undefined {
  const { code, message } = span.status
  if (code !== 'ERROR') return undefined
  const exceptions = span.events.filter(({ name }) => name === ExceptionEvent.name).map(({ attributes }) => attributes)
  const exception =
    message === ''
      ? exceptions.at(-1)
      : exceptions.findLast((each) => stringOf(each, ExceptionEvent.message) === message)
  const type = exception === undefined ? '' : stringOf(exception, ExceptionEvent.type)
  const text = message === '' && exception !== undefined ? stringOf(exception, ExceptionEvent.message) : message
  return lineOf([type, text].filter((part) => part !== '').join(': ')) || undefined
}

function lineOf(text: string): string {
  const line = text.slice(0, READ_LENGTH).replace(/\s+/g, ' ').trim()
  if (line.length <= FAILURE_LENGTH) return line
  const cut = line.slice(0, FAILURE_LENGTH - 3)
  const isPairSplit = /[\uD800-\uDBFF]$/.test(cut)
  return `${isPairSplit ? cut.slice(0, -1) : cut}...`
}

/** An attribute that is text, else nothing. */
function stringOf(attributes: Attributes, key: string): string {
  const json = attributes.get(key)
  if (json === undefined || !json.startsWith('"')) return ''
  try {
    return String(JSON.parse(json))
  } catch {
    return ''
  }
}
