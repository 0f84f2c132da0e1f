import { readTraceInfo, type TraceInfo } from '@clew/model'
import { invalid, isJsonObject } from '../http/fields.ts'
import type { Services } from '../services.ts'
import { newAssessment } from './new-assessment.ts'
import { experimentId } from './parameters.ts'
import { withoutReservedTags } from './tag-key.ts'

/**
 * Reads a TraceInfo as clients send it and stores it. Returns what is stored then.
 *
 * Errors: `INVALID_PARAMETER_VALUE` for what cannot be read, `RESOURCE_DOES_NOT_EXIST` for an unknown experiment.
 */
export function storeTraceInfo(services: Services, raw: unknown): Promise<TraceInfo> {
  if (!isJsonObject(raw)) throw invalid('trace.trace_info', undefined)
  const info = readTraceInfo(raw)
  experimentId(info.experimentId)
  return services.store.upsertTraceInfo({
    ...info,
    tags: withoutReservedTags(info.tags),
    assessments: info.assessments.map((assessment) => newAssessment(assessment)),
  })
}
