import type { Field, Filter, Literal } from './ast.ts'

/**
 * Writes a filter as text that {@link parseFilter} reads back as the same filter.
 *
 * @throws RangeError for what no text can say: a key with a back-tick, a text with both kinds of quotes
 */
export function printFilter(filter: Filter): string {
  switch (filter.type) {
    case 'comparison': {
      const words = [printField(filter.field), filter.operator, printLiteral(filter.value)]
      return words.filter((word) => word !== '').join(' ')
    }
    case 'not':
      return `NOT ${printOperand(filter.operand)}`
    case 'or':
      return filter.operands.map(printOperand).join(' OR ')
    case 'and':
      return filter.operands.length === 1
        ? `(${filter.operands.map(printFilter).join('')})`
        : filter.operands.map(printOperand).join(' AND ')
  }
}

function printOperand(filter: Filter): string {
  const isGroup = (filter.type === 'and' || filter.type === 'or') && filter.operands.length > 1
  return isGroup ? `(${printFilter(filter)})` : printFilter(filter)
}

function printField(field: Field): string {
  switch (field.entity) {
    case 'attribute':
      return field.name
    case 'tag':
    case 'metadata':
      return `${field.entity}.${quoteKey(field.key)}`
    case 'span-attribute':
      return `span.attributes.${quoteKey(field.key)}`
    case 'span':
      return `span.${field.name}`
    default:
      return `${field.entity}.${quoteKey(field.name)}`
  }
}

function quoteKey(key: string): string {
  if (!key.includes('`')) return `\`${key}\``
  throw new RangeError('a key with a back-tick cannot be written in a filter')
}

function printLiteral(value: Literal): string {
  switch (value.type) {
    case 'none':
      return ''
    case 'number':
      return String(value.number)
    case 'text':
      return quoteText(value.text)
    case 'list':
      return `(${value.texts.map(quoteListed).join(', ')})`
  }
}

/** The outer quotes are cut off and nothing inside is an escape, so only a quote of the same kind can end a text. */
function quoteText(text: string): string {
  const quote = text.includes("'") || text.endsWith('\\') ? '"' : "'"
  if (!text.includes(quote) && !text.endsWith('\\')) return `${quote}${text}${quote}`
  throw new RangeError('a text with both kinds of quotes, or a backslash at its end, cannot be written in a filter')
}

function quoteListed(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`
}
