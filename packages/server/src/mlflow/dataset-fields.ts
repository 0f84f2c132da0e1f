import { ClewError, type JsonText, type JsonValue, jsonString, parseJson, writeJson } from '@clew/model'
import type { Dataset, DatasetRecord, DatasetSchema } from '../datasets/dataset.ts'
import { objectText } from '../datasets/exact-json.ts'
import { isJsonObject } from '../http/fields.ts'

/** Tags of one dataset. */
const MAX_TAGS = 1000
const MAX_KEY = 255
const MAX_VALUE = 5000

/**
 * MLflow's dataset object. Tags, schema and profile are JSON texts in it.
 *
 * @param count of its records
 */
export function datasetJson(dataset: Dataset, count: number): { readonly [key: string]: JsonValue } {
  return {
    dataset_id: dataset.datasetId,
    name: dataset.name,
    tags: textsText(dataset.tags),
    ...(dataset.schema !== undefined && { schema: schemaText(dataset.schema) }),
    ...(count > 0 && { profile: writeJson({ num_records: count }) }),
    digest: dataset.digest,
    created_time: dataset.createdMs,
    last_update_time: dataset.updatedMs,
    ...(dataset.createdBy !== undefined && { created_by: dataset.createdBy }),
    ...(dataset.updatedBy !== undefined && { last_updated_by: dataset.updatedBy }),
  }
}

/** MLflow's record object, as JSON text: its numbers are written as they came. */
export function recordText(record: DatasetRecord): JsonText {
  const { source } = record
  const members = new Map<string, JsonText | undefined>([
    ['dataset_record_id', jsonString(record.recordId)],
    ['dataset_id', jsonString(record.datasetId)],
    ['inputs', record.inputs],
    ['expectations', record.expectations && objectText(record.expectations)],
    ['tags', objectText(record.tags)],
    ['source', source && sourceText(source.type, source.data)],
    ['source_id', textOf(source?.id)],
    ['source_type', textOf(source?.type)],
    ['created_time', writeJson(record.createdMs)],
    ['last_update_time', writeJson(record.updatedMs)],
    ['created_by', textOf(record.createdBy)],
    ['last_updated_by', textOf(record.updatedBy)],
    ['outputs', record.outputs],
  ])
  return objectText(new Map([...members].filter((member): member is [string, JsonText] => member[1] !== undefined)))
}

/**
 * Reads tags as datasets have them, the JSON text of an object. `null` says nothing; what is no text becomes one.
 *
 * @throws ClewError INVALID_PARAMETER_VALUE
 */
export function readTags(text: string): ReadonlyMap<string, string> {
  const value = parse(text)
  if (!isJsonObject(value)) throw refusal('tags must be the JSON text of an object.')
  const tags = new Map<string, string>()
  for (const [key, tag] of Object.entries(value)) {
    if (tag === null) continue
    const shown = typeof tag === 'string' ? tag : writeJson(tag)
    if (key.length > MAX_KEY) throw refusal(`'key' exceeds the maximum length of ${MAX_KEY} characters`)
    if (shown.length > MAX_VALUE) throw refusal(`'value' exceeds the maximum length of ${MAX_VALUE} characters`)
    tags.set(key, shown)
  }
  return tags
}

export function mergedTags(old: ReadonlyMap<string, string>, added: ReadonlyMap<string, string>) {
  const tags = new Map([...old, ...added])
  if (tags.size <= MAX_TAGS) return tags
  throw refusal(`A dataset has at most ${MAX_TAGS} tags.`)
}

function schemaText({ inputs, outputs, expectations }: DatasetSchema): JsonText {
  return objectText(
    new Map([
      ['inputs', textsText(inputs)],
      ['outputs', typeof outputs === 'string' ? jsonString(outputs) : textsText(outputs)],
      ['expectations', textsText(expectations)],
      ['version', jsonString('1.0')],
    ]),
  )
}

function sourceText(type: string, data: JsonText): JsonText {
  return objectText(
    new Map([
      ['source_type', jsonString(type)],
      ['source_data', data],
    ]),
  )
}

function textsText(texts: ReadonlyMap<string, string>): JsonText {
  return objectText(new Map([...texts].map(([key, text]) => [key, jsonString(text)])))
}

function textOf(text: string | undefined): JsonText | undefined {
  return text === undefined ? undefined : jsonString(text)
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text)
  } catch (error) {
    throw new ClewError('INVALID_PARAMETER_VALUE', 'tags is not valid JSON.', { cause: error })
  }
}

function refusal(message: string): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', message)
}
