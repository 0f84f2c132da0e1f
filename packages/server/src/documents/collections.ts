import type { Dataset, DatasetRecord } from '../datasets/dataset.ts'
import { datasetKind, recordKind } from '../datasets/document.ts'
import { promptKind, versionKind } from '../prompts/document.ts'
import type { Prompt, PromptVersion } from '../prompts/prompt.ts'
import { runKind } from '../runs/document.ts'
import type { Run } from '../runs/run.ts'
import type { Documents } from './document.ts'
import { documentsOf } from './documents.ts'
import type { Rows } from './rows.ts'

/** Every kind of document a server keeps. */
export interface Collections {
  readonly runs: Documents<Run>
  readonly prompts: Documents<Prompt>
  readonly promptVersions: Documents<PromptVersion>
  readonly datasets: Documents<Dataset>
  readonly datasetRecords: Documents<DatasetRecord>
}

export function collectionsIn(rows: Rows): Collections {
  return {
    runs: documentsOf(runKind, rows),
    prompts: documentsOf(promptKind, rows),
    promptVersions: documentsOf(versionKind, rows),
    datasets: documentsOf(datasetKind, rows),
    datasetRecords: documentsOf(recordKind, rows),
  }
}
