import {
  ClewError,
  compareExperiments,
  type Experiment,
  type ExperimentPage,
  type ExperimentQuery,
  experimentTest,
  type LifecycleStage,
  type NewExperiment,
} from '@clew/model'
import { type KeyValue, parsePageToken, printPageToken } from '../page-token.ts'
import { copyExperiment } from './copy.ts'

/** The experiments of a {@link MemoryStore}, by id. */
export class MemoryExperiments {
  readonly #byId = new Map<string, Experiment>()

  constructor() {
    this.create({ name: 'Default', artifactLocation: undefined, tags: new Map() })
  }

  create(given: NewExperiment): Experiment {
    this.#checkNameIsFree(given.name)
    const experimentId = String(this.#byId.size)
    const now = Date.now()
    const experiment: Experiment = {
      experimentId,
      name: given.name,
      artifactLocation: given.artifactLocation ?? `mlflow-artifacts:/${experimentId}`,
      lifecycleStage: 'active',
      creationTimeMs: now,
      lastUpdateTimeMs: now,
      tags: new Map(given.tags),
    }
    this.#byId.set(experimentId, experiment)
    return copyExperiment(experiment)
  }

  find(experimentId: string): Experiment | undefined {
    return this.#byId.get(experimentId)
  }

  findByName(name: string): Experiment | undefined {
    return this.all().find((experiment) => experiment.name === name)
  }

  /** In order of their ids. */
  all(): Experiment[] {
    return [...this.#byId.values()]
  }

  /** @throws ClewError RESOURCE_DOES_NOT_EXIST */
  existing(experimentId: string): Experiment {
    const experiment = this.#byId.get(experimentId)
    if (experiment !== undefined) return experiment
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experimentId} exists`)
  }

  /** An experiment that takes new traces. */
  active(experimentId: string): Experiment {
    const experiment = this.existing(experimentId)
    if (experiment.lifecycleStage === 'active') return experiment
    const message = `The experiment ${experimentId} must be in the 'active' state. Current state is deleted.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  }

  search(query: ExperimentQuery): ExperimentPage {
    const isMeant = experimentTest(query.filter)
    const compare = compareExperiments(query.orderBy)
    const mark = JSON.stringify(query.orderBy)
    const after = query.cursor === undefined ? undefined : experimentOf(parsePageToken(mark, 4, query.cursor))
    const found = this.all()
      .filter((experiment) => query.stages.includes(experiment.lifecycleStage) && isMeant(experiment))
      .filter((experiment) => after === undefined || compare(experiment, after) > 0)
      .sort(compare)
      .slice(0, query.limit)
    const last = found.at(-1)
    const isFull = found.length === query.limit && last !== undefined
    return { experiments: found.map(copyExperiment), cursor: isFull ? printPageToken(mark, keyOf(last)) : undefined }
  }

  rename(experimentId: string, name: string): void {
    const experiment = this.existing(experimentId)
    if (experiment.lifecycleStage !== 'active') {
      throw new ClewError('INVALID_PARAMETER_VALUE', `The experiment ${experimentId} is deleted and cannot be renamed.`)
    }
    if (experiment.name === name) return
    this.#checkNameIsFree(name)
    this.#byId.set(experimentId, { ...experiment, name, lastUpdateTimeMs: Date.now() })
  }

  setStage(experimentId: string, stage: LifecycleStage): void {
    const experiment = this.existing(experimentId)
    if (experiment.lifecycleStage === stage) {
      throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No Experiment with id=${experimentId} exists`)
    }
    this.#byId.set(experimentId, { ...experiment, lifecycleStage: stage, lastUpdateTimeMs: Date.now() })
  }

  setTag(experimentId: string, key: string, value: string): void {
    const experiment = this.existing(experimentId)
    this.#byId.set(experimentId, { ...experiment, tags: new Map(experiment.tags).set(key, value) })
  }

  deleteTag(experimentId: string, key: string): void {
    const experiment = this.existing(experimentId)
    const tags = new Map(experiment.tags)
    if (!tags.delete(key)) {
      throw new ClewError('RESOURCE_DOES_NOT_EXIST', `No tag with name: ${key} in experiment with id ${experimentId}`)
    }
    this.#byId.set(experimentId, { ...experiment, tags })
  }

  #checkNameIsFree(name: string): void {
    if (this.findByName(name) === undefined) return
    throw new ClewError('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`)
  }
}

/** All that experiments can be ordered by. */
function keyOf(experiment: Experiment): KeyValue[] {
  const { name, experimentId, creationTimeMs, lastUpdateTimeMs } = experiment
  return [name, experimentId, creationTimeMs, lastUpdateTimeMs]
}

function experimentOf([name, experimentId, creationTimeMs, lastUpdateTimeMs]: readonly KeyValue[]): Experiment {
  return {
    name: String(name),
    experimentId: String(experimentId),
    creationTimeMs: Number(creationTimeMs),
    lastUpdateTimeMs: Number(lastUpdateTimeMs),
    artifactLocation: '',
    lifecycleStage: 'active',
    tags: new Map(),
  }
}
