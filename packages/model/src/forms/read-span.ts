import { isObject } from '../json/object.ts'
import type { JsonValue } from '../json/text.ts'
import type { Span } from '../span.ts'
import { readDictionarySpan } from './dictionary-span.ts'
import { invalidField } from './invalid.ts'
import { readLegacySpan } from './legacy-span.ts'
import { readProtoSpan } from './proto-span.ts'

/**
 * Reads a span in any of MLflow's three JSON forms: the one before 3.0 is known by its `context`, the protobuf form by
 * its list of attributes, and anything else is the dictionary form.
 *
 * @throws ClewError `INVALID_PARAMETER_VALUE` naming the field that is wrong
 */
export function readSpanJson(value: JsonValue): Span {
  if (!isObject(value)) throw invalidField('span', value)
  if (isObject(value['context'])) return readLegacySpan(value)
  const isProto = Array.isArray(value['attributes']) || value['attributes'] === undefined
  return isProto ? readProtoSpan(value) : readDictionarySpan(value)
}
