import { ClewError } from '../errors.ts'

/** Where in a text something is: offsets of UTF-16 units, `end` excluded. */
export interface TextRange {
  readonly start: number
  readonly end: number
}

/** A filter or an order that cannot be read, with MLflow's message where MLflow refuses it too, and the place. */
export class FilterError extends ClewError {
  readonly position: TextRange

  constructor(message: string, position: TextRange) {
    super('INVALID_PARAMETER_VALUE', message)
    this.position = { start: position.start, end: position.end }
  }
}
