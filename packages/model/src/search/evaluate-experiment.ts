import type { Experiment } from '../experiment.ts'
import type { ExperimentComparison, ExperimentOrder } from './ast.ts'
import { recordTest } from './evaluate-record.ts'
import { compareTexts } from './order-traces.ts'

/** Whether an experiment satisfies all comparisons. */
export function experimentTest(filter: readonly ExperimentComparison[]): (experiment: Experiment) => boolean {
  return recordTest(filter, {
    tagsOf: ({ tags }) => tags,
    attributeOf: (experiment, name) => {
      if (name === 'name') return experiment.name
      return name === 'experiment_id' ? experiment.experimentId : numberOf(experiment, name)
    },
  })
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

function numberOf(experiment: Experiment, name: Exclude<ExperimentOrder['name'], 'name'>): number {
  if (name === 'creation_time') return experiment.creationTimeMs
  return name === 'last_update_time' ? experiment.lastUpdateTimeMs : Number(experiment.experimentId)
}
