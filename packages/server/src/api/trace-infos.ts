import { ClewError, TRACE_INFOS_PATH, type TraceInfosAnswer } from '@clew/model'
import { z } from 'zod'
import { type JsonObject, object } from '../http/fields.ts'
import { type Route, route } from '../http/route.ts'
import { storeTraceInfo } from '../mlflow/store-trace-info.ts'
import type { Services } from '../services.ts'

/** What one request may carry; clients read it from server-info as `clew.max_trace_infos`. */
export const MAX_TRACE_INFOS = 256

type Refusal = TraceInfosAnswer['refused'][number]

export const traceInfoRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: [TRACE_INFOS_PATH],
    permission: 'write',
    summary: 'Creates or merges many traces; those refused are listed, the others are stored.',
    request: z.object({ trace_infos: z.array(object).max(MAX_TRACE_INFOS) }),
    response: z.object({
      refused: z.array(z.object({ trace_id: z.string(), error_code: z.string(), message: z.string() })),
    }),
    async handler({ services, fields }) {
      // Together, so that the store commits them together.
      const outcomes = await Promise.all(fields.trace_infos.map((raw) => storeOne(services, raw)))
      const refused = outcomes.filter((outcome) => outcome !== undefined)
      return Response.json({ refused } satisfies TraceInfosAnswer)
    },
  }),
]

/** A fault, or a store that is busy, fails the request whole: sending it again changes nothing of what was stored. */
async function storeOne(services: Services, raw: JsonObject): Promise<Refusal | undefined> {
  try {
    await storeTraceInfo(services, raw)
    return undefined
  } catch (error) {
    if (!(error instanceof ClewError) || error.status >= 429) throw error
    const id = raw['trace_id'] ?? raw['traceId']
    return { trace_id: typeof id === 'string' ? id : '', error_code: error.code, message: error.message }
  }
}
