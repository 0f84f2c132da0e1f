import { parseFilter } from '@clew/model'
import { z } from 'zod'
import { jsonAnswer } from '../http/answer.ts'
import { text } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { correlate } from '../query/correlation.ts'
import { experimentId } from './parameters.ts'

export const correlationRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths('/mlflow/traces/calculate-filter-correlation', '3.0'),
    permission: 'read',
    summary: 'How much two filters match the same traces (normalised pointwise mutual information).',
    request: z.object({
      experiment_ids: z.array(text),
      filter_string1: text,
      filter_string2: text,
      base_filter: text.optional(),
    }),
    response: z.object({ npmi: z.number().optional(), npmi_smoothed: z.number().optional(), joint_count: z.number() }),
    async handler({ services, fields }) {
      const found = await correlate(services.store, {
        experimentIds: fields.experiment_ids.map(experimentId),
        first: parseFilter(fields.filter_string1),
        second: parseFilter(fields.filter_string2),
        base: parseFilter(fields.base_filter ?? ''),
      })
      return jsonAnswer({
        ...(found.npmi !== undefined && { npmi: found.npmi }),
        ...(found.npmiSmoothed !== undefined && { npmi_smoothed: found.npmiSmoothed }),
        filter1_count: found.first,
        filter2_count: found.second,
        joint_count: found.joint,
        total_count: found.total,
      })
    },
  }),
]
