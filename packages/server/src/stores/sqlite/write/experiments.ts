import { ClewError, type Experiment, type LifecycleStage, type NewExperiment } from '@clew/model'
import { existingExperiment } from '../rows/experiment-row.ts'
import { printMap } from '../rows/string-map.ts'
import { numberOf, type Sql } from '../sql.ts'

export function createExperiment(sql: Sql, experiment: NewExperiment): Experiment {
  checkNameIsFree(sql, experiment.name)
  const last = sql.get('SELECT max(id) AS id FROM experiments')
  const id = last === undefined ? 0 : numberOf(last, 'id') + 1
  const now = Date.now()
  sql.run(
    'INSERT INTO experiments VALUES (?, ?, ?, ?, ?, ?, ?)',
    id,
    experiment.name,
    experiment.artifactLocation ?? `mlflow-artifacts:/${id}`,
    'active',
    now,
    now,
    printMap(experiment.tags),
  )
  return existingExperiment(sql, String(id))
}

export function renameExperiment(sql: Sql, experimentId: string, name: string): void {
  const experiment = existingExperiment(sql, experimentId)
  if (experiment.lifecycleStage !== 'active') {
    throw new ClewError('INVALID_PARAMETER_VALUE', `The experiment ${experimentId} is deleted and cannot be renamed.`)
  }
  if (experiment.name === name) return
  checkNameIsFree(sql, name)
  sql.run('UPDATE experiments SET name = ?, updated_ms = ? WHERE id = ?', name, Date.now(), Number(experimentId))
}

export function setExperimentStage(sql: Sql, experimentId: string, stage: LifecycleStage): void {
  const experiment = existingExperiment(sql, experimentId)
  if (experiment.lifecycleStage === stage) {
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experimentId} exists`)
  }
  sql.run('UPDATE experiments SET stage = ?, updated_ms = ? WHERE id = ?', stage, Date.now(), Number(experimentId))
}

export function setExperimentTag(sql: Sql, experimentId: string, key: string, value: string): void {
  const { tags } = existingExperiment(sql, experimentId)
  saveTags(sql, experimentId, new Map(tags).set(key, value))
}

export function deleteExperimentTag(sql: Sql, experimentId: string, key: string): void {
  const tags = new Map(existingExperiment(sql, experimentId).tags)
  if (!tags.delete(key)) {
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in experiment with id ${experimentId}`)
  }
  saveTags(sql, experimentId, tags)
}

function saveTags(sql: Sql, experimentId: string, tags: ReadonlyMap<string, string>): void {
  sql.run('UPDATE experiments SET tags = ? WHERE id = ?', printMap(tags), Number(experimentId))
}

function checkNameIsFree(sql: Sql, name: string): void {
  if (sql.get('SELECT 1 FROM experiments WHERE name = ?', name) === undefined) return
  throw new ClewError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`)
}
