import {
  type AssessmentContent,
  type AssessmentPatch,
  assessmentToJson,
  ClewError,
  type JsonValue,
  readAssessment,
} from '@clew/model'
import { z } from 'zod'
import { empty, jsonText } from '../http/answer.ts'
import { invalid, type JsonObject, object, requiredText } from '../http/fields.ts'
import { mlflowPaths, type Route, route } from '../http/route.ts'
import { newAssessment } from './new-assessment.ts'
import { traceInfoOf } from './parameters.ts'

const BASE = '/mlflow/traces/:trace_id/assessments'

const assessmentAnswer = z.object({ assessment: z.object({ assessment_id: z.string() }) })

export const assessmentRoutes: readonly Route[] = [
  route({
    method: 'POST',
    paths: mlflowPaths(BASE, '3.0'),
    permission: 'write',
    summary: 'Attaches feedback, an expectation or an issue to a trace.',
    request: z.object({ assessment: object }),
    response: assessmentAnswer,
    async handler({ services, params, fields }) {
      const { traceId } = await traceInfoOf(services.store, params['trace_id'] ?? '')
      const stored = await services.store.createAssessment(newAssessment(readAssessment(fields.assessment, traceId)))
      return jsonText(`{"assessment":${assessmentToJson(stored)}}`)
    },
  }),
  route({
    method: 'GET',
    paths: mlflowPaths(`${BASE}/:assessment_id`, '3.0'),
    permission: 'read',
    summary: 'One assessment.',
    response: assessmentAnswer,
    async handler({ services, params }) {
      const { trace_id: traceId = '', assessment_id: assessmentId = '' } = params
      const assessment = await services.store.getAssessment(traceId, assessmentId)
      if (assessment === undefined) {
        const message = `Assessment with ID '${assessmentId}' not found for trace '${traceId}'`
        throw new ClewError('RESOURCE_DOES_NOT_EXIST', message)
      }
      return jsonText(`{"assessment":${assessmentToJson(assessment)}}`)
    },
  }),
  route({
    method: 'PATCH',
    paths: mlflowPaths(`${BASE}/:assessment_id`, '3.0'),
    permission: 'write',
    summary: 'Changes the parts of an assessment that update_mask names.',
    request: z.object({ assessment: object, update_mask: requiredText }),
    response: assessmentAnswer,
    async handler({ services, params, fields }) {
      const { trace_id: traceId = '', assessment_id: assessmentId = '' } = params
      const patch = patchOf(fields.assessment, fields.update_mask, traceId)
      const stored = await services.store.updateAssessment(traceId, assessmentId, patch)
      return jsonText(`{"assessment":${assessmentToJson(stored)}}`)
    },
  }),
  route({
    method: 'DELETE',
    paths: mlflowPaths(`${BASE}/:assessment_id`, '3.0'),
    permission: 'write',
    summary: 'Deletes an assessment; one that does not exist is fine.',
    response: z.object({}),
    async handler({ services, params }) {
      await services.store.deleteAssessment(params['trace_id'] ?? '', params['assessment_id'] ?? '')
      return empty()
    },
  }),
]

/**
 * What a mask asks to change. Protobuf's JSON wants its paths in camelCase; snake_case, which MLflow silently ignores, is
 * taken too. Paths that cannot change (`source`, `spanId`) change nothing. A path without its field clears the field.
 */
function patchOf(sent: JsonObject, mask: string, traceId: string): AssessmentPatch {
  const paths = new Set(mask.split(',').map((path) => snakeCase(path.trim())))
  const content = contentOf(sent, paths, traceId)
  const name = sent['assessment_name'] ?? sent['assessmentName']
  const metadata = paths.has('metadata') ? readAssessment(withContent(sent), traceId).metadata : undefined
  return {
    lastUpdateTimeMs: Date.now(),
    ...(paths.has('assessment_name') && { name: textOf('assessment_name', name) }),
    ...(content !== undefined && { content }),
    ...(paths.has('rationale') && { rationale: textOf('rationale', sent['rationale']) }),
    ...(metadata !== undefined && { metadata }),
    ...(paths.has('valid') && { valid: sent['valid'] !== false }),
  }
}

function contentOf(sent: JsonObject, paths: ReadonlySet<string>, traceId: string): AssessmentContent | undefined {
  const kind = (['feedback', 'expectation', 'issue'] as const).find((path) => paths.has(path))
  if (kind === undefined) return undefined
  const only: JsonObject = { [kind]: sent[kind] ?? {} }
  return readAssessment(only, traceId).content
}

/** The reader wants an assessment to be about something, which a patch of the metadata alone is not. */
function withContent(sent: JsonObject): JsonObject {
  return { metadata: sent['metadata'] ?? {}, feedback: {} }
}

function textOf(name: string, value: JsonValue | undefined): string {
  if (value === undefined || value === null) return ''
  if (typeof value !== 'string') throw invalid(name, value)
  return value
}

function snakeCase(path: string): string {
  return path.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
