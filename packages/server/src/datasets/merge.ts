import { createHash } from 'node:crypto'
import { ClewError, type ExactJson, type JsonText } from '@clew/model'
import type { Dataset, DatasetRecord, DatasetSchema } from './dataset.ts'
import { type ExactObject, exactText, isExactObject, memberTexts, typeOfExact } from './exact-json.ts'
import type { RecordChange } from './read-records.ts'

/** Characters of one record, all together. */
export const MAX_RECORD_LENGTH = 2 * 1024 * 1024

/** Fields a schema lists of inputs, outputs and expectations each. */
export const MAX_SCHEMA_FIELDS = 1000

/**
 * A record with what a client says about it. Of one that exists the inputs, the source and the beginning stay; outputs are
 * replaced if there is a word of them, expectations and tags are merged.
 *
 * @param nowMs milliseconds since the epoch
 */
export function mergeRecord(
  datasetId: string,
  old: DatasetRecord | undefined,
  change: RecordChange,
  nowMs: number,
): DatasetRecord {
  const expectations = memberTexts(change.expectations)
  const record: DatasetRecord = {
    recordId: change.recordId,
    datasetId,
    inputs: old?.inputs ?? exactText(change.inputs),
    outputs: outputsOf(old, change.outputs),
    expectations: expectations.size > 0 ? new Map([...(old?.expectations ?? []), ...expectations]) : old?.expectations,
    tags: new Map([...(old?.tags ?? []), ...change.tags]),
    source: old === undefined ? change.source : old.source,
    createdMs: old?.createdMs ?? nowMs,
    updatedMs: nowMs,
    createdBy: old === undefined ? change.user : old.createdBy,
    updatedBy: change.user ?? old?.updatedBy,
  }
  if (lengthOf(record) <= MAX_RECORD_LENGTH) return record
  throw new ClewError('INVALID_PARAMETER_VALUE', `A record has at most ${MAX_RECORD_LENGTH} characters.`)
}

/** The dataset once its records have changed. */
export function touched(dataset: Dataset, nowMs: number, changes: readonly RecordChange[]): Dataset {
  return {
    ...dataset,
    schema: changes.reduce(extended, dataset.schema),
    digest: datasetDigest(dataset.name, nowMs),
    updatedMs: nowMs,
    updatedBy: changes.findLast(({ user }) => user !== undefined)?.user ?? dataset.updatedBy,
  }
}

/** MLflow's digest: it says that something changed, not what. */
export function datasetDigest(name: string, updatedMs: number): string {
  return createHash('sha256').update(`${name}:${updatedMs}`).digest('hex').slice(0, 8)
}

/** Nothing is said of the outputs of a new record: it has empty ones. `null`: it has none. */
function outputsOf(old: DatasetRecord | undefined, outputs: ExactJson | undefined): JsonText | undefined {
  if (outputs === undefined) return old === undefined ? exactText(Object.create(null)) : old.outputs
  return outputs === null ? undefined : exactText(outputs)
}

/** The first type of a field stays. */
function extended(schema: DatasetSchema | undefined, change: RecordChange): DatasetSchema {
  const { inputs, outputs, expectations } = schema ?? EMPTY
  return {
    inputs: withFields(inputs, change.inputs),
    outputs: withOutputs(outputs, change.outputs ?? null),
    expectations: withFields(expectations, change.expectations),
  }
}

const EMPTY: DatasetSchema = { inputs: new Map(), outputs: new Map(), expectations: new Map() }

function withOutputs(old: DatasetSchema['outputs'], outputs: ExactJson): DatasetSchema['outputs'] {
  if (typeof old === 'string' || outputs === null) return old
  if (isExactObject(outputs)) return withFields(old, outputs)
  return old.size === 0 ? typeOfExact(outputs) : old
}

function withFields(old: ReadonlyMap<string, string>, object: ExactObject): ReadonlyMap<string, string> {
  const added = Object.entries(object).filter(([key]) => !old.has(key))
  if (added.length === 0) return old
  const fields = [...old, ...added.map(([key, value]) => [key, typeOfExact(value)] as const)]
  return new Map(fields.slice(0, MAX_SCHEMA_FIELDS))
}

function lengthOf({ inputs, outputs, expectations, tags, source }: DatasetRecord): number {
  let length = inputs.length + (outputs?.length ?? 0) + (source?.data.length ?? 0)
  for (const [key, text] of [...(expectations ?? []), ...tags]) length += key.length + text.length
  return length
}
