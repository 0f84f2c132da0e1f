import { createHash } from 'node:crypto'
import { ClewError, type ExactJson, JsonNumeral, type JsonText, parseExactly } from '@clew/model'
import { type RecordSource, SOURCE_TYPES } from './dataset.ts'
import { type ExactObject, exactText, isExactObject, memberTexts } from './exact-json.ts'

/** Records one call merges. */
export const MAX_RECORDS = 10_000

/** What a client says about a record. */
export interface RecordChange {
  /** The same for the same inputs. */
  readonly recordId: string
  readonly inputs: ExactObject
  /** `undefined`: nothing is said of them. */
  readonly outputs: ExactJson | undefined
  readonly expectations: ExactObject
  readonly tags: ReadonlyMap<string, JsonText>
  readonly source: RecordSource | undefined
  /** Who, by the tag `mlflow.user`. */
  readonly user: string | undefined
}

/**
 * Reads the JSON text with which a client merges records into a dataset.
 *
 * @throws ClewError INVALID_PARAMETER_VALUE
 */
export function readRecords(datasetId: string, text: string): RecordChange[] {
  const records = parse(text)
  if (!Array.isArray(records)) throw refusal('records must be the JSON text of a list of objects.')
  if (records.length > MAX_RECORDS) {
    throw refusal(`At most ${MAX_RECORDS} records can be merged in one call; these are ${records.length}.`)
  }
  return records.map((record: ExactJson, index) => readRecord(datasetId, record, index))
}

/** Two records of a dataset with the same inputs are one, so the id is made from them, whatever the order of their keys. */
export function recordIdOf(datasetId: string, inputs: ExactObject): string {
  const digest = createHash('sha256')
    .update(`${datasetId}\n${exactText(inputs, true)}`)
    .digest('hex')
  return `dr-${digest.slice(0, 32)}`
}

/** The key under which the wire names a user. */
export const USER_TAG = 'mlflow.user'

function readRecord(datasetId: string, record: ExactJson, index: number): RecordChange {
  if (!isExactObject(record)) throw refusal(`Record ${index} is not a JSON object.`)
  const objectAt = (key: string): ExactObject => {
    const value = record[key] ?? Object.create(null)
    if (isExactObject(value)) return value
    throw refusal(`The ${key} of record ${index} are not a JSON object.`)
  }
  const inputs = objectAt('inputs')
  const tags = objectAt('tags')
  const user = tags[USER_TAG]
  return {
    recordId: recordIdOf(datasetId, inputs),
    inputs,
    outputs: record['outputs'],
    expectations: objectAt('expectations'),
    tags: memberTexts(tags),
    source: readSource(record['source'] ?? null, index),
    user: typeof user === 'string' ? user : undefined,
  }
}

function readSource(source: ExactJson, index: number): RecordSource | undefined {
  if (source === null) return undefined
  if (!isExactObject(source)) throw refusal(`The source of record ${index} is not a JSON object.`)
  const data = source['source_data'] ?? Object.create(null)
  if (!isExactObject(data)) throw refusal(`The source_data of record ${index} is not a JSON object.`)
  const name = source['source_type'] ?? null
  const type = SOURCE_TYPES.find((known) => typeof name === 'string' && known === name.toUpperCase())
  if (type === undefined) {
    const shown = typeof name === 'string' ? name : exactText(name)
    const valid = SOURCE_TYPES.map((known) => `'${known}'`).join(', ')
    throw refusal(`Invalid dataset record source type: ${shown.slice(0, 100)}. Valid source types: [${valid}]`)
  }
  const id = data[type === 'TRACE' ? 'trace_id' : 'source_id']
  return {
    type,
    data: exactText(data),
    id: id instanceof JsonNumeral ? id.text : typeof id === 'string' ? id : undefined,
  }
}

function parse(text: string): ExactJson {
  try {
    return parseExactly(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ClewError('INVALID_PARAMETER_VALUE', `records is not valid JSON: ${reason}`, { cause: error })
  }
}

function refusal(message: string): ClewError {
  return new ClewError('INVALID_PARAMETER_VALUE', message)
}
