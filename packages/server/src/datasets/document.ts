import { ClewError } from '@clew/model'
import type { DocumentKind } from '../documents/document.ts'
import type { Dataset, DatasetRecord, DatasetSchema } from './dataset.ts'

/** Datasets, newest first. */
export const datasetKind: DocumentKind<Dataset> = {
  name: 'dataset',
  keyOf: (dataset) => dataset.datasetId,
  groupOf: () => ALL_DATASETS,
  placeOf: (dataset) => -dataset.createdMs,
  write: ({ schema, ...dataset }) =>
    JSON.stringify({
      ...dataset,
      tags: [...dataset.tags],
      schema: schema && {
        inputs: [...schema.inputs],
        outputs: typeof schema.outputs === 'string' ? schema.outputs : [...schema.outputs],
        expectations: [...schema.expectations],
      },
    }),
  read(text) {
    const document = JSON.parse(text) as DatasetDocument
    return {
      ...document,
      tags: new Map(document.tags),
      schema: document.schema && schemaOf(document.schema),
      createdBy: document.createdBy,
      updatedBy: document.updatedBy,
    }
  },
  missing: noDataset,
  taken: ({ datasetId }) =>
    new ClewError('RESOURCE_ALREADY_EXISTS', `Evaluation dataset '${datasetId}' already exists.`),
}

/** The one group datasets are in: one belongs to several experiments. */
export const ALL_DATASETS = 'all'

/** Records of a dataset, in the order they were added. */
export const recordKind: DocumentKind<DatasetRecord> = {
  name: 'dataset-record',
  keyOf: (record) => record.recordId,
  groupOf: (record) => record.datasetId,
  placeOf: (record) => record.createdMs,
  write: ({ expectations, tags, ...record }) =>
    JSON.stringify({ ...record, expectations: expectations && [...expectations], tags: [...tags] }),
  read(text) {
    const document = JSON.parse(text) as RecordDocument
    return {
      ...document,
      outputs: document.outputs,
      expectations: document.expectations && new Map(document.expectations),
      tags: new Map(document.tags),
      source: document.source && { ...document.source, id: document.source.id },
      createdBy: document.createdBy,
      updatedBy: document.updatedBy,
    }
  },
  missing: (recordId) => new ClewError('RESOURCE_DOES_NOT_EXIST', `Dataset record with id '${recordId}' not found`),
  taken: ({ recordId }) => new ClewError('RESOURCE_ALREADY_EXISTS', `Dataset record '${recordId}' already exists.`),
}

export function noDataset(datasetId: string): ClewError {
  return new ClewError('RESOURCE_DOES_NOT_EXIST', `Evaluation dataset with id '${datasetId}' not found`)
}

function schemaOf({ inputs, outputs, expectations }: SchemaDocument): DatasetSchema {
  return {
    inputs: new Map(inputs),
    outputs: typeof outputs === 'string' ? outputs : new Map(outputs),
    expectations: new Map(expectations),
  }
}

type Pairs<Value extends string> = readonly (readonly [string, Value])[]

interface SchemaDocument {
  readonly inputs: Pairs<string>
  readonly outputs: Pairs<string> | string
  readonly expectations: Pairs<string>
}

interface DatasetDocument extends Omit<Dataset, 'tags' | 'schema'> {
  readonly tags: Pairs<string>
  readonly schema: SchemaDocument | undefined
}

interface RecordDocument extends Omit<DatasetRecord, 'tags' | 'expectations'> {
  readonly tags: Pairs<DatasetRecord['inputs']>
  readonly expectations: Pairs<DatasetRecord['inputs']> | undefined
}
