import { ClewError } from '../errors.ts'
import type { JsonValue } from '../json/text.ts'
import { writeJson } from '../json/write.ts'

/**
 * The answer to a field that is missing (`undefined`) or of a wrong type, in MLflow's words, two spaces included
 * (`_validate_param_against_schema`). Where MLflow drops the rest of the object and answers 200, Clew says this.
 */
export function invalidField(name: string, value: JsonValue | undefined): ClewError {
  const message =
    value === undefined
      ? `Missing value for required parameter '${name}'.`
      : `Invalid value ${shown(value)} for parameter '${name}' supplied:  Hint: Value was of type '${typeName(value)}'.`
  return new ClewError(
    'INVALID_PARAMETER_VALUE',
    `${message} See the API docs for more information about request parameters.`,
  )
}

function shown(value: JsonValue): string {
  const text = writeJson(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

/** MLflow's messages name Python's types. */
function typeName(value: JsonValue): string {
  switch (typeof value) {
    case 'string':
      return 'str'
    case 'boolean':
      return 'bool'
    case 'bigint':
      return 'int'
    case 'number':
      return Number.isInteger(value) ? 'int' : 'float'
    default:
      if (value === null) return 'NoneType'
      return Array.isArray(value) ? 'list' : 'dict'
  }
}
