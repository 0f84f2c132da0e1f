import {
  ClewError,
  type Experiment,
  type JsonValue,
  type LifecycleStage,
  parseExperimentFilter,
  parseExperimentOrderBy,
  type TraceStore,
} from '@clew/model'
import { z } from 'zod'
import { empty, jsonAnswer } from '../http/answer.ts'
import { integer, requiredText, tagPairs, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { experimentId, experimentOf, positive } from './parameters.ts'

/** Characters of names and of tags of experiments (`mlflow/utils/validation.py`). Longer tag values are cut. */
const MAX_NAME = 500
const MAX_KEY = 250
const MAX_TAG_VALUE = 20_000
const MAX_RESULTS = 50_000

const experimentAnswer = z.object({ experiment: z.object({ experiment_id: z.string(), name: z.string() }) })

export const experimentRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/experiments/create', '2.0'),
    permission: 'write',
    summary: 'Creates an experiment.',
    request: z.object({ name: requiredText, artifact_location: text.optional(), tags: tagPairs.optional() }),
    response: z.object({ experiment_id: z.string() }),
    async handler({ services, fields }) {
      atMost('name', fields.name, MAX_NAME)
      const location = fields.artifact_location
      if (location !== undefined && /[?#]/.test(location)) {
        throw new ClewError('INVALID_PARAMETER_VALUE', "'artifact_location' URL can't include fragments or params.")
      }
      const { experimentId } = await services.store.createExperiment({
        name: fields.name,
        artifactLocation: location || undefined,
        tags: checkedTags(fields.tags ?? new Map()),
      })
      return jsonAnswer({ experiment_id: experimentId })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/experiments/get', '2.0'),
    permission: 'read',
    summary: 'An experiment by its id, deleted ones too.',
    request: z.object({ experiment_id: requiredText }),
    response: experimentAnswer,
    async handler({ services, fields }) {
      return jsonAnswer({ experiment: experimentJson(await experimentOf(services.store, fields.experiment_id)) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/experiments/get-by-name', '2.0'),
    permission: 'read',
    summary: 'An experiment by its name, deleted ones too.',
    request: z.object({ experiment_name: requiredText }),
    response: experimentAnswer,
    async handler({ services, fields }) {
      const experiment = await services.store.getExperimentByName(fields.experiment_name)
      if (experiment === undefined) {
        const message = `Could not find experiment with name '${fields.experiment_name}'`
        throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
      }
      return jsonAnswer({ experiment: experimentJson(experiment) })
    },
  }),
  ...(['GET', 'POST'] as const).map((method) =>
    route({
      method,
      paths: mlflowPaths('/mlflow/experiments/search', '2.0'),
      permission: 'read',
      summary: 'One page of the experiments that match a filter.',
      request: z.object({
        max_results: integer.optional(),
        page_token: text.optional(),
        filter: text.optional(),
        order_by: z.array(text).optional(),
        view_type: z.union([text, integer]).optional(),
      }),
      response: z.object({ experiments: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
      async handler({ services, fields }) {
        const page = await services.store.searchExperiments({
          filter: parseExperimentFilter(fields.filter ?? ''),
          orderBy: parseExperimentOrderBy(fields.order_by ?? []),
          stages: stagesOf(fields.view_type),
          limit: positive('max_results', fields.max_results ?? 0, MAX_RESULTS),
          cursor: fields.page_token || undefined,
        })
        return jsonAnswer({
          ...(page.experiments.length > 0 && { experiments: page.experiments.map(experimentJson) }),
          ...(page.cursor !== undefined && { next_page_token: page.cursor }),
        })
      },
    }),
  ),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/experiments/update', '2.0'),
    permission: 'write',
    summary: 'Renames an experiment.',
    request: z.object({ experiment_id: requiredText, new_name: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      atMost('name', fields.new_name, MAX_NAME)
      const { experimentId } = await experimentOf(services.store, fields.experiment_id)
      await services.store.renameExperiment(experimentId, fields.new_name)
      return empty()
    },
  }),
  ...(
    [
      ['delete', 'deleted', 'Deletes an experiment; it can be restored.'],
      ['restore', 'active', 'Restores a deleted experiment.'],
    ] as const
  ).map(([action, stage, summary]) =>
    route({
      method: 'POST',
      paths: mlflowPaths(`/mlflow/experiments/${action}`, '2.0'),
      permission: 'write',
      summary,
      request: z.object({ experiment_id: requiredText }),
      response: z.object({}),
      async handler({ services, fields }) {
        await services.store.setExperimentStage(experimentId(fields.experiment_id), stage)
        return empty()
      },
    }),
  ),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/experiments/set-experiment-tag', '2.0'),
    permission: 'write',
    summary: 'Sets or replaces a tag of an experiment.',
    request: z.object({ experiment_id: requiredText, key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler({ services, fields }) {
      const { experimentId } = await experimentOf(services.store, fields.experiment_id)
      for (const [key, value] of checkedTags(new Map([[fields.key, fields.value ?? '']]))) {
        await services.store.setExperimentTag(experimentId, key, value)
      }
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/experiments/delete-experiment-tag', '2.0'),
    permission: 'write',
    summary: 'Deletes a tag of an experiment.',
    request: z.object({ experiment_id: requiredText, key: requiredText }),
    response: z.object({}),
    async handler({ services, fields }) {
      await deleteTag(services.store, await experimentOf(services.store, fields.experiment_id), fields.key)
      return empty()
    },
  }),
]

/** MLflow's experiment object. */
export function experimentJson(experiment: Experiment): JsonValue {
  return {
    experiment_id: experiment.experimentId,
    name: experiment.name,
    artifact_location: experiment.artifactLocation,
    lifecycle_stage: experiment.lifecycleStage,
    last_update_time: experiment.lastUpdateTimeMs,
    creation_time: experiment.creationTimeMs,
    ...(experiment.tags.size > 0 && { tags: [...experiment.tags].map(([key, value]) => ({ key, value })) }),
    workspace: 'default',
  }
}

async function deleteTag(store: TraceStore, experiment: Experiment, key: string): Promise<void> {
  if (!experiment.tags.has(key)) {
    const message = `No tag with name: ${key} in experiment with id ${experiment.experimentId}`
    throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
  }
  await store.deleteExperimentTag(experiment.experimentId, key)
}

/** Unknown names mean active ones, as in MLflow. */
function stagesOf(viewType: string | number | undefined): readonly LifecycleStage[] {
  if (viewType === 'DELETED_ONLY' || Number(viewType) === 2) return ['deleted']
  if (viewType === 'ALL' || Number(viewType) === 3) return ['active', 'deleted']
  return ['active']
}

function checkedTags(tags: ReadonlyMap<string, string>): Map<string, string> {
  const checked = new Map<string, string>()
  for (const [key, value] of tags) {
    atMost('key', key, MAX_KEY)
    checked.set(key, value.slice(0, MAX_TAG_VALUE))
  }
  return checked
}

function atMost(name: string, value: string, length: number): void {
  if (value.length > length) {
    throw new ClewError('INVALID_PARAMETER_VALUE', `'${name}' exceeds the maximum length of ${length} characters`)
  }
}
