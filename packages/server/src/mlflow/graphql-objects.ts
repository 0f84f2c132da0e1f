import { type Experiment, type JsonValue, parseJson } from '@clew/model'
import { isJsonObject, type JsonObject } from '../http/fields.ts'
import type { Run } from '../runs/run.ts'

/** Objects of MLflow's GraphQL, every field the web UI asks for. 64-bit integers are strings there. */

export function graphqlExperiment(experiment: Experiment): JsonObject {
  return {
    __typename: 'MlflowExperiment',
    artifactLocation: experiment.artifactLocation,
    creationTime: String(experiment.creationTimeMs),
    effectiveTraceArchivalRetention: null,
    experimentId: experiment.experimentId,
    lastUpdateTime: String(experiment.lastUpdateTimeMs),
    lifecycleStage: experiment.lifecycleStage,
    name: experiment.name,
    tags: pairs('MlflowExperimentTag', experiment.tags),
  }
}

/** A run that has not ended ends at 0. Models are not kept here, so there are none. */
export function graphqlRun(run: Run, experiment: Experiment | undefined): JsonObject {
  return {
    __typename: 'MlflowRunExtension',
    info: {
      __typename: 'MlflowRunInfo',
      artifactUri: run.artifactUri,
      endTime: String(run.endTimeMs ?? 0),
      experimentId: run.experimentId,
      lifecycleStage: run.stage,
      runName: run.name,
      runUuid: run.runId,
      startTime: String(run.startTimeMs),
      status: run.status,
      userId: run.userId,
    },
    experiment: experiment === undefined ? null : graphqlExperiment(experiment),
    modelVersions: [],
    data: {
      __typename: 'MlflowRunData',
      metrics: [...run.metrics].map(([key, { value, timestampMs, step }]) => ({
        __typename: 'MlflowMetricExtension',
        key,
        step: String(step),
        timestamp: String(timestampMs),
        // GraphQL has no NaN and no infinities.
        value: Number.isFinite(value) ? value : null,
      })),
      params: pairs('MlflowParam', run.params),
      tags: pairs('MlflowRunTag', run.tags),
    },
    inputs: {
      __typename: 'MlflowRunInputs',
      datasetInputs: run.datasetInputs.map((text) => datasetInput(parseJson(text))),
      modelInputs: [],
    },
    outputs: { __typename: 'MlflowRunOutputs', modelOutputs: [] },
  }
}

/** A dataset input as a client logged it, with the fields it left out. */
function datasetInput(input: JsonValue): JsonObject {
  const { dataset, tags }: JsonObject = isJsonObject(input) ? input : {}
  const of = (key: string) => textAt(dataset, key)
  return {
    __typename: 'MlflowDatasetInput',
    dataset: {
      __typename: 'MlflowDataset',
      digest: of('digest'),
      name: of('name'),
      profile: of('profile'),
      schema: of('schema'),
      source: of('source'),
      sourceType: of('source_type'),
    },
    tags: (Array.isArray(tags) ? tags : []).map((tag: JsonValue) => ({
      __typename: 'MlflowInputTag',
      key: textAt(tag, 'key'),
      value: textAt(tag, 'value'),
    })),
  }
}

function textAt(object: JsonValue | undefined, key: string): string {
  const value = isJsonObject(object) ? object[key] : undefined
  return typeof value === 'string' ? value : ''
}

function pairs(type: string, map: ReadonlyMap<string, string>): JsonObject[] {
  return [...map].map(([key, value]) => ({ __typename: type, key, value }))
}
