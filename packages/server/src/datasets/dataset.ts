import type { JsonText } from '@clew/model'

/** Examples an application is evaluated with, over and over. */
export interface Dataset {
  /** `d-` and 32 hex digits. */
  readonly datasetId: string
  /** Not unique. */
  readonly name: string
  readonly experimentIds: readonly string[]
  readonly tags: ReadonlyMap<string, string>
  /** Which fields its records ever had; absent before the first record. */
  readonly schema: DatasetSchema | undefined
  /** 8 hex digits that change with every change of its records. */
  readonly digest: string
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  readonly updatedMs: number
  /** Who, by the tag `mlflow.user`. */
  readonly createdBy: string | undefined
  readonly updatedBy: string | undefined
}

/** The types of the fields by their names: `string`, `integer`, `float`, `boolean`, `null`, `array`, `object`. */
export interface DatasetSchema {
  readonly inputs: ReadonlyMap<string, string>
  /** One type when outputs are no objects. */
  readonly outputs: ReadonlyMap<string, string> | string
  readonly expectations: ReadonlyMap<string, string>
}

/** One example. Two records of a dataset never have the same inputs. */
export interface DatasetRecord {
  /** `dr-` and 32 hex digits, made from the dataset and the inputs. */
  readonly recordId: string
  readonly datasetId: string
  /** JSON object. */
  readonly inputs: JsonText
  readonly outputs: JsonText | undefined
  readonly expectations: ReadonlyMap<string, JsonText> | undefined
  readonly tags: ReadonlyMap<string, JsonText>
  readonly source: RecordSource | undefined
  /** Milliseconds since the epoch. */
  readonly createdMs: number
  readonly updatedMs: number
  readonly createdBy: string | undefined
  readonly updatedBy: string | undefined
}

/** Where a record comes from. */
export interface RecordSource {
  readonly type: SourceType
  /** JSON object. */
  readonly data: JsonText
  /** The trace, or whatever the data calls `source_id`. */
  readonly id: string | undefined
}

export const SOURCE_TYPES = ['UNSPECIFIED', 'TRACE', 'HUMAN', 'DOCUMENT', 'CODE'] as const

export type SourceType = (typeof SOURCE_TYPES)[number]
