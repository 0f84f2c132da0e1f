export { beforeApplication } from './copies.ts'
export { countMethods, defineIntegration } from './define.ts'
export { MAX_CHUNK_CHARACTERS, MAX_CHUNK_EVENTS } from './follow-stream.ts'
export type {
  AutologOptions,
  CaptureOptions,
  FieldEntries,
  Integration,
  IntegrationTable,
  ObservedCall,
  RequestFields,
  ResponseFields,
  StreamFold,
  TracedMethod,
} from './integration.ts'
export type { Outcome } from './open-call.ts'
export { type CallObserver, type CallOutcome, originalOf, type Patch, type PatchedCall, patchMethod } from './patch.ts'
export { isObject, readField, readList, readNumber, readString } from './read.ts'
export { injectFailure, type TracingStep, tracingFailures, tracingSteps } from './steps.ts'
export { IDLE_LIMIT_MS, MAX_HELD_CALLS, sweepUnreadCalls } from './sweep.ts'
export { type ReportedUsage, usageAttribute } from './usage.ts'
