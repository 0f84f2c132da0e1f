import { randomUUID } from 'node:crypto'
import { ClewError, type LifecycleStage, writeJson } from '@clew/model'
import { z } from 'zod'
import { empty, jsonAnswer } from '../http/answer.ts'
import { integer, json, object, requiredText, tagPairs, text } from '../http/fields.ts'
import { type Call, mlflowPaths, type Route, route } from '../http/route.ts'
import { noRun, runGroup } from '../runs/document.ts'
import type { Run } from '../runs/run.ts'
import { randomRunName } from '../runs/run-name.ts'
import { experimentOf, positive } from './parameters.ts'
import { requireActive, runInfoJson, runJson, runStatus } from './run-fields.ts'
import { logged, RUN_NAME, withInputs, withoutTag } from './run-log.ts'
import { runSelection } from './run-search.ts'

/** Entries one call logs, as in MLflow. */
const MAX_LOGGED = 1000

/** Runs of one page, as in MLflow; pages end sooner when runs are long. */
const MAX_RUNS = 50_000

/** Experiments one search looks into. */
const MAX_EXPERIMENTS = 1000

/** Clients send the id under its old name as well, or only so. */
const runId = { run_id: text.optional(), run_uuid: text.optional() }

const metricFields = { key: requiredText, value: json, timestamp: integer.optional(), step: integer.optional() }

const runAnswer = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) })

export const runRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/create', '2.0'),
    permission: 'write',
    summary: 'Starts a run.',
    request: z.object({
      experiment_id: text.optional(),
      user_id: text.optional(),
      run_name: text.optional(),
      start_time: integer.optional(),
      tags: tagPairs.optional(),
    }),
    response: runAnswer,
    async handler({ services, fields }) {
      const experiment = await experimentOf(services.store, fields.experiment_id || '0')
      requireActive(experiment)
      const id = randomUUID().replaceAll('-', '')
      const tags = new Map(fields.tags)
      const name = fields.run_name || tags.get(RUN_NAME) || randomRunName()
      const run: Run = {
        runId: id,
        experimentId: experiment.experimentId,
        name,
        userId: fields.user_id ?? '',
        status: 'RUNNING',
        startTimeMs: fields.start_time ?? Date.now(),
        endTimeMs: undefined,
        artifactUri: `${experiment.artifactLocation}/${id}/artifacts`,
        stage: 'active',
        tags: tags.set(RUN_NAME, name),
        params: new Map(),
        metrics: new Map(),
        datasetInputs: [],
      }
      await services.runs.create(run)
      return jsonAnswer({ run: runJson(run) })
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/runs/get', '2.0'),
    permission: 'read',
    summary: 'A run.',
    request: z.object(runId),
    response: runAnswer,
    async handler({ services, fields }) {
      const id = idOf(fields)
      const run = await services.runs.get(id)
      if (run === undefined) throw noRun(id)
      return jsonAnswer({ run: runJson(run) })
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/update', '2.0'),
    permission: 'write',
    summary: 'Changes the status, the end or the name of a run.',
    request: z.object({
      ...runId,
      status: z.union([text, integer]).optional(),
      end_time: integer.optional(),
      run_name: text.optional(),
    }),
    response: z.object({ run_info: z.object({ run_id: z.string() }) }),
    async handler(call) {
      const { status, end_time: endTimeMs, run_name: name } = call.fields
      const run = await change(call, (old) => ({
        ...old,
        status: status === undefined ? old.status : runStatus(status),
        endTimeMs: endTimeMs ?? old.endTimeMs,
        name: name || old.name,
        tags: name ? new Map(old.tags).set(RUN_NAME, name) : old.tags,
      }))
      return jsonAnswer({ run_info: runInfoJson(run) })
    },
  }),
  ...(
    [
      ['delete', 'deleted', 'Deletes a run; it can be restored.'],
      ['restore', 'active', 'Restores a deleted run.'],
    ] as const
  ).map(([action, stage, summary]) =>
    route({
      method: 'POST',
      paths: mlflowPaths(`/mlflow/runs/${action}`, '2.0'),
      permission: 'write',
      summary,
      request: z.object(runId),
      response: z.object({}),
      async handler({ services, fields }) {
        await services.runs.update(idOf(fields), (run) => ({ ...run, stage }))
        return empty()
      },
    }),
  ),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/set-tag', '2.0'),
    permission: 'write',
    summary: 'Sets or replaces a tag of a run.',
    request: z.object({ ...runId, key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler(call) {
      await change(call, (run) => logged(run, { tags: new Map([[call.fields.key, call.fields.value ?? '']]) }))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/delete-tag', '2.0'),
    permission: 'write',
    summary: 'Deletes a tag of a run.',
    request: z.object({ ...runId, key: requiredText }),
    response: z.object({}),
    async handler(call) {
      await change(call, (run) => withoutTag(run, call.fields.key))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/log-metric', '2.0'),
    permission: 'write',
    summary: 'Logs a metric of a run; the latest value is kept.',
    request: z.object({ ...runId, ...metricFields }),
    response: z.object({}),
    async handler(call) {
      await change(call, (run) => logged(run, { metrics: [call.fields] }))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/log-parameter', '2.0'),
    permission: 'write',
    summary: 'Logs a parameter of a run, once and for all.',
    request: z.object({ ...runId, key: requiredText, value: text.optional() }),
    response: z.object({}),
    async handler(call) {
      await change(call, (run) => logged(run, { params: new Map([[call.fields.key, call.fields.value ?? '']]) }))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/log-batch', '2.0'),
    permission: 'write',
    summary: 'Logs metrics, parameters and tags of a run.',
    request: z.object({
      ...runId,
      metrics: z.array(z.object(metricFields)).max(MAX_LOGGED).optional(),
      params: tagPairs.optional(),
      tags: tagPairs.optional(),
    }),
    response: z.object({}),
    async handler(call) {
      await change(call, (run) => logged(run, call.fields))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/log-inputs', '2.0'),
    permission: 'write',
    summary: 'Remembers the datasets a run used.',
    request: z.object({ ...runId, datasets: z.array(object).optional() }),
    response: z.object({}),
    async handler(call) {
      const inputs = (call.fields.datasets ?? []).map((dataset): string => writeJson(dataset))
      await change(call, (run) => ({ ...run, datasetInputs: withInputs(run.datasetInputs, inputs) }))
      return empty()
    },
  }),
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/runs/search', '2.0'),
    permission: 'read',
    summary: 'One page of the runs of experiments that match a filter, newest first unless asked otherwise.',
    request: z.object({
      experiment_ids: z.array(text).max(MAX_EXPERIMENTS).optional(),
      filter: text.optional(),
      run_view_type: z.union([text, integer]).optional(),
      max_results: integer.optional(),
      order_by: z.array(text).optional(),
      page_token: text.optional(),
    }),
    response: z.object({ runs: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
    async handler({ services, fields }) {
      const stages = stagesOf(fields.run_view_type)
      const page = await services.runs.search({
        groups: (fields.experiment_ids ?? []).flatMap((id) => stages.map((stage) => runGroup(id, stage))),
        ...runSelection(fields.filter ?? '', fields.order_by ?? []),
        limit: positive('max_results', fields.max_results ?? 1000, MAX_RUNS),
        cursor: fields.page_token || undefined,
      })
      return jsonAnswer({
        ...(page.documents.length > 0 && { runs: page.documents.map(runJson) }),
        ...(page.cursor !== undefined && { next_page_token: page.cursor }),
      })
    },
  }),
]

interface RunId {
  readonly run_id?: string | undefined
  readonly run_uuid?: string | undefined
}

function idOf(fields: RunId): string {
  const id = fields.run_id || fields.run_uuid
  if (!id) throw new ClewError('INVALID_PARAMETER_VALUE', "Missing value for required parameter 'run_id'.")
  return id
}

/** A deleted run stays as it is. */
function change({ services, fields }: Call<RunId>, edit: (run: Run) => Run): Promise<Run> {
  return services.runs.update(idOf(fields), (run) => {
    if (run.stage === 'active') return edit(run)
    const message = `The run ${run.runId} must be in the 'active' state. Current state is deleted.`
    throw new ClewError('INVALID_PARAMETER_VALUE', message)
  })
}

function stagesOf(viewType: string | number | undefined): readonly LifecycleStage[] {
  if (viewType === 'DELETED_ONLY' || Number(viewType) === 2) return ['deleted']
  if (viewType === 'ALL' || Number(viewType) === 3) return ['active', 'deleted']
  return ['active']
}
