import { randomUUID } from 'node:crypto'
import { ClewError, parseRecordFilter, parseRecordOrderBy, type RecordFields, recordTest } from '@clew/model'
import { z } from 'zod'
import type { Dataset } from '../datasets/dataset.ts'
import { ALL_DATASETS, noDataset } from '../datasets/document.ts'
import { datasetDigest } from '../datasets/merge.ts'
import { USER_TAG } from '../datasets/read-records.ts'
import type { DocumentOrder } from '../documents/document.ts'
import { empty, jsonAnswer } from '../http/answer.ts'
import { integer, requiredText, text } from '../http/fields.ts'
import { type Call, mlflowPaths, type Route, route } from '../http/route.ts'
import type { Services } from '../services.ts'
import { datasetJson, mergedTags, readTags } from './dataset-fields.ts'
import { experimentOf, positive } from './parameters.ts'

/** Experiments one dataset belongs to. */
const MAX_EXPERIMENTS = 1000
const MAX_NAME = 500
/** Datasets MLflow lets a client ask for; it gets them page by page. */
const MAX_RESULTS = 50_000
const MAX_PAGE = 1000

const experimentIds = z.array(text).max(MAX_EXPERIMENTS).optional()

const datasetAnswer = z.object({ dataset: z.object({ dataset_id: z.string() }) })

const searchFields = z.object({
  experiment_ids: experimentIds,
  filter_string: text.optional(),
  max_results: integer.optional(),
  order_by: z.array(text).optional(),
  page_token: text.optional(),
})

export const datasetRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/datasets/create', '3.0'),
    permission: 'write',
    summary: 'Creates an evaluation dataset.',
    request: z.object({ name: requiredText, experiment_ids: experimentIds, tags: text.optional() }),
    response: datasetAnswer,
    async handler({ services, fields }) {
      if (fields.name.length > MAX_NAME) {
        throw new ClewError('INVALID_PARAMETER_VALUE', `'name' exceeds the maximum length of ${MAX_NAME} characters`)
      }
      const experiments = await existing(services, fields.experiment_ids)
      const tags = mergedTags(new Map(), readTags(fields.tags || '{}'))
      const now = Date.now()
      const dataset: Dataset = {
        datasetId: `d-${randomUUID().replaceAll('-', '')}`,
        name: fields.name,
        experimentIds: experiments,
        tags,
        schema: undefined,
        digest: datasetDigest(fields.name, now),
        createdMs: now,
        updatedMs: now,
        createdBy: tags.get(USER_TAG),
        updatedBy: tags.get(USER_TAG),
      }
      await services.datasets.create(dataset)
      return jsonAnswer({
        dataset: { ...datasetJson(dataset, 0), ...(experiments.length > 0 && { experiment_ids: experiments }) },
      })
    },
  }),
  ...(['GET', 'POST'] as const).map((method) =>
    route({
      method,
      paths: mlflowPaths('/mlflow/datasets/search', '3.0'),
      permission: 'read',
      summary: 'One page of evaluation datasets, newest first unless asked otherwise.',
      request: searchFields,
      response: z.object({ datasets: z.array(z.object({})).optional(), next_page_token: z.string().optional() }),
      handler: search,
    }),
  ),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/datasets/:dataset_id', '3.0'),
    permission: 'read',
    summary: 'An evaluation dataset without its records.',
    response: datasetAnswer,
    async handler({ services, params }) {
      return answerWith(services, await datasetOf(services, params['dataset_id']))
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/datasets/:dataset_id', '3.0'),
    permission: 'write',
    summary: 'Deletes an evaluation dataset and its records, if there is such a dataset.',
    response: z.object({}),
    async handler({ services, params }) {
      const id = params['dataset_id'] ?? ''
      await services.datasetRecords.deleteGroup(id)
      await services.datasets.delete([id])
      return empty()
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths('/mlflow/datasets/:dataset_id/tags', '3.0'),
    permission: 'write',
    summary: 'Sets or replaces tags of an evaluation dataset.',
    request: z.object({ tags: requiredText }),
    response: z.object({}),
    async handler({ services, params, fields }) {
      const added = readTags(fields.tags)
      await services.datasets.update(params['dataset_id'] ?? '', (dataset) => {
        return { ...dataset, tags: mergedTags(dataset.tags, added) }
      })
      return empty()
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths('/mlflow/datasets/:dataset_id/tags/:key{.+}', '3.0'),
    permission: 'write',
    summary: 'Deletes a tag of an evaluation dataset, if it has it.',
    response: z.object({}),
    async handler({ services, params }) {
      const dataset = await services.datasets.get(params['dataset_id'] ?? '')
      if (dataset === undefined) return empty()
      await services.datasets.update(dataset.datasetId, (old) => {
        const tags = new Map(old.tags)
        tags.delete(params['key'] ?? '')
        return { ...old, tags }
      })
      return empty()
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths('/mlflow/datasets/:dataset_id/experiment-ids', '3.0'),
    permission: 'read',
    summary: 'The experiments an evaluation dataset belongs to.',
    response: z.object({ experiment_ids: z.array(z.string()).optional() }),
    async handler({ services, params }) {
      const { experimentIds: ids } = await datasetOf(services, params['dataset_id'])
      return jsonAnswer({ ...(ids.length > 0 && { experiment_ids: ids }) })
    },
  }),
  ...(
    [
      ['add', 'Adds an evaluation dataset to experiments.'],
      ['remove', 'Takes an evaluation dataset out of experiments.'],
    ] as const
  ).map(([action, summary]) =>
    route({
      method: 'POST',
      paths: mlflowPaths(`/mlflow/datasets/:dataset_id/${action}-experiments`, '3.0'),
      permission: 'write',
      summary,
      request: z.object({ experiment_ids: experimentIds }),
      response: datasetAnswer,
      async handler({ services, params, fields }) {
        const given = fields.experiment_ids ?? []
        if (action === 'add') await existing(services, given)
        const dataset = await services.datasets.update(params['dataset_id'] ?? '', (old) => ({
          ...old,
          experimentIds: action === 'add' ? union(old, given) : old.experimentIds.filter((id) => !given.includes(id)),
          updatedMs: Date.now(),
        }))
        return answerWith(services, dataset)
      },
    }),
  ),
]

/** The dataset of that id, or MLflow's 404. */
export async function datasetOf({ datasets }: Services, id = ''): Promise<Dataset> {
  const dataset = await datasets.get(id)
  if (dataset === undefined) throw noDataset(id)
  return dataset
}

async function search({ services, fields }: Call<z.output<typeof searchFields>>): Promise<Response> {
  const isMeant = recordTest(parseRecordFilter(fields.filter_string ?? '', FIELDS), {
    tagsOf: ({ tags }: Dataset) => tags,
    attributeOf: (dataset, name) => ATTRIBUTES[name](dataset),
  })
  const experiments = fields.experiment_ids ?? []
  const page = await services.datasets.search({
    groups: [ALL_DATASETS],
    matches: (dataset) =>
      (experiments.length === 0 || dataset.experimentIds.some((id) => experiments.includes(id))) && isMeant(dataset),
    order: orderOf(fields.order_by ?? []),
    limit: Math.min(positive('max_results', fields.max_results || MAX_PAGE, MAX_RESULTS), MAX_PAGE),
    cursor: fields.page_token || undefined,
  })
  const datasets = page.documents.map(async (dataset) => datasetJson(dataset, await recordsIn(services, dataset)))
  return jsonAnswer({
    ...(datasets.length > 0 && { datasets: await Promise.all(datasets) }),
    ...(page.cursor !== undefined && { next_page_token: page.cursor }),
  })
}

type Attribute = 'name' | 'created_time' | 'last_update_time' | 'created_by' | 'last_updated_by'

const FIELDS: RecordFields<Attribute> = {
  texts: ['name', 'created_by', 'last_updated_by'],
  numbers: ['created_time', 'last_update_time'],
  listed: ['name'],
}

const ATTRIBUTES = {
  name: ({ name }: Dataset) => name,
  created_time: ({ createdMs }: Dataset) => createdMs,
  last_update_time: ({ updatedMs }: Dataset) => updatedMs,
  created_by: ({ createdBy }: Dataset) => createdBy,
  last_updated_by: ({ updatedBy }: Dataset) => updatedBy,
} satisfies Record<Attribute, (dataset: Dataset) => string | number | undefined>

/** `created_time DESC`, which clients send, is the order datasets are in. */
function orderOf(entries: readonly string[]): readonly DocumentOrder<Dataset>[] {
  const orders = parseRecordOrderBy(entries, ['created_time', 'last_update_time', 'name'] as const)
  if (orders.length === 1 && orders[0]?.name === 'created_time' && orders[0].direction === 'desc') return []
  return orders.map(({ name, direction }) => ({ name, direction, of: ATTRIBUTES[name] }))
}

async function existing({ store }: Services, ids: readonly string[] = []): Promise<readonly string[]> {
  return Promise.all([...new Set(ids)].map(async (id) => (await experimentOf(store, id)).experimentId))
}

function union({ experimentIds: old }: Dataset, added: readonly string[]): readonly string[] {
  const ids = [...new Set([...old, ...added])]
  if (ids.length <= MAX_EXPERIMENTS) return ids
  throw new ClewError('INVALID_PARAMETER_VALUE', `A dataset belongs to at most ${MAX_EXPERIMENTS} experiments.`)
}

function recordsIn({ datasetRecords }: Services, { datasetId }: Dataset): Promise<number> {
  return datasetRecords.count(datasetId)
}

async function answerWith(services: Services, dataset: Dataset): Promise<Response> {
  return jsonAnswer({ dataset: datasetJson(dataset, await recordsIn(services, dataset)) })
}
