import type { Experiment } from '../experiment.ts'
import type { ExperimentComparison, ExperimentOrder } from './ast.ts'
import { numberTest, textTest } from './match-text.ts'
import { compareTexts } from './order-traces.ts'

/** Whether an experiment satisfies all comparisons. An absent tag satisfies only IS NULL. */
export function experimentTest(filter: readonly ExperimentComparison[]): (experiment: Experiment) => boolean {
  const tests = filter.map(comparisonTest)
  return (experiment) => tests.every((test) => test(experiment))
}

/** As asked, then newest first, then by id as a number: MLflow's default alone when nothing is asked. */
export function compareExperiments(orders: readonly ExperimentOrder[]): (a: Experiment, b: Experiment) => number {
  const all: ExperimentOrder[] = [
    ...orders,
    { name: 'creation_time', direction: 'desc' },
    { name: 'experiment_id', direction: 'asc' },
  ]
  return (a, b) => {
    for (const { name, direction } of all) {
      const difference = name === 'name' ? compareTexts(a.name, b.name) : numberOf(a, name) - numberOf(b, name)
      if (difference !== 0) return direction === 'asc' ? difference : -difference
    }
    return 0
  }
}

function comparisonTest(comparison: ExperimentComparison): (experiment: Experiment) => boolean {
  const { field, operator } = comparison
  if (field.entity === 'tag') {
    if (operator === 'IS NULL') return ({ tags }) => !tags.has(field.key)
    if (operator === 'IS NOT NULL') return ({ tags }) => tags.has(field.key)
    const test = textTest(comparison)
    return ({ tags }) => {
      const value = tags.get(field.key)
      return value !== undefined && test(value)
    }
  }
  const { name } = field
  if (name === 'creation_time' || name === 'last_update_time') {
    const test = numberTest(comparison)
    return (experiment) => test(numberOf(experiment, name))
  }
  const test = textTest(comparison)
  return (experiment) => test(name === 'name' ? experiment.name : experiment.experimentId)
}

function numberOf(experiment: Experiment, name: Exclude<ExperimentOrder['name'], 'name'>): number {
  if (name === 'creation_time') return experiment.creationTimeMs
  return name === 'last_update_time' ? experiment.lastUpdateTimeMs : Number(experiment.experimentId)
}
