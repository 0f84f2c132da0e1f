import { ClewError, type Experiment } from '@clew/model'
import { numberOf, type Row, type Sql, textOf } from '../sql.ts'
import { parseMap } from './string-map.ts'

export const EXPERIMENT_COLUMNS = 'id, name, artifact_location, stage, created_ms, updated_ms, tags'

export function readExperimentRow(row: Row): Experiment {
  return {
    experimentId: String(numberOf(row, 'id')),
    name: textOf(row, 'name'),
    artifactLocation: textOf(row, 'artifact_location'),
    lifecycleStage: textOf(row, 'stage') === 'deleted' ? 'deleted' : 'active',
    creationTimeMs: numberOf(row, 'created_ms'),
    lastUpdateTimeMs: numberOf(row, 'updated_ms'),
    tags: parseMap(textOf(row, 'tags')),
  }
}

/** The number an experiment id is kept as; `undefined` for a text that is no id this store ever gave out. */
export function experimentKey(experimentId: string): number | undefined {
  return /^(?:0|[1-9]\d{0,14})$/.test(experimentId) ? Number(experimentId) : undefined
}

export function findExperiment(sql: Sql, experimentId: string): Experiment | undefined {
  const key = experimentKey(experimentId)
  if (key === undefined) return undefined
  const row = sql.get(`SELECT ${EXPERIMENT_COLUMNS} FROM experiments WHERE id = ?`, key)
  return row && readExperimentRow(row)
}

/** @throws ClewError RESOURCE_DOES_NOT_EXIST */
export function existingExperiment(sql: Sql, experimentId: string): Experiment {
  const experiment = findExperiment(sql, experimentId)
  if (experiment !== undefined) return experiment
  throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experimentId} exists`)
}
