import { z } from 'zod'
import { mergeRecord, touched } from '../datasets/merge.ts'
import { MAX_RECORDS, readRecords } from '../datasets/read-records.ts'
import { jsonAnswer } from '../http/answer.ts'
import { integer, requiredText, text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { recordText } from './dataset-fields.ts'
import { datasetOf } from './datasets.ts'
import { positive } from './parameters.ts'

/** Records of a page, unless asked otherwise, and at most. */
const PAGE = 1000

const path = mlflowPaths('/mlflow/datasets/:dataset_id/records', '3.0')

export const datasetRecordRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: path,
    permission: 'write',
    summary: 'Merges records into an evaluation dataset: those with the same inputs are one.',
    request: z.object({ records: requiredText }),
    response: z.object({ inserted_count: z.number(), updated_count: z.number() }),
    async handler({ services, params, fields }) {
      const { datasetId } = await datasetOf(services, params['dataset_id'])
      const changes = readRecords(datasetId, fields.records)
      const now = Date.now()
      let updated = 0
      await services.datasetRecords.upsert(
        changes.map((change) => [change.recordId, change]),
        (old, change) => {
          if (old !== undefined) updated++
          return mergeRecord(datasetId, old, change, now)
        },
      )
      await services.datasets.update(datasetId, (dataset) => touched(dataset, now, changes))
      return jsonAnswer({ inserted_count: changes.length - updated, updated_count: updated })
    },
  }),
  route({
    method: 'GET',
    paths: path,
    permission: 'read',
    summary: 'One page of the records of an evaluation dataset, in the order they were added.',
    request: z.object({ max_results: integer.optional(), page_token: text.optional() }),
    response: z.object({ records: z.string(), next_page_token: z.string().optional() }),
    async handler({ services, params, fields }) {
      const { datasetId } = await datasetOf(services, params['dataset_id'])
      const page = await services.datasetRecords.search({
        groups: [datasetId],
        limit: Math.min(positive('max_results', fields.max_results || PAGE, Number.MAX_SAFE_INTEGER), PAGE),
        cursor: fields.page_token || undefined,
      })
      return jsonAnswer({
        records: `[${page.documents.map(recordText).join(',')}]`,
        ...(page.cursor !== undefined && { next_page_token: page.cursor }),
      })
    },
  }),
  route({
    method: 'DELETE',
    paths: path,
    permission: 'write',
    summary: 'Deletes records of an evaluation dataset.',
    request: z.object({ dataset_record_ids: z.array(text).max(MAX_RECORDS).optional() }),
    response: z.object({ deleted_count: z.number() }),
    async handler({ services, params, fields }) {
      const { datasetId } = await datasetOf(services, params['dataset_id'])
      const records = await Promise.all((fields.dataset_record_ids ?? []).map((id) => services.datasetRecords.get(id)))
      const own = records.filter((record) => record !== undefined).filter((record) => record.datasetId === datasetId)
      const deleted = await services.datasetRecords.delete(own.map(({ recordId }) => recordId))
      if (deleted > 0) await services.datasets.update(datasetId, (dataset) => touched(dataset, Date.now(), []))
      return jsonAnswer({ deleted_count: deleted })
    },
  }),
]
