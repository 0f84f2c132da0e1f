import {
  ClewError,
  type ExperimentList,
  type ExperimentStatistics,
  type ExperimentSummary,
  parseFilter,
  type SamplesLoaded,
  type TraceHeader,
  type TraceInfo,
  type TraceList,
  UI_API,
} from '@clew/model'
import { z } from 'zod'
import { revalidated } from '../http/answer.ts'
import { compressed } from '../http/compress.ts'
import { integer, text } from '../http/fields.ts'
import { type Route, route } from '../http/route.ts'
import { experimentOf, positive, traceInfoOf } from '../mlflow/parameters.ts'
import type { Services } from '../services.ts'
import { loadSamples } from './samples.ts'
import {
  experimentListShape,
  samplesShape,
  skeletonShape,
  spanShape,
  traceHeaderShape,
  traceListShape,
} from './shapes.ts'
import { spanPayload } from './span-payload.ts'
import { known, traceRow } from './trace-row.ts'

const MAX_LIMIT = 500
const DEFAULT_LIMIT = 50

/** What the web app reads. The shapes are `model/src/api/ui.ts`; both sides import them. */
export const uiRoutes: readonly Route[] = [
  route({
    method: 'GET',
    paths: [`${UI_API}/experiments`],
    permission: 'read',
    summary: 'The active experiments with their counts of traces.',
    response: experimentListShape,
    async handler({ services, context }) {
      const experiments = (await services.store.experimentStatistics()).map(experimentSummary)
      return compressed(context, shown(context.req.raw, { experiments } satisfies ExperimentList))
    },
  }),
  route({
    method: 'GET',
    paths: [`${UI_API}/experiments/:id/traces`],
    permission: 'read',
    summary: 'One page of the traces of an experiment that match a filter, newest first.',
    request: z.object({ filter: text.optional(), limit: integer.optional(), cursor: text.optional() }),
    response: traceListShape,
    async handler({ services, context, params, fields }) {
      const { experimentId } = await experimentOf(services.store, params['id'] ?? '')
      const page = await services.store.searchTraces({
        experimentIds: [experimentId],
        filter: parseFilter(fields.filter ?? ''),
        orderBy: [],
        limit: positive('limit', fields.limit ?? DEFAULT_LIMIT, MAX_LIMIT),
        cursor: fields.cursor || undefined,
      })
      const headlines = await services.store.getHeadlines(page.traces.map(({ traceId }) => traceId))
      const traces = page.traces.map((info) => traceRow(info, headlines.get(info.traceId)))
      const list: TraceList = { traces, ...known({ cursor: page.cursor }) }
      return compressed(context, shown(context.req.raw, list))
    },
  }),
  route({
    method: 'GET',
    paths: [`${UI_API}/traces/:id`],
    permission: 'read',
    summary: 'What is known of one trace, without its spans.',
    response: traceHeaderShape,
    async handler({ services, context, params }) {
      const info = await traceInfoOf(services.store, params['id'] ?? '')
      return compressed(context, shown(context.req.raw, await traceHeader(services, info)))
    },
  }),
  route({
    method: 'GET',
    paths: [`${UI_API}/traces/:id/skeleton`],
    permission: 'read',
    summary: 'The structure of one trace, column by column.',
    response: skeletonShape,
    async handler({ services, context, params }) {
      const traceId = params['id'] ?? ''
      const skeleton = await services.store.getSkeletonJson(traceId)
      if (skeleton === undefined) {
        throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Trace with ID '${traceId}' not found.`)
      }
      return compressed(context, revalidated(context.req.raw, skeleton))
    },
  }),
  route({
    method: 'GET',
    paths: [`${UI_API}/traces/:id/spans/:spanId`],
    permission: 'read',
    summary: 'Everything about one span; long values are cut unless `full` is asked for.',
    request: z.object({ full: text.optional() }),
    response: spanShape,
    async handler({ services, context, params, fields }) {
      const { id = '', spanId = '' } = params
      const span = await services.store.getSpan(id, spanId)
      if (span === undefined) {
        throw new ClewError('RESOURCE_DOES_NOT_EXIST', `Span with ID '${spanId}' not found in trace '${id}'.`)
      }
      const isFull = fields.full === '1' || fields.full === 'true'
      const payload = isFull ? spanPayload(span, Number.POSITIVE_INFINITY) : spanPayload(span)
      return compressed(context, shown(context.req.raw, payload))
    },
  }),
  route({
    method: 'POST',
    paths: [`${UI_API}/samples`],
    permission: 'write',
    summary: 'Stores the sample traces in the experiment `Samples`.',
    body: 'raw',
    response: samplesShape,
    async handler({ services }) {
      const loaded: SamplesLoaded = await loadSamples(services.store)
      return Response.json(loaded)
    },
  }),
]

/** The shapes are objects of our own making with fixed keys, so the native writer is safe, and it is the fastest. */
function shown(request: Request, value: object): Response {
  return revalidated(request, JSON.stringify(value))
}

function experimentSummary(statistics: ExperimentStatistics): ExperimentSummary {
  const { experiment, traces, errors, lastTraceMs } = statistics
  return {
    id: experiment.experimentId,
    name: experiment.name,
    createdMs: experiment.creationTimeMs,
    traces,
    errors,
    ...known({ lastTraceMs }),
  }
}

async function traceHeader({ store }: Services, info: TraceInfo): Promise<TraceHeader> {
  const [experiment, spanCount, headlines] = await Promise.all([
    store.getExperiment(info.experimentId),
    store.countSpans(info.traceId),
    store.getHeadlines([info.traceId]),
  ])
  return {
    ...traceRow(info, headlines.get(info.traceId)),
    experimentName: experiment?.name ?? info.experimentId,
    ...known({ clientRequestId: info.clientRequestId }),
    metadata: [...info.traceMetadata],
    allTags: [...info.tags],
    spanCount,
  }
}
