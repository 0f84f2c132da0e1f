import { jsonString } from '../json/encode.ts'
import { fieldOf, isList, isObject, type JsonObject } from '../json/object.ts'
import type { JsonValue } from '../json/text.ts'
import { formatDuration, formatTimestamp, nsToMs, parseDuration } from '../time.ts'
import type { TraceInfo, TraceState } from '../trace.ts'
import { assessmentToJson, readAssessment } from './assessment.ts'
import { invalidField } from './invalid.ts'
import { readText, readTimestampMs } from './proto-fields.ts'
import { mapJson, readMap } from './string-map.ts'

/** A trace info of version 3 as MLflow's REST API has it (`service.proto`, proto-JSON). Maps and lists that are empty are left out. */
export function traceInfoToJson(info: TraceInfo): string {
  return infoJson(info, info.assessments.map(assessmentToJson))
}

/** The same as a traced program reports it: without assessments, which it has no part in. */
export function traceReportToJson(info: Omit<TraceInfo, 'assessments'>): string {
  return infoJson(info, [])
}

function infoJson(info: Omit<TraceInfo, 'assessments'>, assessments: readonly string[]): string {
  const { clientRequestId, requestPreview, responsePreview, executionDurationMs, traceMetadata, tags } = info
  const location = `{"type":"MLFLOW_EXPERIMENT","mlflow_experiment":{"experiment_id":${jsonString(info.experimentId)}}}`
  const members = [
    `"trace_id":${jsonString(info.traceId)}`,
    clientRequestId !== undefined && `"client_request_id":${jsonString(clientRequestId)}`,
    `"trace_location":${location}`,
    requestPreview !== undefined && `"request_preview":${jsonString(requestPreview)}`,
    responsePreview !== undefined && `"response_preview":${jsonString(responsePreview)}`,
    `"request_time":"${formatTimestamp(info.requestTimeMs)}"`,
    executionDurationMs !== undefined && `"execution_duration":"${formatDuration(executionDurationMs)}"`,
    `"state":"${info.state}"`,
    traceMetadata.size > 0 && `"trace_metadata":${mapJson(traceMetadata)}`,
    tags.size > 0 && `"tags":${mapJson(tags)}`,
    assessments.length > 0 && `"assessments":[${assessments.join(',')}]`,
  ]
  return `{${members.filter((member) => member !== false).join(',')}}`
}

/**
 * Reads a trace info, in snake_case or camelCase; null is unset. The id and the experiment must be there. Where MLflow
 * answers 200 and drops whatever stands after a wrong enum, timestamp or map, this says which field is wrong.
 *
 * Assessments without an id or times keep them open, as {@link readAssessment} does.
 *
 * @throws ClewError `INVALID_PARAMETER_VALUE`
 */
export function readTraceInfo(value: JsonValue): TraceInfo {
  if (!isObject(value)) throw invalidField('trace_info', value)
  const traceId = readText(value, 'traceId')
  if (traceId === undefined || traceId === '') throw invalidField('trace_id', undefined)
  return {
    traceId,
    experimentId: readExperimentId(fieldOf(value, 'traceLocation')),
    clientRequestId: readText(value, 'clientRequestId'),
    requestTimeMs: readTimestampMs(value, 'requestTime'),
    executionDurationMs: readDuration(value),
    state: readState(fieldOf(value, 'state')),
    requestPreview: readText(value, 'requestPreview'),
    responsePreview: readText(value, 'responsePreview'),
    traceMetadata: readMap(fieldOf(value, 'traceMetadata'), 'trace_metadata'),
    tags: readMap(fieldOf(value, 'tags'), 'tags'),
    assessments: readAssessments(fieldOf(value, 'assessments'), traceId),
  }
}

/** The type may be missing; a location that is no experiment is of Databricks and has no place here. */
function readExperimentId(location: JsonValue | undefined): string {
  if (!isObject(location)) throw invalidField('trace_location', location)
  const type = fieldOf(location, 'type')
  if (type !== undefined && type !== 'MLFLOW_EXPERIMENT' && type !== 1) throw invalidField('trace_location.type', type)
  const experiment = fieldOf(location, 'mlflowExperiment')
  if (!isObject(experiment)) throw invalidField('trace_location.mlflow_experiment', experiment)
  const experimentId = readText(experiment, 'experimentId')
  if (experimentId === undefined) throw invalidField('experiment_id', undefined)
  return experimentId
}

const states: readonly TraceState[] = ['STATE_UNSPECIFIED', 'OK', 'ERROR', 'IN_PROGRESS']

function readState(value: JsonValue | undefined): TraceState {
  if (value === undefined) return 'STATE_UNSPECIFIED'
  const state = states.find((name, number) => value === name || value === number)
  if (state === undefined) throw invalidField('state', value)
  return state
}

/** In files of `Trace.to_json` the duration is called `execution_duration_ms` and is a number. */
function readDuration(object: JsonObject): number | undefined {
  const ms = fieldOf(object, 'executionDurationMs')
  if (typeof ms === 'number') return Math.round(ms)
  const text = readText(object, 'executionDuration')
  if (text === undefined) return undefined
  const ns = parseDuration(text)
  if (ns === undefined) throw invalidField('execution_duration', text)
  return nsToMs(ns)
}

function readAssessments(value: JsonValue | undefined, traceId: string) {
  if (value === undefined) return []
  if (!isList(value)) throw invalidField('assessments', value)
  return value.map((assessment) => readAssessment(assessment, traceId))
}
